"""Which columns of a file hold labels: what they become, and how they are recognised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from projects.importing.refusals import RowRefused
from projects.schema import Question, Schema, SchemaProblems

# Targets: one question's answer; an object with the answers of all; the labels of an export of this site; who answered.
ANSWER = "answers."
ANSWERS = "answers"
LABELS = "labels"
AUTHOR = "author"
# In tables of this site's own exports: not empty where the question is answered, so that an empty text is an answer.
ANSWERED = "answered."

_USUAL_NAMES = ("label", "labels", "class", "category", "target", "annotation", "answer")
_AUTHOR_NAMES = ("annotator", "author", "annotator_email", "author_email", "annotated_by", "labeled_by", "answered_by")
_EXPORTED = ("confidence", "method", "recorded_at")
_LONGEST_ADDRESSES = 1_000  # an answer that several people concluded has several


@dataclass(frozen=True)
class RawLabels:
    """A row's answers as they stand in the file, by question, and the address of who gave them, where it says so."""

    answers: dict[str, Any]
    author: str = ""


NONE = RawLabels({})


def is_label_target(target: str) -> bool:
    return target in {ANSWERS, LABELS, AUTHOR} or target.startswith((ANSWER, ANSWERED))


def holds_answers(targets: Iterable[str]) -> bool:
    """Whether any of the targets is an answer, not only who gave it."""
    return any(target in {ANSWERS, LABELS} or target.startswith(ANSWER) for target in targets)


def label_targets(questions: Sequence[str]) -> set[str]:
    """Everything that a column with labels can become."""
    return {ANSWERS, LABELS, AUTHOR, *(prefix + name for prefix in (ANSWER, ANSWERED) for name in questions)}


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value of a column, or of a path into the objects of a row such as ``annotation.label``; None for none."""
    if path in values:
        return values[path]
    inner: Any = values
    for name in path.split("."):
        inner = inner.get(name) if isinstance(inner, Mapping) else None
    return inner


def read_labels(values: Mapping[str, Any], columns: Mapping[str, str]) -> RawLabels:
    """What a row says by its ``columns`` with labels; raises ``RowRefused`` for what is no such thing."""
    answers: dict[str, Any] = {}
    author = ""
    answered = []
    for column, target in columns.items():
        value = value_at(values, column)
        if value is None or value == "":
            continue
        if target == AUTHOR:
            author = _address(value, column)
        elif target == ANSWERS:
            answers = {**_object(value, column), **answers}
        elif target == LABELS:
            answers = {**{name: _exported(label) for name, label in _object(value, column).items()}, **answers}
        elif target.startswith(ANSWERED):
            answered.append(target.removeprefix(ANSWERED))
        else:
            answers[target.removeprefix(ANSWER)] = value
    for name in answered:
        answers.setdefault(name, "")
    return RawLabels(answers, author) if answers else NONE


def guess_labels(
    columns: Sequence[str], samples: Sequence[Mapping[str, Any]], schema: Schema, taken: Iterable[str]
) -> dict[str, str]:
    """Columns that seem to hold labels, with what they become: exports of this site, objects of answers, and columns
    called like a question. ``taken`` are those that are something else already."""
    free = [column for column in columns if column not in taken and not column.startswith("metadata.")]
    found: dict[str, str] = {}
    names = set(schema.questions_by_name)
    for column, target, fits in ((LABELS, LABELS, _is_export), (ANSWERS, ANSWERS, _is_answers)):
        values = [sample[column] for sample in samples if sample.get(column)]
        if column in free and sum(fits(value, names) for value in values) > len(values) / 2:
            found[column] = target
    if not found:
        found = _by_names(free, samples, schema)
    for column in list(found):
        if all(f"{column}.{part}" in free for part in _EXPORTED):
            found[f"{column}.method"] = ANSWERED + found[column].removeprefix(ANSWER)
    author = next((column for column in free if _plain(column) in _AUTHOR_NAMES and _is_address(column, samples)), None)
    if found and author is not None:
        found[author] = AUTHOR
    return found


def beside_exported(columns: Sequence[str], found: Mapping[str, str]) -> list[str]:
    """Columns that an export of this site writes and an import has no use for, where this is such a file."""
    tables = [column for column in found if f"{column}.method" in found]
    if not tables and LABELS not in found:
        return []
    parts = [f"{column}.{part}" for column in tables for part in _EXPORTED]
    return [column for column in ("task_id", *parts) if column in columns and column not in found]


def _by_names(free: Sequence[str], samples: Sequence[Mapping[str, Any]], schema: Schema) -> dict[str, str]:
    paths = [*free, *_paths(samples, free)]
    by_name = {_plain(path): path for path in reversed(paths)}
    found: dict[str, str] = {}
    for question in schema.questions:
        named = (by_name.get(name.lower()) for name in (question.name, f"label.{question.name}", question.title))
        path = next((path for path in named if path is not None and path not in found), None)
        if path is not None:
            found[path] = ANSWER + question.name
    if found or len(schema.questions) > 1:
        return found
    for name in _USUAL_NAMES:
        if name in by_name and _is_answered_by(schema, schema.questions[0], by_name[name], samples):
            return {by_name[name]: ANSWER + schema.questions[0].name}
    return {}


def _paths(samples: Sequence[Mapping[str, Any]], free: Sequence[str]) -> list[str]:
    """Paths one level into the objects that rows hold."""
    inner = {
        f"{column}.{name}": None
        for sample in samples
        for column in free
        if isinstance(sample.get(column), dict)
        for name in sample[column]
    }
    return list(inner)


def _is_answered_by(schema: Schema, question: Question, path: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    """Whether most of the values could be answers; where they depend on the task, the name alone decides."""
    values = [value_at(sample, path) for sample in samples]
    values = [value for value in values if value not in (None, "")]
    if not question.known_values or _plain(path) in _USUAL_NAMES[:2]:
        return _plain(path) in _USUAL_NAMES[:2]
    n_right = 0
    for value in values:
        try:
            question.validate(question.read_text(value) if isinstance(value, str) else value, schema.given({}))
        except SchemaProblems:
            continue
        n_right += 1
    return n_right > len(values) / 2


def _is_export(value: Any, names: set[str]) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict) and "value" in one for one in value.values())


def _is_answers(value: Any, names: set[str]) -> bool:
    return isinstance(value, dict) and bool(names & set(value))


def _is_address(column: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    return any("@" in str(sample.get(column)) for sample in samples)


def _plain(path: str) -> str:
    return path.rpartition(".")[2].strip().lower()


def _object(value: Any, column: str) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise RowRefused(f"{column}: {value!r:.60} is not the JSON of an object of answers.") from error
    if not isinstance(value, dict):
        raise RowRefused(f"{column}: {value!r:.60} is no object of answers by question.")
    return value


def _exported(label: Any) -> Any:
    return label["value"] if isinstance(label, dict) and "value" in label else label


def _address(value: Any, column: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESSES or "\0" in value:
        raise RowRefused(f"{column}: {value!r:.60} is no e-mail address.")
    return value.strip().lower()
