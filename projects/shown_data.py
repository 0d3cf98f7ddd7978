"""A task's data as people at work see it: without what is hidden from them, with HTML cut down to what is safe, and
with the address of files."""

from collections.abc import Callable, Mapping, Set
from typing import Any

from django.urls import reverse
from django.utils.html import escape

from labelplatform.media_types import PICTURES, SOUNDS
from labelplatform.roles import Capability
from labelplatform.sanitizing import sanitize_html
from projects.models import Membership
from projects.schema import Field, Schema


def shown_data(member: Membership, data: Mapping[str, Any], *, task_id: int) -> dict[str, Any]:
    """The fields that the member may see, by name, ready for the elements that show them."""
    shown = rendered_data(member.project.schema, visible_data(member, data))
    return {**shown, **shown_media(member, data, task_id=task_id)}


def shown_media(member: Membership, data: Mapping[str, Any], *, task_id: int) -> dict[str, Any]:
    """The files among the fields that the member may see, by name, ready as in ``shown_data``."""
    visible = visible_data(member, data)
    return {
        field.name: {**value, "address": _address(member, task_id, value["asset"])}
        for field in member.project.schema.media_fields
        if (value := visible.get(field.name)) is not None
    }


def visible_data(member: Membership, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the member may see, as they are stored."""
    may_all = member.may(Capability.REVIEW) or member.may(Capability.VIEW_DATA)
    return member.project.schema.visible(data, to_reviewers=may_all)


def picture_field(member: Membership) -> str:
    """The first field with pictures that the member may see, by its name; "" where there is none."""
    return _first_field(member, PICTURES)


def sound_field(member: Membership) -> str:
    """The first field with sounds that the member may see, by its name; "" where there is none."""
    return _first_field(member, SOUNDS)


def _first_field(member: Membership, media: Set[str]) -> str:
    fields = [field.name for field in member.project.schema.media_fields if field.media & media]
    return next(iter(visible_data(member, dict.fromkeys(fields))), "")


def small_picture(member: Membership, task_id: int, content_hash: str) -> str:
    """Where the small copy of a picture that a task shows is served."""
    return reverse("projects:task-picture-small", args=[member.project.slug, task_id, content_hash])


def task_picture(member: Membership, task_id: int, data: Mapping[str, Any]) -> str:
    """The address of the small copy of a task's first picture that the member may see; "" where it has none."""
    shown = data.get(picture_field(member))
    return small_picture(member, task_id, shown["asset"]) if shown else ""


def whole_file(member: Membership, task_id: int, content_hash: str) -> str:
    """Where a picture or a sound that a task shows is served."""
    return reverse("projects:task-file", args=[member.project.slug, task_id, content_hash])


def rendered_data(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with HTML cut down to what is safe, ready for the elements that show it."""
    rendered = dict(data)
    for name in rendered.keys() & schema.rendered_fields:
        field = schema.fields_by_name[name]
        rendered[name] = _RENDERERS[field.kind](field, rendered[name], name in schema.marked_fields)
    return rendered


def _rich_text(field: Any, value: str, is_marked: bool) -> Any:
    """HTML; where places in it are marked the text that they count, with the elements around its pieces.

    Why a value is not laid out but shown as it was written stands before the HTML, or beside the text.
    """
    if not is_marked:
        html, not_laid_out = field.as_html(value)
        return sanitize_html(f"<p><em>{escape(not_laid_out)}</em></p>{html}" if not_laid_out else html)
    document = field.document(value)
    remark = {"remark": document.not_laid_out} if document.not_laid_out else {}
    return {"text": document.text, "nodes": document.nodes, **remark}


def _address(member: Membership, task_id: int, content_hash: str) -> str:
    """Where the file is served as a part of this task: to who may see the task and the field, and to nobody else."""
    return whole_file(member, task_id, content_hash).removesuffix("whole")


# How the fields that hold HTML, or become HTML, are made safe.
_RENDERERS: dict[str, Callable[[Field, Any, bool], Any]] = {"rich_text": _rich_text}
