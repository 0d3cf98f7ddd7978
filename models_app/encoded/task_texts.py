"""The text of a field of a task, as encoders read it."""

from typing import Any

from projects.schema import Schema
from projects.schema.fields.record import RecordField


def text_of(data: dict[str, Any] | None, field: str, schema: Schema) -> str:
    """What people read in the field; empty where the task lacks it."""
    value = (data or {}).get(field, "")
    if isinstance(value, str):
        return value
    shown = schema.fields_by_name.get(field)
    if shown is None:
        return str(value)
    text = shown.text(value)
    return shown.search_text(value) if text is None else text


def column_types(schema: Schema, field: str) -> dict[str, str] | None:
    """The type of each column of a record; None for a field of another kind."""
    shown = schema.fields_by_name.get(field)
    return {column.name: column.type for column in shown.columns} if isinstance(shown, RecordField) else None
