"""The forms of the import pages: what is said about a file, and what becomes of its columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django import forms
from django.http import QueryDict

from projects.importing.encodings import COMMON_ENCODINGS, known_encoding
from projects.importing.formats import import_formats
from projects.importing.label_columns import ANSWER, ANSWERED, ANSWERS, AUTHOR, LABELS, holds_answers
from projects.importing.labels import label_receivers, receiver_named
from projects.importing.mapping import DATA, EXTERNAL_ID, IGNORE, METADATA, METADATA_OBJECT, OVERLAP, SKILL
from projects.importing.preview import Preview, PreviewRow, Wishes
from projects.models import Membership, OnConflict
from projects.schema import Field, Schema

_LONGEST_CELL = 160
_RARE_TITLES = {
    METADATA_OBJECT: "Metadata of an export",
    ANSWERS: "All answers, by question",
    LABELS: "Labels of an export",
}
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


class LabelsForm(forms.Form):
    """How labels are kept; offers what the member may do."""

    labels = forms.ChoiceField(widget=forms.RadioSelect, label="Labels are kept")

    def __init__(self, member: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = ((name, receiver_named(name)) for name in label_receivers)
        self._ways = {name: way for name, way in ways if member.may(way.capability)}
        choices = [(name, way.title) for name, way in self._ways.items()]
        self.fields["labels"].choices = choices  # type: ignore[attr-defined]

    def ways(self) -> Iterator[tuple[Any, str]]:
        """Each button with what it means."""
        return zip(self["labels"], (way.help for way in self._ways.values()), strict=True)


class DocumentsForm(ConflictForm):
    """``field`` is asked only where there are several."""

    field = forms.ChoiceField(label="The files become the field")

    def __init__(self, fields: Sequence[Field], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(fields) == 1:
            del self.fields["field"]
        else:
            choices = [(field.name, field.title or field.name) for field in fields]
            self.fields["field"].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """A column of the preview: what it becomes, and what it could become."""

    name: str
    target: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownRow:
    """``labels`` are its answers in words, by question, and ``author`` who the row says gave them."""

    line: int
    cells: list[str]
    problem: str
    raw: str
    labels: list[tuple[str, str]]
    author: str


def columns_of(preview: Preview, schema: Schema) -> list[Column]:
    fields = [(DATA + field.name, f"Field “{field.name}”") for field in schema.fields]
    choices = [*fields, (EXTERNAL_ID, "ID"), (METADATA, "Metadata"), (SKILL, "Skill needed")]
    choices += [(OVERLAP, "People who answer it"), (IGNORE, "Leave out")]
    choices += [(ANSWER + one.name, f"Answer to “{one.title}”") for one in schema.questions]
    choices += [(AUTHOR, "Who answered (e-mail)")]
    if not import_formats.get(preview.detected.format).is_table:
        choices += [(target, _RARE_TITLES[target]) for target in (ANSWERS, LABELS)]
    columns = []
    for name in preview.columns:
        target = preview.mapping.targets.get(name, preview.mapping.others)
        rare = [] if target in dict(choices) else [(target, _rare_title(target, schema))]
        columns.append(Column(name, target, [*choices, *rare]))
    return columns


def _rare_title(target: str, schema: Schema) -> str:
    """Of what only files of this site hold."""
    if target.startswith(ANSWERED):
        return f"Whether “{schema.questions_by_name[target.removeprefix(ANSWERED)].title}” is answered"
    return _RARE_TITLES[target]


def shown_rows(preview: Preview, schema: Schema) -> list[ShownRow]:
    return [_shown_row(row, preview.columns, schema) for row in preview.rows]


def read_wishes(post: QueryDict, *, with_mapping: bool = True) -> Wishes:
    """What the preview form says; a delimiter matters to CSV only."""
    columns, targets = post.getlist("column"), post.getlist("target")
    mapping = dict(zip(columns, targets, strict=False)) if with_mapping and columns else None
    is_table = post.get("format") in {"csv", "tsv"}
    return Wishes(
        format=post.get("format", ""),
        encoding=post.get("encoding", ""),
        delimiter=post.get("delimiter", "") if post.get("format") == "csv" else "",
        has_header="has_header" in post if is_table and "delimiter" in post else None,
        mapping=mapping,
        labels=post.get("labels", "") if holds_answers((mapping or {}).values()) else "",
        guesses_labels=True,
    )


def wishes_of(options: Mapping[str, Any], format_name: str) -> Wishes:
    """What was detected when the file came in."""
    return Wishes(
        format=format_name,
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        has_header=options["has_header"],
        mapping=options["mapping"],
        labels=options.get("labels", ""),
    )


def _shown_row(row: PreviewRow, columns: list[str], schema: Schema) -> ShownRow:
    cells = [_shown(row.values.get(column)) for column in columns]
    questions = [one for one in schema.questions if one.name in row.answers]
    is_alone = len(schema.questions) == 1
    labels = [("" if is_alone else one.title, _shown(one.summarize(row.answers[one.name]))) for one in questions]
    return ShownRow(row.line, cells, row.problem, str(row.values.get("", "")), labels, row.author)


def _shown(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _delimiter_name(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
