"""Tasks with their final labels in the order of their ids, a batch at a time, however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from annotations.conclusions.label_values import rows_of_value
from annotations.models import Annotation, FinalLabel
from annotations.said_elsewhere import said_elsewhere
from labelplatform.bulk_rows import one_of
from projects.models import Project, SchemaVersion, Task
from projects.schema_change.schema_history import SchemaHistory

TASKS_IN_A_BATCH = 5_000


class Label(NamedTuple):
    """What the project concluded for one question."""

    value: Any
    confidence: float
    method: str
    recorded_at: str


class LabeledTask(NamedTuple):
    """One row of an export; ``data`` and ``metadata`` are JSON text, for not every format looks into them.

    ``author`` are the addresses of those from whose answers the labels are, where that was asked for.
    """

    task_id: int
    external_id: str
    data: str
    metadata: str
    labels: dict[str, Label]
    author: str = ""


class Filter(msgspec.Struct, frozen=True):
    """Which tasks are exported: those with a final label, perhaps of one value, or all."""

    tasks: str = "labeled"
    question: str = ""
    value: str = ""


def chosen_task_ids(project: Project, chosen: Filter) -> QuerySet[Any]:
    """The ids of the tasks to export, in order, each once."""
    if chosen.tasks == "all":
        return Task.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
    labels: QuerySet[Any] = FinalLabel.objects.filter(project=project)
    if chosen.value:
        labels, column, content = rows_of_value(project, chosen.question, chosen.value)
        labels = labels.filter(**{column: content})
    elif chosen.question:
        labels = labels.filter(question=chosen.question)
    return labels.order_by("task_id").values_list("task_id", flat=True).distinct()


class Words:
    """Labels in the words of one schema version, whichever they were recorded under."""

    def __init__(self, version: SchemaVersion) -> None:
        self.version = version
        self._history = SchemaHistory(version.project_id)

    def of_label(self, version_id: int, question: str, value: Any) -> tuple[str, Any]:
        return self._history.mapping(version_id, self.version.pk).apply_to_one(question, value)

    def question(self, name: str, since_id: int) -> str:
        """What a question of another version is called."""
        return self._history.mapping(since_id, self.version.pk).question(name)


def next_batch(
    project: Project, chosen: Filter, after: int, words: Words, *, with_authors: bool = False
) -> list[LabeledTask]:
    """The tasks that come behind the one with the id ``after``; empty at the end."""
    key = "pk" if chosen.tasks == "all" else "task_id"
    ids = list(chosen_task_ids(project, chosen).filter(**{f"{key}__gt": after})[:TASKS_IN_A_BATCH])
    labels = _labels(project.pk, ids, words)
    authors = _authors(project.pk, ids) if with_authors else {}
    contents = Task.objects.filter(one_of("pk", ids)).order_by("pk")
    columns = ("pk", "external_id", _as_text("content__data"), _as_text("content__metadata"))
    return [
        LabeledTask(task_id, external_id, data, metadata, labels.get(task_id, {}), authors.get(task_id, ""))
        for task_id, external_id, data, metadata in contents.values_list(*columns)
    ]


def question_names(project: Project, words: Words) -> list[str]:
    """The questions of the schema in its order, then those that only labels of other versions answer."""
    names = [question.name for question in words.version.schema.questions]
    answered = FinalLabel.objects.filter(project=project).order_by().values_list("schema_version", "question")
    others = {words.question(name, version_id) for version_id, name in answered.distinct()}
    return names + sorted(others - set(names))


def _labels(project_id: int, task_ids: Sequence[int], words: Words) -> dict[int, dict[str, Label]]:
    labels: defaultdict[int, dict[str, Label]] = defaultdict(dict)
    rows = FinalLabel.objects.filter(one_of("task_id", task_ids), project_id=project_id)
    for task_id, version_id, question, value, confidence, method, recorded_at in rows.values_list(
        "task_id", "schema_version_id", "question", "value", "confidence", "method", "recorded_at"
    ):
        question, value = words.of_label(version_id, question, value)
        labels[task_id][question] = Label(value, confidence, method, f"{recorded_at.isoformat()[:19]}Z")
    return labels


def _authors(project_id: int, task_ids: Sequence[int]) -> dict[int, str]:
    """The addresses of whose answers a task's labels are: of several people's, divided by commas; of an imported answer
    of somebody who is not here, those that came with it."""
    derived: defaultdict[int, set[int]] = defaultdict(set)
    rows = FinalLabel.objects.filter(one_of("task_id", task_ids), project_id=project_id)
    for task_id, annotation_ids in rows.values_list("task_id", "derived_from"):
        derived[task_id].update(annotation_ids)
    wanted = sorted({pk for ids in derived.values() for pk in ids})
    found = Annotation.objects.filter(one_of("pk", wanted)).select_related("author", "said_elsewhere")
    addresses = {row.pk: said_elsewhere(row) or row.author.email for row in found}
    return {
        task_id: _joined(addresses[pk] for pk in sorted(ids) if pk in addresses) for task_id, ids in derived.items()
    }


def _joined(addresses: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(one for several in addresses for one in several.split(", ")))


def _as_text(json_column: str) -> Cast:
    return Cast(json_column, TextField())
