"""The text of a field of a task, as encoders read it."""

from typing import Any

from models_app.registries import media_encoders
from projects.schema import Field, Schema
from projects.schema.fields.record import RecordField


def text_of(data: dict[str, Any] | None, field: str, schema: Schema) -> str:
    """What people read in the field; empty where the task lacks it. Of one that shows a file what stands beside it.

    What a file is called is never read: it often gives the answer away, and says nothing where models are used.
    """
    value = (data or {}).get(field, "")
    shown = schema.fields_by_name.get(field)
    if shown is not None and shown.kind in media_encoders:
        return _texts_beside(data or {}, schema)
    if shown is None or value == "":
        return str(value)
    text = shown.text(value)
    return shown.search_text(value) if text is None else text


def has_texts_beside(schema: Schema) -> bool:
    """Whether tasks show texts beside what they show of files."""
    return any(_is_text_beside(field) for field in schema.fields)


def _texts_beside(data: dict[str, Any], schema: Schema) -> str:
    """What stands beside a file for all to read goes with it: a caption often says as much."""
    beside = [field for field in schema.fields if _is_text_beside(field) and data.get(field.name) is not None]
    return "\n".join(text_of(data, field.name, schema) for field in beside)


def _is_text_beside(field: Field) -> bool:
    return field.shown == "all" and field.kind not in media_encoders


def column_types(schema: Schema, field: str) -> dict[str, str] | None:
    """The type of each column of a record; None for a field of another kind."""
    shown = schema.fields_by_name.get(field)
    return {column.name: column.type for column in shown.columns} if isinstance(shown, RecordField) else None
