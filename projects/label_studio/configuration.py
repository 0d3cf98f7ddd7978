"""A labeling configuration of Label Studio as a schema, with a note on everything that does not simply map.

References
----------
The tags are documented at https://labelstud.io/tags/.
"""

from dataclasses import dataclass, field
from typing import Any

from projects.label_studio.asking import ASKING, MARKING, REPEATING
from projects.label_studio.conditions import Visibility, condition_for, read_visibility
from projects.label_studio.draft import Asked, Draft
from projects.label_studio.naming import in_words
from projects.label_studio.notes import Note
from projects.label_studio.showing import SHOWN, add_shown
from projects.label_studio.vocabulary import CONTAINERS, why_no_tag
from projects.label_studio.xml_tree import ConfigurationProblem, Tag, read_tree
from projects.schema import SchemaProblems, parse_schema


@dataclass(frozen=True)
class Converted:
    """``schema`` is a right definition; ``notes`` come by line."""

    schema: dict[str, Any]
    notes: list[Note]


@dataclass(frozen=True)
class _Control:
    """A tag that asks, with the header above it and what it and those around it say of when it is visible."""

    tag: Tag
    header: str
    visibilities: list[Visibility]


@dataclass
class _Found:
    controls: list[_Control] = field(default_factory=list)
    header: Tag | None = None

    def take_header(self) -> str:
        tag, self.header = self.header, None
        return _words(tag) if tag else ""


def convert_configuration(text: str) -> Converted:
    """Read a configuration; raises ``ConfigurationProblem`` where it is none or nothing in it can be taken over.

    >>> convert_configuration('''<View>
    ...   <Text name="t" value="$text"/>
    ...   <Choices name="mood" toName="t" required="true"><Choice value="Good"/><Choice value="Bad"/></Choices>
    ... </View>''').schema["questions"][0]["kind"]
    'choice'
    """
    root = read_tree(text)
    if root.name != "view":
        message = f"Its root is <{root.written}>; a labeling configuration begins with <View>."
        raise ConfigurationProblem(message, root.line)
    draft, found = Draft(), _Found()
    _find(root, [], draft, found)
    _drop_header(draft, found)
    pairs = [control for control in found.controls if control.tag.name == "pairwise"]
    for pair in pairs:
        _join_pair(pair, [control for control in found.controls if control not in pairs], draft)
    asked_last = ("relations", "rectangle")  # they need spans or labels, which may stand below them there
    for control in sorted(found.controls, key=lambda one: one.tag.name in asked_last):
        if not _is_per_region(control.tag):
            _ask(control, draft)
    for control in found.controls:
        if _is_per_region(control.tag):
            _ask_per_region(control, draft)
    return _finished(draft)


def _find(tag: Tag, around: list[Visibility], draft: Draft, found: _Found) -> None:
    """Go through the tags in order: fields are made at once, questions gathered, all else noted."""
    own = read_visibility(tag)
    around = [own, *around] if own else around
    draft.notes.left_over(tag)
    for child in tag.children:
        if child.name in CONTAINERS:
            _find(child, around, draft, found)
        elif child.name == "header":
            _meet_header(child, draft, found)
        elif child.name in SHOWN:
            add_shown(child, found.take_header()[:120], draft)
            draft.notes.left_over(child)
        elif child.name in ASKING or child.name == "pairwise":
            visible = read_visibility(child)
            found.controls.append(_Control(child, found.take_header(), [visible, *around] if visible else around))
        else:
            draft.lost_objects.add(child.attributes.get("name", ""))
            draft.notes.lost(child, why_no_tag(child.name))


def _words(header: Tag) -> str:
    return " ".join((header.attributes.get("value") or header.text).split()).rstrip(":")


def _meet_header(tag: Tag, draft: Draft, found: _Found) -> None:
    words = _words(tag)
    if words.startswith("$"):
        draft.add_field(tag, "text", words.removeprefix("$"))
    else:
        _drop_header(draft, found)
        found.header = tag
    kept = tag.attributes.pop("value", None)
    draft.notes.left_over(tag)
    if kept is not None:
        tag.attributes["value"] = kept


def _drop_header(draft: Draft, found: _Found) -> None:
    """A header with nothing of its own below it."""
    if found.header is not None and _words(found.header):
        draft.notes.lost(found.header, "Left out: no field or question is below it. Put it into the guideline.")
    found.header = None


def _is_per_region(tag: Tag) -> bool:
    return tag.name in REPEATING and tag.attributes.get("perregion", "").strip().lower() == "true"


def _objects(tag: Tag) -> list[str]:
    return [name.strip() for name in tag.attributes.get("toname", "").split(",") if name.strip()]


def _join_pair(control: _Control, others: list[_Control], draft: Draft) -> None:
    """Two things to compare become one list of candidates, and are no fields of their own unless asked about."""
    names = _objects(control.tag)
    known = [draft.objects[name] for name in names if name in draft.objects]
    if len(known) < 2 or known[0] == known[1]:
        return
    joined = draft.add_field(control.tag, "candidates", "candidates")
    shape = "[{“id”: “left”, “text”: …}, {“id”: “right”, “text”: …}]"
    draft.notes.changed(control.tag, f"“{known[0]}” and “{known[1]}” come as one list, “{joined}”, here: {shape}.")
    asked_about = {draft.objects.get(name) for other in others for name in _objects(other.tag)}
    draft.fields = [one for one in draft.fields if one["name"] not in {*known[:2]} - asked_about]
    control.tag.attributes["toname"] = joined
    draft.objects[joined] = joined


def _ask(control: _Control, draft: Draft, spans: Asked | None = None) -> Asked | None:
    """Make a question of the tag and put it where it belongs; None with a note where that cannot be."""
    tag = control.tag
    read = ASKING.get(tag.name, _preference)
    on = _field_of(tag, draft)
    made = read(tag, on, draft) if on else None
    if made is None:
        return None
    own, values = made
    region = spans.name if spans else ""
    original = tag.called
    title = control.header[:200] or own.pop("title", "") or in_words(original or tag.written)[:200]
    name = draft.question_name(tag, in_region=bool(spans))
    is_required = tag.flag("required")
    own = {**own, **({} if is_required else {"required": False})}
    if when := condition_for(control.visibilities, draft, spans=spans):
        own["when"] = when
    asked = Asked({"name": name, "title": title, **({} if spans else {"on": on}), **own}, values, region)
    draft.notes.left_over(tag)
    draft.controls[original] = asked
    (spans.definition.setdefault("questions", []) if spans else draft.questions).append(asked.definition)
    return asked


def _field_of(tag: Tag, draft: Draft) -> str:
    """The field that a question is about; empty, with a note, where it was not taken over."""
    names = _objects(tag)
    tag.take("toName")
    known = [draft.objects[name] for name in names if name in draft.objects]
    if len(names) > 1:
        draft.notes.changed(tag, f"toName “{', '.join(names)}”: a question is about one field here, the first.")
    if known:
        return known[0]
    if lost := [name for name in names if name in draft.lost_objects]:
        draft.notes.lost(tag, f"Left out: it is about “{lost[0]}”, which was not taken over.")
        return ""
    if names:
        draft.notes.changed(
            tag, f"toName “{names[0]}”: there is nothing of this name; it is asked about the first field."
        )
    if not draft.fields:
        draft.notes.lost(tag, "Left out: there is no field that it could be about.")
        return ""
    return str(draft.fields[0]["name"])


def _preference(tag: Tag, field_name: str, draft: Draft) -> tuple[dict[str, Any], dict[str, str]] | None:
    if draft.field_named(field_name)["kind"] != "candidates":
        draft.notes.lost(tag, "Left out: it names no two things to compare that were taken over.")
        return None
    return {"kind": "preference", "steps": 1, "ties": False}, {}


def _ask_per_region(control: _Control, draft: Draft) -> None:
    """Ask about each span or segment of the question on the same field; of several the one that the condition names."""
    tag = control.tag
    about = {draft.objects.get(name) for name in _objects(tag)}
    marking = [one for one in draft.controls.values() if one.definition["kind"] in MARKING]
    fitting = [one for one in marking if one.definition["on"] in about] or marking
    named = [draft.controls[one.control] for one in control.visibilities if one.control in draft.controls]
    chosen = next((one for one in named if one in fitting), fitting[0] if fitting else None)
    if chosen is None:
        _ask(control, draft)  # the attribute is left over, and so noted
        return
    tag.take("perRegion")
    if len(fitting) > 1 and not any(one in fitting for one in named):
        draft.notes.changed(tag, f"perRegion: it is asked about what is marked for “{chosen.name}” only.")
    _ask(control, draft, chosen)


def _finished(draft: Draft) -> Converted:
    notes = draft.notes.in_order()
    if not draft.fields or not draft.questions:
        what = "shows" if not draft.fields else "asks"
        reasons = " ".join(f"Line {note.line}, {note.tag}: {note.message}" for note in notes[:5] if note.is_lost)
        raise ConfigurationProblem(f"Nothing that it {what} can be taken over. {reasons}".strip())
    try:
        schema = parse_schema({"fields": draft.fields, "questions": draft.questions})
    except SchemaProblems as error:
        raise ConfigurationProblem(f"What it becomes is no schema: {error}") from error
    return Converted(schema.definition(), notes)
