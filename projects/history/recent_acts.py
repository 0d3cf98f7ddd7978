"""The last things a person did in a project, each with its way back where there is one.

Recorded acts are this app's; other apps register what else people do::

    act_kinds.register("answer", "annotations.work.own_acts.ANSWER")
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404

from labelplatform.events.models import Event
from labelplatform.registry import Registry
from projects.history.audit_words import Change, act_of, changes_of
from projects.history.event_objects import object_urls
from projects.history.undoing import undo_event, why_not_undo
from projects.models import Membership

SHOWN_ACTS = 50

_KEY = re.compile(r"([a-z]+)-([0-9]{1,18})")


@dataclass(frozen=True)
class Act:
    """One thing a person did. ``why_not`` says why it cannot be undone, "" when it can."""

    kind: str
    number: int
    at: datetime
    what: str
    name: str = ""
    url: str = ""
    why_not: str = ""
    is_undo: bool = False
    changes: Sequence[Change] = field(default_factory=tuple)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.number}"


@dataclass(frozen=True)
class ActKind:
    """Where acts of one kind come from, the newest first, in a bounded number of queries; and how one is undone."""

    latest: Callable[[Membership, int], list[Act]]
    undo: Callable[[Membership, int], Any]


act_kinds = Registry("kind of act")
act_kinds.register("event", "projects.history.recent_acts.EVENT")


def recent_acts(member: Membership) -> list[Act]:
    """The person's last acts in the project, the newest first."""
    found = [act for kind in act_kinds.objects() for act in kind.latest(member, SHOWN_ACTS)]
    return sorted(found, key=lambda act: (act.at, act.number), reverse=True)[:SHOWN_ACTS]


def undo_act(member: Membership, key: str) -> None:
    """Undo one of the person's own acts. Raises ``Http404``, or ``Conflict`` with the reason why not."""
    match = _KEY.fullmatch(key)
    if match is None or match[1] not in act_kinds:
        raise Http404
    act_kinds.get(match[1]).undo(member, int(match[2]))


def _latest_events(member: Membership, count: int) -> list[Act]:
    rows = Event.objects.filter(project_id=member.project_id, actor_id=member.user_id)
    events = list(rows.select_related("undone_by").order_by("-at", "-pk")[:count])
    reasons = why_not_undo(member, events)
    urls = object_urls(member, events)
    return [
        Act(
            kind="event",
            number=event.pk,
            at=event.at,
            what=act_of(event),
            name=event.object_name,
            url=urls.get(event.pk, ""),
            why_not=reasons.get(event.pk, ""),
            is_undo=event.undoes_id is not None,
            changes=changes_of(event.before, event.after),
        )
        for event in events
    ]


EVENT = ActKind(_latest_events, undo_event)
