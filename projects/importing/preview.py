"""The first rows of a file as they would be imported, before anything is."""

import os
from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec

from projects.importing.byte_source import ContentStream
from projects.importing.candidates import what_is_wrong
from projects.importing.detection import Detected, detect
from projects.importing.encodings import known_encoding
from projects.importing.formats import import_formats, open_rows, read_columns
from projects.importing.label_columns import ANSWER, value_at
from projects.importing.labels import USUAL, AnswerReader, receiver_named
from projects.importing.lines import MAX_ROW_BYTES
from projects.importing.mapping import ColumnMapping, checked_mapping, guess_mapping
from projects.importing.media_values import MediaValues
from projects.importing.refusals import FileBroken, FileRefused, RowRefused
from projects.importing.rows import MAX_COLUMNS, ReadOptions, Row
from projects.schema import Schema, SchemaProblems

SHOWN_ROWS = 20
_LOOKED_AT_ROWS = 200
_LOOKED_AT_BYTES = 8 * 1024 * 1024
_KEPT_BYTES = 2 * 1024 * 1024


class PreviewRow(msgspec.Struct, frozen=True):
    """One row: its cells by column, the answers that it brings and by whom, and what will be wrong with it."""

    line: int
    values: dict[str, Any]
    problem: str = ""
    answers: dict[str, Any] = {}
    author: str = ""


class Preview(msgspec.Struct, frozen=True):
    """What an import of this file would do, judged by its first rows.

    ``labels`` is how its labels would be kept; empty where it has none.
    """

    detected: Detected
    columns: list[str]
    mapping: ColumnMapping
    rows: list[PreviewRow]
    mapping_problem: str = ""
    labels: str = ""

    def read_options(self) -> ReadOptions:
        table = import_formats.get(self.detected.format).is_table
        return ReadOptions(
            encoding=self.detected.encoding,
            delimiter=self.detected.delimiter,
            has_header=self.detected.has_header,
            columns=tuple(self.columns) if table else (),
        )


class Wishes(msgspec.Struct, frozen=True):
    """What the person or client says about the file; what is empty is detected.

    ``labels`` is how labels are to be kept: then they must be there. ``guesses_labels`` looks for them in any case.
    """

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    has_header: bool | None = None
    mapping: dict[str, str] | None = None
    labels: str = ""
    guesses_labels: bool = False


def preview_file(
    file: BinaryIO, name: str, schema: Schema, wishes: Wishes, *, project_id: int | None = None
) -> Preview:
    """Detect, read the first rows, and map them. Raises ``FileRefused``; a mapping that does not fit is only noted.

    Rows may name the files of the project with that id.
    """
    media = MediaValues(project_id, schema)
    detected = _detected(file, name, wishes)
    options = ReadOptions(encoding=detected.encoding, delimiter=detected.delimiter, has_header=detected.has_header)
    try:
        named = read_columns(_beginning(file, detected), detected.format, options)
        rows = _first_rows(file, detected, msgspec.structs.replace(options, columns=tuple(named)))
    except FileBroken as error:
        raise FileRefused(str(error)) from error
    columns = named or _columns_of(rows)
    if not rows:
        raise FileRefused(
            "The file has a header and no rows." if named and detected.has_header else "The file has no rows."
        )
    mapping, problem = _mapping(wishes, columns, bool(named), rows, schema)
    if not named:
        columns += [path for path in mapping.labels if path not in columns]  # into objects
    kept_as = (wishes.labels or USUAL) if mapping.has_labels else ""
    if wishes.labels and not kept_as:
        problem = problem or f"No column holds labels: say which one becomes {ANSWER}{schema.questions[0].name}."
    reader = AnswerReader(schema, receiver_named(kept_as).wants_all) if kept_as else None
    return Preview(
        detected=detected,
        columns=columns,
        mapping=mapping,
        rows=[_judged(row, mapping, schema, media, reader) for row in rows[:SHOWN_ROWS]],
        mapping_problem=problem,
        labels=kept_as,
    )


def _detected(file: BinaryIO, name: str, wishes: Wishes) -> Detected:
    encoding = ""
    if wishes.encoding:
        encoding = known_encoding(wishes.encoding) or ""
        if not encoding:
            raise FileRefused(f"“{wishes.encoding[:40]}” is no known encoding.", path="encoding")
    if wishes.format and wishes.format not in import_formats:
        raise FileRefused(
            f"“{wishes.format[:40]}” is no format; choose one of {', '.join(import_formats)}.", path="format"
        )
    delimiter = {"tab": "\t", "\\t": "\t"}.get(wishes.delimiter, wishes.delimiter)
    if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n\0' or not delimiter.isascii()):
        raise FileRefused("A delimiter is one character, and no quote or line end.", path="delimiter")
    detected = detect(file, os.path.basename(name), format_name=wishes.format, encoding=encoding, delimiter=delimiter)
    if wishes.has_header is not None:
        detected = msgspec.structs.replace(detected, has_header=wishes.has_header)
    return detected


def _beginning(file: BinaryIO, detected: Detected) -> ContentStream:
    return ContentStream(file, encoding=detected.encoding, stop_after=_LOOKED_AT_BYTES)


def _first_rows(file: BinaryIO, detected: Detected, options: ReadOptions) -> list[Row]:
    """As many rows as are needed for a guess, and never more than fit into memory."""
    stream = _beginning(file, detected)
    rows: list[Row] = []
    n_bytes = 0
    for row in open_rows(stream, detected.format, options):
        rows.append(row)
        n_bytes += len(row.raw)
        if len(rows) == _LOOKED_AT_ROWS or n_bytes > _KEPT_BYTES:
            break
    if stream.is_cut and rows and rows[-1].problem:
        reason = f"The row is longer than {MAX_ROW_BYTES:,} bytes, which is the most."
        rows[-1] = msgspec.structs.replace(rows[-1], problem=reason)
    return rows


def _columns_of(rows: Sequence[Row]) -> list[str]:
    """Every column that occurs, in order of appearance."""
    return list(dict.fromkeys(column for row in rows for column in row.values))[:MAX_COLUMNS]


def _mapping(
    wishes: Wishes, columns: list[str], are_fixed: bool, rows: Sequence[Row], schema: Schema
) -> tuple[ColumnMapping, str]:
    fields = [field.name for field in schema.fields]
    questions = list(schema.questions_by_name)
    labels_of = schema if wishes.labels or wishes.guesses_labels else None
    guessed = guess_mapping(columns, [row.values for row in rows if not row.problem], fields, labels_of)
    try:
        if wishes.mapping is not None:
            return checked_mapping(wishes.mapping, columns if are_fixed else (), fields, questions), ""
        return checked_mapping(guessed.as_json(), [*columns, *guessed.labels], fields, questions), ""
    except FileRefused as error:
        return guessed, error.message


def _judged(
    row: Row, mapping: ColumnMapping, schema: Schema, media: MediaValues, labels: AnswerReader | None
) -> PreviewRow:
    if row.problem:
        return PreviewRow(row.line, {"": row.raw.decode(errors="replace")[:200]}, row.problem)
    values = {**row.values, **{path: value_at(row.values, path) for path in mapping.labels}}
    try:
        mapped = mapping.apply(row.values)
        filled, _ = media.fill(mapped.data)
        data = schema.validate_task_data(filled)
        answers = labels.read(mapped.labels, data) if labels else {}
    except (RowRefused, SchemaProblems) as error:
        return PreviewRow(row.line, values, what_is_wrong(error))
    return PreviewRow(row.line, values, answers=answers, author=mapped.labels.author)
