"""The values of final labels as filters find them, however many a label holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from annotations.models import FinalLabel, LabelValue
from projects.models import Project
from projects.schema import Question
from projects.schema.questions.question import findable


def value_text_of(question: Question, value: Any) -> str:
    """What ``FinalLabel.value_text`` holds."""
    return "" if question.holds_several else "".join(question.found_by(value))


def forget_labels(task_ids: Iterable[int]) -> None:
    """Take away what was concluded about these tasks."""
    ids = list(task_ids)
    FinalLabel.objects.filter(task__in=ids).delete()
    LabelValue.objects.filter(task__in=ids).delete()


def write_label_values(project: Project, task_ids: Iterable[int], labels: Sequence[FinalLabel]) -> None:
    """Let the values of these tasks be those of ``labels``, which are all that the tasks have."""
    several = _several(project)
    if not several:
        return
    LabelValue.objects.filter(task__in=list(task_ids)).delete()
    LabelValue.objects.bulk_create(
        LabelValue(task_id=label.task_id, project_id=label.project_id, question=label.question, value=value)
        for label in labels
        for value in _values_of(several, label)
    )


def values_expected(project: Project, labels: Iterable[FinalLabel]) -> set[tuple[str, str]]:
    """The questions and values that the rows of a task with these labels should have."""
    several = _several(project)
    return {(label.question, value) for label in labels for value in _values_of(several, label)}


def _several(project: Project) -> dict[str, Question]:
    return {one.name: one for one in project.schema.questions if one.holds_several}


def _values_of(several: Mapping[str, Question], label: FinalLabel) -> list[str]:
    question = several.get(label.question)
    return list(dict.fromkeys(question.found_by(label.value))) if question else []


def rows_of_value(project: Project, name: str, value: str) -> tuple[QuerySet[Any], str, str]:
    """Where to find the tasks whose label for the question called ``name`` holds ``value``: rows with a ``task_id``,
    and the column with the content that those rows have; an index holds them in the order of the tasks."""
    question = project.schema.questions_by_name.get(name)
    rows = {"project_id": project.pk, "question": name}
    if question is not None and question.holds_several:
        return LabelValue.objects.filter(**rows), "value", findable(value)
    return FinalLabel.objects.filter(**rows), "value_text", findable(value)
