"""A task's data as people at work see it: without what is hidden from them, and with HTML cut down to what is safe."""

from collections.abc import Callable, Mapping
from typing import Any

from labelplatform.roles import Capability
from labelplatform.sanitizing import render_markdown, sanitize_html
from projects.models import Membership
from projects.schema import Field, Schema


def shown_data(member: Membership, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the member may see, by name, ready for the elements that show them."""
    schema = member.project.schema
    visible = schema.visible(data, to_reviewers=member.may(Capability.REVIEW) or member.may(Capability.VIEW_DATA))
    return rendered_data(schema, visible)


def rendered_data(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with HTML cut down to what is safe, ready for the elements that show it."""
    rendered = dict(data)
    for name in rendered.keys() & schema.rendered_fields:
        field = schema.fields_by_name[name]
        rendered[name] = _RENDERERS[field.kind](field, rendered[name])
    return rendered


def _rich_text(field: Any, value: str) -> str:
    return sanitize_html(value) if field.format == "html" else str(render_markdown(value).html)


# How the fields that hold HTML, or become HTML, are made safe.
_RENDERERS: dict[str, Callable[[Field, Any], Any]] = {"rich_text": _rich_text}
