"""Tags that show something, as fields."""

from collections.abc import Callable
from typing import Any

from projects.label_studio.draft import Draft
from projects.label_studio.xml_tree import Tag


def add_shown(tag: Tag, title: str, draft: Draft) -> None:
    """Make a field of a tag that shows data; what shows a fixed text is noted and left out."""
    name, value = tag.take("name"), tag.take("value")
    if not value.startswith("$"):
        draft.notes.lost(
            tag, "Left out: it shows no data (no “$…” as value). Words for people belong into the guideline."
        )
        draft.lost_objects.add(name)
        return
    if tag.take("valueType").lower() == "url":
        draft.notes.changed(tag, "The data must hold the content itself: addresses are not fetched here.")
    kind, settings = SHOWN[tag.name](tag, draft)
    field = draft.add_field(tag, kind, value.removeprefix("$"), title=title or tag.take("title")[:120], **settings)
    draft.objects[name] = field
    if tag.name in {"text", "hypertext"}:
        draft.snaps[field] = read_granularity(tag, draft)


def read_granularity(tag: Tag, draft: Draft) -> str:
    """What marking snaps to, as the tag says; empty where it says nothing."""
    wanted = tag.take("granularity").lower()
    if wanted in {"", "word"}:
        return wanted
    if wanted != "symbol":
        draft.notes.changed(tag, f"Marking snaps to words here: not to each {wanted}.")
        return "word"
    return "character"


Shown = tuple[str, dict[str, Any]]


def _text(tag: Tag, draft: Draft) -> Shown:
    return "text", {}


def _rich_text(tag: Tag, draft: Draft) -> Shown:
    return "rich_text", {}


def _dialogue(tag: Tag, draft: Draft) -> Shown:
    speaker, text = tag.take("nameKey", "author"), tag.take("textKey", "text")
    if (speaker, text) != ("speaker", "text"):
        message = f"Turns are {{“speaker”, “text”}} here: rename “{speaker}” and “{text}” in the data."
        draft.notes.changed(tag, message)
    return "dialogue", {}


def _chat(tag: Tag, draft: Draft) -> Shown:
    draft.notes.changed(tag, "Turns are {“speaker”, “text”} here: rename “role” and “content” in the data.")
    draft.notes.lost(tag, "Nobody writes new turns here: the conversation is shown as it came.")
    return "dialogue", {}


def _record(tag: Tag, draft: Draft) -> Shown:
    return "record", {}


def _candidates(tag: Tag, draft: Draft) -> Shown:
    draft.notes.changed(
        tag, "Candidates are {“id”, “title”, “text”} here: rename “body” in the data; “html” has no place."
    )
    return "candidates", {}


def _pdf(tag: Tag, draft: Draft) -> Shown:
    draft.notes.changed(tag, "Import the PDF files themselves: addresses of files in the data are not fetched.")
    return "pdf", {}


def _image(tag: Tag, draft: Draft) -> Shown:
    draft.notes.changed(tag, "Import the pictures themselves: addresses of files in the data are not fetched.")
    if tag.take("valueList"):
        draft.notes.lost(tag, "valueList: a field shows one picture here; a task may have several fields.")
    return "image", {}


def _audio(tag: Tag, draft: Draft) -> Shown:
    draft.notes.changed(tag, "Import the sounds themselves: addresses of files in the data are not fetched.")
    return "audio", {}


SHOWN: dict[str, Callable[[Tag, Draft], Shown]] = {
    "text": _text,
    "hypertext": _rich_text,
    "paragraphs": _dialogue,
    "dialog": _dialogue,
    "chat": _chat,
    "table": _record,
    "list": _candidates,
    "pdf": _pdf,
    "image": _image,
    "audio": _audio,
    "audioplus": _audio,
}
