"""How many answers, final labels and tasks hold certain values, whatever shape the answers to a question have."""

from typing import Any, NamedTuple

from django.db.models import Count

from annotations.models import Annotation, FinalLabel
from projects.schema import Question, Schema

Values = dict[str, list[str] | None]


class Held(NamedTuple):
    """``tasks`` are those of the answers."""

    answers: int
    tasks: int
    labels: int


def count_held(project_id: int, schema: Schema, wanted: Values) -> dict[str, Held]:
    """By question, how many answers and final labels hold one of the values, or, with None, any answer at all.

    Every answer is looked into here, in one pass: what it holds only its question knows.
    """
    answers = dict.fromkeys(wanted, 0)
    tasks: dict[str, set[int]] = {name: set() for name in wanted}
    questions = {name: schema.questions_by_name[name] for name in wanted}
    rows = Annotation.objects.filter(project_id=project_id).order_by().values_list("task_id", "answers")
    for task_id, given in rows.iterator(chunk_size=2000):
        for name, question in questions.items():
            if name in given and holds(question, given[name], wanted[name]):
                answers[name] += 1
                tasks[name].add(task_id)
    labels = {name: _count_labels(project_id, question, wanted[name]) for name, question in questions.items()}
    return {name: Held(answers[name], len(tasks[name]), labels[name]) for name in wanted}


def _count_labels(project_id: int, question: Question, values: list[str] | None) -> int:
    rows = FinalLabel.objects.filter(project_id=project_id, question=question.name)
    if values is None:
        return rows.count()
    counted = rows.order_by().values_list("value").annotate(count=Count("pk"))
    return sum(count for value, count in counted.iterator(chunk_size=2000) if holds(question, value, values))


def holds(question: Question, answer: Any, values: list[str] | None) -> bool:
    return values is None or not set(values).isdisjoint(question.options_in(answer))
