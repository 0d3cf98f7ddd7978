"""The forms of the import pages: what is said about a file, and what becomes of its columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django import forms
from django.http import QueryDict

from projects.importing.encodings import COMMON_ENCODINGS, known_encoding
from projects.importing.formats import import_formats
from projects.importing.mapping import DATA, EXTERNAL_ID, IGNORE, METADATA, OVERLAP, SKILL
from projects.importing.preview import Preview, PreviewRow, Wishes
from projects.models import OnConflict
from projects.schema import Schema

_LONGEST_CELL = 160
_DELIMITERS = {",": "Comma ,", ";": "Semicolon ;", "tab": "Tab", "|": "Vertical bar |"}


class LookForm(forms.Form):
    """How the file is read. Every value was detected and can be changed."""

    format = forms.ChoiceField()
    encoding = forms.ChoiceField()
    delimiter = forms.ChoiceField(label="Columns are divided by")
    has_header = forms.BooleanField(required=False, label="The first row names the columns")

    def __init__(self, preview: Preview) -> None:
        detected = preview.detected
        delimiter = _delimiter_name(detected.delimiter)
        super().__init__(
            initial={
                "format": detected.format,
                "encoding": detected.encoding,
                "delimiter": delimiter,
                "has_header": detected.has_header,
            }
        )
        self.fields["format"].choices = [(name, import_formats.get(name).title) for name in import_formats]  # type: ignore[attr-defined]
        encodings = {known_encoding(name) or name: name for name in COMMON_ENCODINGS}
        encodings.setdefault(detected.encoding, detected.encoding)
        self.fields["encoding"].choices = list(encodings.items())  # type: ignore[attr-defined]
        self.fields["delimiter"].choices = list({delimiter: delimiter, **_DELIMITERS}.items())  # type: ignore[attr-defined]
        if not import_formats.get(detected.format).is_table:
            del self.fields["delimiter"], self.fields["has_header"]


class ConflictForm(forms.Form):
    on_conflict = forms.ChoiceField(
        choices=[
            (OnConflict.REJECT.value, "Keep the task as it is and list the row as rejected"),
            (OnConflict.UPDATE.value, "Replace the task's data, unless somebody has answered it already"),
        ],
        widget=forms.RadioSelect,
        initial=OnConflict.REJECT.value,
        label="When an ID is known and its data differs",
    )


@dataclass(frozen=True)
class Column:
    """A column of the preview: what it becomes, and what it could become."""

    name: str
    target: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownRow:
    line: int
    cells: list[str]
    problem: str
    raw: str


def columns_of(preview: Preview, schema: Schema) -> list[Column]:
    fields = [(DATA + field.name, f"Field “{field.name}”") for field in schema.fields]
    choices = [*fields, (EXTERNAL_ID, "ID"), (METADATA, "Metadata"), (SKILL, "Skill needed")]
    choices += [(OVERLAP, "People who answer it"), (IGNORE, "Leave out")]
    targets = preview.mapping.targets
    return [Column(name, targets.get(name, preview.mapping.others), choices) for name in preview.columns]


def shown_rows(preview: Preview) -> list[ShownRow]:
    return [_shown_row(row, preview.columns) for row in preview.rows]


def read_wishes(post: QueryDict, *, with_mapping: bool = True) -> Wishes:
    """What the preview form says; a delimiter matters to CSV only."""
    columns, targets = post.getlist("column"), post.getlist("target")
    is_table = post.get("format") in {"csv", "tsv"}
    return Wishes(
        format=post.get("format", ""),
        encoding=post.get("encoding", ""),
        delimiter=post.get("delimiter", "") if post.get("format") == "csv" else "",
        has_header="has_header" in post if is_table and "delimiter" in post else None,
        mapping=dict(zip(columns, targets, strict=False)) if with_mapping and columns else None,
    )


def wishes_of(options: Mapping[str, Any], format_name: str) -> Wishes:
    """What was detected when the file came in."""
    return Wishes(
        format=format_name,
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        has_header=options["has_header"],
        mapping=options["mapping"],
    )


def _shown_row(row: PreviewRow, columns: list[str]) -> ShownRow:
    cells = [_shown(row.values.get(column)) for column in columns]
    return ShownRow(row.line, cells, row.problem, str(row.values.get("", "")))


def _shown(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _delimiter_name(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
