"""When something is visible there, as the condition under which a question is asked here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.label_studio.draft import Asked, Draft
from projects.label_studio.xml_tree import Tag

_ATTRIBUTES = ("visibleWhen", "whenTagName", "whenLabelValue", "whenChoiceValue")
Condition = dict[str, Any]


@dataclass(frozen=True)
class Visibility:
    """What a tag says of when it is visible; ``when`` is guessed from the others where it is missing."""

    tag: Tag
    when: str
    control: str
    labels: str
    choices: str


def read_visibility(tag: Tag) -> Visibility | None:
    when, control, labels, choices = (tag.take(name) for name in _ATTRIBUTES)
    if not (when or control or labels or choices):
        return None
    return Visibility(
        tag, when.lower() or ("region-selected" if labels else "choice-selected"), control, labels, choices
    )


def condition_for(visibilities: Sequence[Visibility], draft: Draft, *, spans: Asked | None = None) -> Condition | None:
    """The innermost condition that can be kept; ``spans`` is the question whose spans this one is asked about."""
    found = [one for visibility in visibilities if (one := _condition(visibility, draft, spans))]
    for visibility in visibilities[1:] if len(found) > 1 else ():
        draft.notes.lost(visibility.tag, "visibleWhen: a question has one condition here, the innermost was kept.")
    return found[0] if found else None


def _condition(visibility: Visibility, draft: Draft, spans: Asked | None) -> Condition | None:
    if visibility.when in {"choice-selected", "choice-unselected"}:
        return _by_choice(visibility, draft, spans)
    if visibility.when == "region-selected" and spans is not None:
        return _by_label(visibility, draft, spans)
    if visibility.when == "region-selected":
        reason = "visibleWhen: asked about the whole task, a question does not wait for a region to be selected."
        draft.notes.lost(visibility.tag, reason)
    else:
        draft.notes.lost(visibility.tag, f"visibleWhen “{visibility.when}”: there is no such condition here.")
    return None


def _by_choice(visibility: Visibility, draft: Draft, spans: Asked | None) -> Condition | None:
    known = draft.controls.get(visibility.control)
    if known is None or known.region_of != (spans.name if spans else ""):
        reason = f"whenTagName “{visibility.control}”: there is no such question before it, so it is always asked."
        draft.notes.lost(visibility.tag, reason)
        return None
    is_selected = visibility.when == "choice-selected"
    if not visibility.choices:
        return {"question": known.name, "answered": is_selected}
    values = _values(visibility.choices, known.values, visibility, draft)
    return {"question": known.name, "is" if is_selected else "is_not": values} if values else None


def _by_label(visibility: Visibility, draft: Draft, spans: Asked) -> Condition | None:
    if not visibility.labels:
        return None
    values = _values(visibility.labels, spans.values, visibility, draft)
    return {"question": "label", "is": values} if values else None


def _values(written: str, known: Mapping[str, str], visibility: Visibility, draft: Draft) -> list[str]:
    """The options meant; a comma parts them, unless the whole is one."""
    wanted = [written] if written in known else [one.strip() for one in written.split(",") if one.strip()]
    for one in wanted:
        if one not in known:
            draft.notes.lost(visibility.tag, f"“{one}” in its condition: is no option of that question.")
    return list(dict.fromkeys(known[one] for one in wanted if one in known))
