"""From rows of a file to tasks that may be written, or to the reasons why not. Nothing here writes, and the database is
asked only for the files that rows name."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from projects.importing.identity import Content, content_of, id_from_content
from projects.importing.labels import AnswerReader
from projects.importing.mapping import ColumnMapping
from projects.importing.media_values import MediaValues
from projects.importing.refusals import RowRefused
from projects.importing.rows import Row
from projects.schema import Schema, SchemaProblems

KEPT_OF_A_ROW = 10_000
_LONGEST_REASON = 500


class Candidate(NamedTuple):
    """A row that is right in itself; whether it becomes a task depends on what is there already."""

    line: int
    raw: bytes
    external_id: str
    content: Content
    search_text: str
    skill: str = ""
    overlap: int = 0
    asset_ids: tuple[int, ...] = ()
    answers: dict[str, Any] | None = None
    author: str = ""


class Rejected(NamedTuple):
    line: int
    reason: str
    row: str


def sort_rows(
    rows: Sequence[Row],
    mapping: ColumnMapping,
    schema: Schema,
    media: MediaValues,
    *,
    labels: AnswerReader | None = None,
    first_number: int = 1,
    prefix: Callable[[int], str] | None = None,
) -> tuple[list[Candidate], list[Rejected]]:
    """Judge each row by itself, with its answers where ``labels`` reads them.

    ``prefix`` names a row by its number, where lines say too little.
    """
    candidates: list[Candidate] = []
    rejected: list[Rejected] = []
    for number, row in enumerate(rows, start=first_number):
        try:
            if row.problem:
                raise RowRefused(row.problem)
            candidates.append(_candidate(row, mapping, schema, media, labels))
        except (RowRefused, SchemaProblems) as error:
            reason = f"{prefix(number)}{what_is_wrong(error)}" if prefix else what_is_wrong(error)
            rejected.append(reject(row.line, row.raw, reason))
    return candidates, rejected


def what_is_wrong(error: RowRefused | SchemaProblems) -> str:
    """Why a row is refused, as sentences that begin with the field."""
    if isinstance(error, RowRefused):
        return str(error)
    return " ".join(f"“{path}” {message}" if path else message for path, message in error.problems)


def reject(line: int, raw: bytes, reason: str) -> Rejected:
    """Keep a row with the reason, as text that every database and spreadsheet can hold."""
    text = raw[: 4 * KEPT_OF_A_ROW].decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return Rejected(line, reason[:_LONGEST_REASON], text[:KEPT_OF_A_ROW])


def _candidate(
    row: Row, mapping: ColumnMapping, schema: Schema, media: MediaValues, labels: AnswerReader | None
) -> Candidate:
    mapped = mapping.apply(row.values)
    filled, asset_ids = media.fill(mapped.data)
    data = schema.validate_task_data(filled)
    content = content_of(data, mapped.metadata)
    external_id = mapped.external_id or id_from_content(content)
    needs = (mapped.skill, mapped.overlap)
    answers = labels.read(mapped.labels, data) if labels else None
    said = (answers or None, mapped.labels.author)
    return Candidate(row.line, row.raw, external_id, content, schema.search_text(data), *needs, asset_ids, *said)
