"""What a task shows, field by field, on pages that are read rather than worked on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labelplatform.roles import Capability
from projects.models import Membership, Task
from projects.schema import Field
from projects.schema.fields.field import NOT_AT_WORK, ShownPart
from projects.shown_data import shown_data

_MOST_PAGES = 200  # beyond it the text is what one reads


@dataclass(frozen=True)
class PagePicture:
    number: int
    address: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownField:
    """``title`` is empty where there is only one field.

    ``name`` is empty where the words cannot be quoted by place: a page reads a carriage return as the end of a line.
    """

    name: str
    title: str
    text: str
    parts: Sequence[ShownPart] = ()
    parts_are: str = ""
    is_shuffled: bool = False
    pages: Sequence[PagePicture] = ()
    pages_in_all: int = 0
    picture: Mapping[str, Any] | None = None
    sound: Mapping[str, Any] | None = None


def shown_fields(task: Task, member: Membership) -> Sequence[ShownField]:
    """The fields that a member who looks at the task may see, in the schema's order."""
    schema = member.project.schema
    kept = schema.visible(task.content.data, to_reviewers=member.may(Capability.VIEW_DATA))
    ready = shown_data(member, kept, task_id=task.pk)
    titled = len(schema.fields) > 1
    fields = [field for field in schema.fields if field.name in kept]
    shown = [_shown(field, kept[field.name], ready[field.name], titled) for field in fields]
    return shown if member.may(Capability.VIEW_DATA) else [_as_at_work(field) for field in shown]


def _as_at_work(field: ShownField) -> ShownField:
    """Without what people are not shown where they answer: columns that the schema does not name, and the ids and the
    order of candidates, which may tell whose they are, of which each person sees another order."""
    parts = [replace(part, id="") for part in field.parts if part.look != NOT_AT_WORK]
    return replace(field, parts=sorted(parts, key=lambda part: part.text) if field.is_shuffled else parts)


def _shown(field: Field, value: Any, ready: Any, titled: bool) -> ShownField:
    text = field.text(value)
    about_file = value.keys() if field.media else ()
    return ShownField(
        name="" if text is None or "\r" in text else field.name,
        title=field.title or field.name if titled else "",
        text=text or field.search_text(value),
        parts=field.shown_parts(value),
        parts_are=field.parts_are,
        is_shuffled=getattr(field, "shuffled", False),
        pages=_pictures(ready) if "pages" in about_file else (),
        pages_in_all=len(value["pages"]) if "pages" in about_file else 0,
        picture=ready if "width" in about_file else None,
        sound=ready if "duration_seconds" in about_file else None,
    )


def _pictures(ready: Mapping[str, Any]) -> list[PagePicture]:
    return [
        PagePicture(number, f"{ready['address']}{number}.webp", round(page["width"]), round(page["height"]))
        for number, page in enumerate(ready["pages"][:_MOST_PAGES], 1)
    ]
