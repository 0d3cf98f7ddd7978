"""How many answers, final labels and tasks hold certain values, whatever shape the answers to a question have."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from annotations.models import Annotation, FinalLabel
from labelplatform.bulk_rows import one_of
from projects.schema import Question, Schema
from projects.schema.option_places import questions_of
from projects.schema.questions.region_answers import RegionQuestion

Values = dict[str, list[str] | None]
Asked = Question | RegionQuestion

_MOST_SOUGHT = 50


class Held(NamedTuple):
    """``tasks`` are those of the answers."""

    answers: int
    tasks: int
    labels: int


def count_held(schema: Schema, wanted: Values, task_ids: Sequence[int]) -> Held:
    """How many answers and final labels of these tasks hold one of the values, by question, or, with None, any answer.

    Every answer is looked into: what it holds only its question knows.
    """
    answers = labels = 0
    tasks: set[int] = set()
    known = questions_of(schema)
    questions = {name: known[name] for name in wanted}
    rows = Annotation.objects.filter(one_of("task_id", task_ids)).order_by().values_list("task_id", "answers")
    for task_id, given in rows:
        found = sum(one.name in given and holds(one, given[one.name], wanted[name]) for name, one in questions.items())
        answers += found
        tasks |= {task_id} if found else set()
    names = {question.name for question in questions.values()}
    concluded = FinalLabel.objects.filter(one_of("task_id", task_ids), question__in=names).order_by()
    for question, value in concluded.values_list("question", "value"):
        labels += sum(holds(one, value, wanted[name]) for name, one in questions.items() if one.name == question)
    return Held(answers, len(tasks), labels)


def find_held(project_id: int, question: Asked, values: list[str] | None, *, limit: int) -> tuple[int, int]:
    """How many answers and final labels of a project hold one of the values, or any at all; beyond ``limit`` nobody
    counts. The database looks through the texts of the answers, and only those that may hold one are looked into."""
    answers = Annotation.objects.filter(project_id=project_id, answers__has_key=question.name)
    labels = FinalLabel.objects.filter(project_id=project_id, question=question.name)
    found = _with_text(answers.alias(said=_text(KeyTransform(question.name, "answers"))), values)
    said = (given[question.name] for given in _read(found, "answers", limit))
    concluded = _read(_with_text(labels.alias(said=_text("value")), values), "value", limit)
    return _counted(said, question, values, limit), _counted(concluded, question, values, limit)


def holds(question: Asked, answer: Any, values: list[str] | None) -> bool:
    return values is None or not set(values).isdisjoint(question.options_in(answer))


def _read(rows: QuerySet[Any], column: str, size: int) -> Iterator[Any]:
    return rows.order_by().values_list(column, flat=True).iterator(chunk_size=size)


def _counted(values: Iterable[Any], question: Asked, wanted: list[str] | None, limit: int) -> int:
    held = (1 for value in values if holds(question, value, wanted))
    return sum(islice(held, limit))


def _text(json_column: Any) -> Cast:
    return Cast(json_column, TextField())


def _with_text(rows: QuerySet[Any], values: list[str] | None) -> QuerySet[Any]:
    """The rows whose text ``said`` has one of the values somewhere, as JSON or SQL may write it."""
    if values is None or len(values) > _MOST_SOUGHT:
        return rows
    wanted = Q(pk__in=[])
    for value in values:
        for form in {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}:
            wanted |= Q(said__contains=form)
    return rows.filter(wanted)
