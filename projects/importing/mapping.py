"""Which column of a file becomes what of a task: a field, the external id, metadata, or nothing."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from projects.importing import label_columns
from projects.importing.label_columns import RawLabels
from projects.importing.refusals import FileRefused, RowRefused
from projects.queueing.skills import normal_skill
from projects.schema import Schema

EXTERNAL_ID = "external_id"
METADATA = "metadata"
# All metadata as one object, as tables of this site's own exports hold it.
METADATA_OBJECT = "metadata_object"
IGNORE = "ignore"
# What the task needs: a skill of who gets it, and how many people must answer it.
SKILL = "skill"
OVERLAP = "overlap"
MAX_OVERLAP = 20
DATA = "data."
# A target for all columns that the mapping does not name.
OTHERS = "*"

_ID_NAMES = ("external_id", "id", "task_id", "uid", "uuid", "key")
_TEXT_NAMES = ("text", "content", "body", "message", "sentence", "utterance", "document", "comment", "title", "query")
MAX_EXTERNAL_ID = 200


class MappedRow(NamedTuple):
    """A row as a task will hold it; ``external_id`` is empty when the row brings none."""

    external_id: str
    data: dict[str, Any]
    metadata: dict[str, Any]
    skill: str = ""
    overlap: int = 0
    labels: RawLabels = label_columns.NONE


class ColumnMapping(msgspec.Struct, frozen=True, dict=True):
    """``targets`` says of each column what it becomes: ``data.<field>``, ``external_id``, ``skill``, ``overlap``,
    ``metadata``, ``ignore``, or what holds labels (``label_columns``)."""

    targets: dict[str, str]
    others: str = METADATA

    def as_json(self) -> dict[str, str]:
        return {**self.targets, OTHERS: self.others}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The columns that hold labels, and paths into objects that do."""
        return {column: target for column, target in self.targets.items() if label_columns.is_label_target(target)}

    @property
    def has_labels(self) -> bool:
        return label_columns.holds_answers(self.targets.values())

    def apply(self, values: Mapping[str, Any]) -> MappedRow:
        """Sort a row's values. Raises ``RowRefused`` for an id, a skill or an overlap that is none, and the like."""
        external_id = skill = ""
        overlap = 0
        data: dict[str, Any] = {}
        metadata: dict[str, Any] = {}
        for column, value in values.items():
            target = self.targets.get(column, self.others)
            if target == METADATA:
                if value is not None and value != "":
                    metadata[_own_name(column)] = value
            elif target == EXTERNAL_ID:
                external_id = _external_id(value, column)
            elif target == SKILL:
                skill = _skill(value, column)
            elif target == OVERLAP:
                overlap = _overlap(value, column)
            elif target == METADATA_OBJECT:
                metadata.update(_metadata(value, column))
            elif target != IGNORE and column not in self.labels:
                data[target.removeprefix(DATA)] = value
        labels = label_columns.read_labels(values, self.labels) if self.labels else label_columns.NONE
        return MappedRow(external_id, data, metadata, skill, overlap, labels)


def guess_mapping(
    columns: Sequence[str],
    samples: Sequence[Mapping[str, Any]],
    fields: Sequence[str],
    labels_of: Schema | None = None,
) -> ColumnMapping:
    """Map by name first; a single field takes the column with the longest text. The rest is metadata.

    Labels are looked for only where the schema is given whose questions they answer.
    """
    by_name = {_plain(column): column for column in reversed(columns)}
    targets: dict[str, str] = {}
    for field in fields:
        column = by_name.get(field.lower())
        if column is not None:
            targets[column] = DATA + field
    id_columns = (by_name[name] for name in _ID_NAMES if name in by_name and by_name[name] not in targets)
    id_column = next((column for column in id_columns if _may_be_ids(column, samples)), None)
    if id_column is not None:
        targets[id_column] = EXTERNAL_ID
    if labels_of is not None:
        targets.update(_guess_labels(columns, samples, labels_of, targets))
        repeated = next((by_name[name] for name in _ID_NAMES if by_name.get(name, "") not in {"", *targets}), None)
        if id_column is None and repeated is not None and label_columns.AUTHOR in targets.values():
            targets[repeated] = EXTERNAL_ID  # several people's answers about each task
    free = [column for column in columns if column not in targets]
    for field in fields:
        if DATA + field not in targets.values() and len(fields) == 1:
            column = next((by_name[name] for name in _TEXT_NAMES if by_name.get(name) in free), None)
            column = column or _longest_text(free, samples)
            if column is not None:
                targets[column] = DATA + field
    others = {column: target for column, target in targets.items() if column not in columns}
    return ColumnMapping({**{column: targets.get(column, METADATA) for column in columns}, **others})


def _guess_labels(
    columns: Sequence[str], samples: Sequence[Mapping[str, Any]], schema: Schema, taken: Mapping[str, str]
) -> dict[str, str]:
    found = label_columns.guess_labels(columns, samples, schema, taken)
    beside = label_columns.beside_exported(columns, found)
    if beside and METADATA in columns:
        found[METADATA] = METADATA_OBJECT
    return {**found, **dict.fromkeys(beside, IGNORE)}


def checked_mapping(
    wanted: Mapping[str, Any], columns: Sequence[str], fields: Sequence[str], questions: Sequence[str] = ()
) -> ColumnMapping:
    """The mapping that a person or client asked for. Raises ``FileRefused`` naming what does not fit.

    ``columns`` may be empty when rows bring their own; then any column may be named.
    """
    allowed = {EXTERNAL_ID, SKILL, OVERLAP, METADATA, METADATA_OBJECT, IGNORE, *(DATA + field for field in fields)}
    allowed |= label_columns.label_targets(questions)
    wanted = {column: DATA + target if target in fields else target for column, target in wanted.items()}
    for column, target in wanted.items():
        if (
            not isinstance(target, str)
            or target not in allowed
            or (column == OTHERS and target not in {METADATA, IGNORE})
        ):
            raise FileRefused(
                f"“{column}” cannot become {target!r}: choose one of {', '.join(sorted(allowed))}.", path="mapping"
            )
        if columns and column != OTHERS and column not in columns:
            raise FileRefused(f"The file has no column “{column}”; it has {', '.join(columns[:20])}.", path="mapping")
    others = wanted.get(OTHERS, METADATA)
    targets = {column: target for column, target in wanted.items() if column != OTHERS}
    once = Counter(target for target in targets.values() if target not in {METADATA, IGNORE})
    for target, n_columns in once.items():
        if n_columns > 1:
            raise FileRefused(f"{n_columns} columns would become {target}: choose one.", path="mapping")
    missing = [field for field in fields if DATA + field not in once]
    if missing:
        raise FileRefused(f"No column becomes the field “{missing[0]}”: choose the one that holds it.", path="mapping")
    return ColumnMapping(targets, others)


def _plain(column: str) -> str:
    return _own_name(column).strip().lower()


def _own_name(column: str) -> str:
    """A column's name without the object it stood in."""
    return column.removeprefix(DATA) if column.startswith(DATA) else column.removeprefix("metadata.")


def _metadata(value: Any, column: str) -> dict[str, Any]:
    if isinstance(value, str) and value:
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            value = 0
    if not isinstance(value, dict) and value not in (None, ""):
        raise RowRefused(f"{column}: this is no JSON object of metadata.")
    return value or {}


def _external_id(value: Any, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | float | dict | list):
        raise RowRefused(f"{column}: {value!r:.60} is no id; text or a whole number is needed.")
    text = str(value).strip()
    if len(text) > MAX_EXTERNAL_ID:
        raise RowRefused(f"{column}: the id is {len(text)} characters long; {MAX_EXTERNAL_ID} is the most.")
    if not text.isprintable() and any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise RowRefused(f"{column}: the id {text!r:.60} holds a character that cannot be shown.")
    return text


def _skill(value: Any, column: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowRefused(f"{column}: {value!r:.60} is no skill; words are needed, several joined by “+”.")
    try:
        return normal_skill(value)
    except ValueError as error:
        raise RowRefused(f"{column}: {error}") from error


def _overlap(value: Any, column: str) -> int:
    """0, or nothing, leaves it to the project."""
    if value is None or value == "":
        return 0
    text = str(value).strip()
    if isinstance(value, bool) or not (
        text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MAX_OVERLAP
    ):
        raise RowRefused(
            f"{column}: {value!r:.60} is no number of people; a whole number up to {MAX_OVERLAP} is needed."
        )
    return int(text)


def _may_be_ids(column: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    """Ids differ from row to row, but for a repeated row here and there."""
    if column.lower().endswith(EXTERNAL_ID):
        return True
    values = [str(sample[column]) for sample in samples if sample.get(column) not in (None, "")]
    return len(set(values)) > len(values) / 2 or not values


def _longest_text(columns: Sequence[str], samples: Sequence[Mapping[str, Any]]) -> str | None:
    def total_length(column: str) -> int:
        values = (sample.get(column) for sample in samples)
        return sum(len(value) for value in values if isinstance(value, str))

    return max(columns, key=total_length, default=None)
