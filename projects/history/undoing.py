"""Take back a recorded act, exactly, where what it left still stands.

An undoer knows one kind of act: it says of each event why there is no way back, and calls the operation that leads
back, with all its checks. An app registers its own in ``apps.py``, under ``"<object type> <verb>"``::

    undoers.register("annotation retracted", "annotations.undoing.RETRACTED")
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404

from labelplatform.events.models import Event, recorded_as_undo_of
from labelplatform.refusals import Conflict
from labelplatform.registry import Registry
from labelplatform.roles import Capability
from projects.access import may_grant
from projects.membership.people import CHANGEABLE, change_member
from projects.models import Membership, Project, Stage, Task
from projects.policies import DESCRIBED, POLICIES, change_project
from projects.queueing.excluding import exclude_tasks, restore_tasks

NO_WAY_BACK = "There is no exact way back from this."
CHANGED_SINCE = "It has been changed since."
NOT_ALLOWED = "Your role does not let you do this any more."

Events = list[Event]


@dataclass(frozen=True)
class Undoer:
    """``why_not`` looks at many events in a bounded number of queries and returns reasons by event id."""

    capability: Capability
    why_not: Callable[[Membership, Events], Mapping[int, str]]
    undo: Callable[[Membership, Event], Any]


undoers = Registry("undoer")
undoers.register("project changed", "projects.history.undoing.PROJECT_CHANGED")
undoers.register("membership changed", "projects.history.undoing.MEMBERSHIP_CHANGED")
undoers.register("task removed", "projects.history.undoing.TASK_REMOVED")
undoers.register("task brought back", "projects.history.undoing.TASK_BROUGHT_BACK")


def object_of(event: Event) -> int:
    """The number of what the event is about; 0, which nothing has, for what has none."""
    return event.object_id or 0


def why_not_undo(member: Membership, events: Iterable[Event]) -> dict[int, str]:
    """Why each event cannot be undone by this member now; those that can are missing. Load ``undone_by`` with them."""
    reasons: dict[int, str] = {}
    groups: defaultdict[str, Events] = defaultdict(list)
    for event in events:
        kind = f"{event.object_type} {event.verb}"
        if hasattr(event, "undone_by"):
            reasons[event.pk] = f"It was undone at {event.undone_by.at:%H:%M} UTC on {event.undone_by.at:%d %B}."
        elif kind not in undoers:
            reasons[event.pk] = NO_WAY_BACK
        else:
            groups[kind].append(event)
    for kind, group in groups.items():
        undoer: Undoer = undoers.get(kind)
        if member.may(undoer.capability):
            reasons |= undoer.why_not(member, group)
        else:
            reasons |= {event.pk: NOT_ALLOWED for event in group}
    return reasons


@transaction.atomic
def undo_event(member: Membership, event_id: int) -> Event:
    """Take back one of the member's own acts. Of two calls at once one wins and the other gets ``Conflict``."""
    own = Event.objects.filter(pk=event_id, project_id=member.project_id, actor_id=member.user_id)
    locked = own.select_for_update(of=("self",)).first()
    if locked is None:
        raise Http404
    event = own.select_related("undone_by").get()
    if reason := why_not_undo(member, [event]).get(event.pk):
        raise Conflict(reason)
    with recorded_as_undo_of(event):
        undoers.get(f"{event.object_type} {event.verb}").undo(member, event)
    undo = Event.objects.filter(undoes=event).first()
    if undo is None:  # the operation found nothing to change: somebody was quicker
        raise Conflict(CHANGED_SINCE)
    return undo


def _project_why_not(member: Membership, events: Events) -> dict[int, str]:
    project = Project.objects.get(pk=member.project_id)
    known = {*DESCRIBED, *POLICIES}
    reasons = {}
    for event in events:
        if not event.before or not known >= event.before.keys():
            reasons[event.pk] = NO_WAY_BACK
        elif any(getattr(project, name) != value for name, value in event.after.items()):
            reasons[event.pk] = CHANGED_SINCE
    return reasons


def _project_undo(member: Membership, event: Event) -> None:
    change_project(member, event.before)


def _membership_why_not(member: Membership, events: Events) -> dict[int, str]:
    others = Membership.objects.filter(project_id=member.project_id).in_bulk([object_of(event) for event in events])
    reasons = {}
    for event in events:
        other = others.get(object_of(event))
        if other is None:
            reasons[event.pk] = "They are no member any more."
        elif not event.before or not {*CHANGEABLE} >= event.before.keys():
            reasons[event.pk] = NO_WAY_BACK
        elif any(getattr(other, name) != event.after.get(name) for name in event.before):
            reasons[event.pk] = CHANGED_SINCE
        elif not (may_grant(member, other.role) and may_grant(member, event.before.get("role", other.role))):
            reasons[event.pk] = NOT_ALLOWED
    return reasons


def _membership_undo(member: Membership, event: Event) -> None:
    other = Membership.objects.get(pk=object_of(event), project_id=member.project_id)
    change_member(member, other, **event.before)


def _task_why_not(*, must_be_out: bool) -> Callable[[Membership, Events], dict[int, str]]:
    def why_not(member: Membership, events: Events) -> dict[int, str]:
        ids = [object_of(event) for event in events]
        stages = dict(Task.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", "stage"))
        reasons = {}
        for event in events:
            stage = stages.get(object_of(event))
            if stage is None:
                reasons[event.pk] = "The task is gone."
            elif (stage == Stage.EXCLUDED) != must_be_out:
                reasons[event.pk] = "The task is back already." if must_be_out else "The task is out again."
        return reasons

    return why_not


PROJECT_CHANGED = Undoer(Capability.CONFIGURE, _project_why_not, _project_undo)
MEMBERSHIP_CHANGED = Undoer(Capability.MANAGE_MEMBERS, _membership_why_not, _membership_undo)
TASK_REMOVED = Undoer(
    Capability.CURATE_TASKS,
    _task_why_not(must_be_out=True),
    lambda member, event: restore_tasks(member, [object_of(event)]),
)
TASK_BROUGHT_BACK = Undoer(
    Capability.CURATE_TASKS,
    _task_why_not(must_be_out=False),
    lambda member, event: exclude_tasks(member, [object_of(event)]),
)
