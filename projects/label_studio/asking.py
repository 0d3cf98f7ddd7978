"""What is special about each kind of question: tags that ask, by name."""

from collections.abc import Callable
from typing import Any

from projects.label_studio.choosing import OptionReader, at_least_two, children_of
from projects.label_studio.draft import Draft
from projects.label_studio.showing import read_granularity
from projects.label_studio.xml_tree import Tag

Own = dict[str, Any]
Values = dict[str, str]
_MARKED = ("text", "rich_text", "dialogue", "pdf")
_SOUND = "audio"
# Kinds of questions in whose answers there are regions that more can be asked about.
MARKING = frozenset({"spans", "segments", "boxes"})


def choices(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    many = tag.take("choice", "single").lower() == "multiple"
    tag.take("allowNested")
    if any(child.children for child in tag.children if child.name == "choice"):
        return _tree(tag, draft, {"many": many, "any_level": True})
    options, values = _options(tag, "choice", draft)
    if not options:
        return None
    return {"kind": "choices" if many else "choice", "options": at_least_two(tag, options, draft)}, values


def taxonomy(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    most = tag.take("maxUsages")
    if most not in {"", "1"}:
        draft.notes.lost(tag, f"maxUsages “{most}”: several options may be chosen, without a limit.")
    return _tree(tag, draft, {"many": most != "1", "any_level": not tag.flag("leafsOnly")})


def _tree(tag: Tag, draft: Draft, flags: dict[str, bool]) -> tuple[Own, Values] | None:
    reader = OptionReader(draft)
    nodes = reader.tree(children_of(tag, "choice", draft))
    if not nodes:
        _no_options(tag, draft)
        return None
    return {
        "kind": "taxonomy",
        **{name: True for name, is_set in flags.items() if is_set},
        "options": nodes,
    }, reader.values


def labels(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    shown = draft.field_named(field)["kind"]
    if shown == "image":
        return boxes(tag, field, draft)
    if shown not in (*_MARKED, _SOUND):
        draft.notes.lost(
            tag, f"Left out: parts of a field of kind {shown} cannot be marked here; show it as text for that."
        )
        return None
    options, values = _options(tag, "label", draft, all_coloured=True)
    if not options:
        return None
    if tag.take("choice", "single").lower() == "multiple":
        draft.notes.changed(tag, "What is marked has one label here; the same place may be marked once for each.")
    if shown == _SOUND:
        return {"kind": "segments", "options": options}, values
    snap = read_granularity(tag, draft) or draft.snaps.get(field) or "character"
    return {"kind": "spans", **({"snap": snap} if snap != "word" else {}), "options": options}, values


def boxes(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    shown = draft.field_named(field)["kind"]
    if shown != "image":
        draft.notes.lost(tag, f"Left out: boxes are drawn on images, and this is about a field of kind {shown}.")
        return None
    options, values = _options(tag, "label", draft, all_coloured=True)
    if not options:
        return None
    if tag.take("choice", "single").lower() == "multiple":
        draft.notes.changed(tag, "A box has one label here; another box may be drawn in the same place.")
    _never_turned(tag, draft)
    return {"kind": "boxes", "options": options}, values


def bare_boxes(tag: Tag, field: str, draft: Draft) -> None:
    """Boxes whose labels another tag holds."""
    _never_turned(tag, draft)
    if not any(question["kind"] == "boxes" and question["on"] == field for question in draft.questions):
        draft.notes.lost(tag, "Left out: there are no labels for its boxes.")


def _never_turned(tag: Tag, draft: Draft) -> None:
    if tag.flag("canRotate"):
        draft.notes.changed(tag, "canRotate: boxes are never turned here: their sides are those of the picture.")


def relations(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    if not any(question["kind"] == "spans" for question in draft.questions):
        draft.notes.lost(tag, "Left out: there are no spans that it could be between.")
        return None
    options, values = _options(tag, "relation", draft)
    return ({"kind": "relations", "options": options}, values) if options else None


def rating(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values]:
    highest = _number(tag, "maxRating", draft)
    if highest is not None and not 2 <= highest <= 101:
        draft.notes.changed(tag, f"maxRating “{highest:g}”: a scale has 2 to 101 steps here; it has five now.")
        highest = None
    return {"kind": "rating", "highest": int(highest or 5)}, {}


def number(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values]:
    least, most, step = (_number(tag, name, draft) for name in ("min", "max", "step"))
    own: Own = {"kind": "number"}
    if step is not None and step == int(step):
        own["whole"] = True
    if step not in {None, 1}:
        draft.notes.lost(tag, f"step “{step:g}”: numbers go in no steps here.")
    if least is not None and most is not None and least >= most:
        draft.notes.lost(tag, f"min “{least:g}”, max “{most:g}”: no number is between them.")
        return own, {}
    return {**own, **{name: one for name, one in (("minimum", least), ("maximum", most)) if one is not None}}, {}


def date(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values]:
    """Without ``only`` a date and a time are asked for."""
    only = {part.strip().lower() for part in tag.take("only").split(",") if part.strip()}
    for part in sorted(only - {"date", "time"}):
        draft.notes.changed(tag, f"only “{part}”: a whole date is asked for here.")
    if only == {"time"}:
        draft.notes.changed(tag, "only “time”: a time is asked for together with its date here.")
    for bound in ("min", "max"):
        if limit := tag.take(bound):
            draft.notes.lost(tag, f"{bound} “{limit}”: dates have no limits here.")
    return {"kind": "date", **({"with_time": True} if not only or "time" in only else {})}, {}


def text(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values]:
    own: Own = {"kind": "text"}
    rows = _number(tag, "rows", draft)
    if rows is not None:
        own["lines"] = max(1, min(40, int(rows)))
    if hint := tag.take("placeholder"):
        own["help"] = hint[:2000]
    if label := tag.take("label"):
        own["title"] = label[:200]
    most = tag.take("maxSubmissions")
    if most not in {"", "1"}:
        draft.notes.lost(tag, f"maxSubmissions “{most}”: a question takes one text here.")
    value = tag.take("value")
    if value.startswith("$"):
        own["draft"] = draft.add_field(tag, "text", value.removeprefix("$"))
    elif value:
        draft.notes.lost(tag, "value: a text begins with a field of the task here, or empty.")
    return own, {}


def ranking(tag: Tag, field: str, draft: Draft) -> tuple[Own, Values] | None:
    if draft.field_named(field)["kind"] != "candidates":
        draft.notes.lost(tag, "Left out: it is about no List.")
        return None
    if not any(child.name == "bucket" for child in tag.children):
        return {"kind": "ranking"}, {}
    reader, buckets = OptionReader(draft), list(children_of(tag, "bucket", draft))
    for bucket in buckets:
        bucket.attributes.setdefault("alias", bucket.take("name"))
        bucket.attributes.setdefault("value", bucket.take("title") or bucket.attributes["alias"])
        if bucket.flag("default"):
            draft.notes.lost(bucket, "default: nothing is answered beforehand here, so that it sways nobody.")
    options = reader.options(iter(buckets))
    draft.notes.changed(
        tag, "Each candidate is put into one bucket by a choice; the order within a bucket is not asked."
    )
    return {"kind": "choice", "per": "candidate", "options": at_least_two(tag, options, draft)}, reader.values


def _options(tag: Tag, name: str, draft: Draft, *, all_coloured: bool = False) -> tuple[list[Own], Values]:
    reader = OptionReader(draft)
    options = reader.options(children_of(tag, name, draft), all_coloured=all_coloured)
    if not options:
        _no_options(tag, draft)
    return options, reader.values


def _no_options(tag: Tag, draft: Draft) -> None:
    source = tag.take("value") or tag.take("apiUrl")
    why = f"they come from “{source}”, and" if source else "it has none, and"
    draft.notes.lost(tag, f"Left out: {why} a question needs its options in the schema.")


def _number(tag: Tag, name: str, draft: Draft) -> float | None:
    written = tag.take(name)
    try:
        found = float(written) if written else None
    except ValueError:
        found = float("nan")
    if found is not None and not abs(found) < 1e15:  # neither for what is no number
        draft.notes.lost(tag, f"{name} “{written}”: is no number that can be used.")
        return None
    return int(found) if found is not None and found == int(found) else found


# What can be asked about each region.
REPEATING = frozenset({"choices", "taxonomy", "rating", "number", "datetime", "textarea"})

ASKING: dict[str, Callable[[Tag, str, Draft], tuple[Own, Values] | None]] = {
    "choices": choices,
    "taxonomy": taxonomy,
    "labels": labels,
    "hypertextlabels": labels,
    "paragraphlabels": labels,
    "rectanglelabels": boxes,
    "rectangle": bare_boxes,
    "relations": relations,
    "rating": rating,
    "number": number,
    "datetime": date,
    "textarea": text,
    "ranker": ranking,
}
