"""How an event reads: what was done to what, and what changed by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from labelplatform.events.models import Event
from labelplatform.text_differences import Line, changed_lines
from projects.history.event_objects import object_title

_SHOWN_CHARACTERS = 300
# What was not there before and is nothing now tells nothing.
_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Change:
    """One value that an act changed; long texts are told as ``lines`` that came and went."""

    name: str
    before: str | None = None
    after: str | None = None
    lines: Sequence[Line] = field(default_factory=tuple)


# Where verb and kind do not make a sentence by themselves.
_PHRASES = {
    ("invitation", "invited"): "invited",
    ("invitation", "invited again"): "made a new link for the invitation of",
    ("invitation", "accepted"): "accepted the invitation of",
    ("invitation", "cancelled"): "cancelled the invitation of",
    ("membership", "added"): "made a member",
    ("membership", "handed over to"): "handed the project over to",
    ("user", "closed"): "closed the account of",
    ("project", "assigned"): "assigned tasks of project",
    ("project", "took back"): "took back tasks of project",
    ("membership", "assigned reviews"): "assigned reviews to",
    ("suggestionchoice", "chose who suggests"): "chose who suggests answers to",
    ("predictionsource", "received predictions of"): "uploaded predictions of",
    ("job", "exported"): "exported labels by",
    ("job", "exported the audit log"): "exported the audit log by job",
}


def act_of(event: Event) -> str:
    """What was done, up to the name of what it was done to: "changed member"."""
    phrase = _PHRASES.get((event.object_type, event.verb))
    return phrase or f"{event.verb} {object_title(event.object_type)}"


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What is different, value by value, in the order of the names as they were recorded.

    >>> changes_of({"role": "viewer", "suspended": False}, {"role": "annotator", "suspended": False})
    [Change(name='role', before='viewer', after='annotator', lines=())]
    """
    changes = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if name in before and name in after and old == new:
            continue
        if name not in before and new in _NOTHING:
            continue
        changes.append(_change(name, old, new, was=name in before, is_now=name in after))
    return changes


def _change(name: str, old: Any, new: Any, *, was: bool, is_now: bool) -> Change:
    if isinstance(old, str) and isinstance(new, str) and old and new and "\n" in old + new:
        return Change(name, lines=changed_lines(old, new))
    return Change(name, _short(_words(old)) if was else None, _short(_words(new)) if is_now else None)


def _words(value: Any) -> str:
    if value in _NOTHING:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(inner, str | int | float) for inner in value):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping) and all(isinstance(inner, str | int | float) for inner in value.values()):
        return ", ".join(f"{name}: {inner}" for name, inner in value.items()) or "nothing"
    return msgspec.json.encode(value).decode()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
