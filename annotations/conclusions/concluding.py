"""What a project concludes from its people's answers: the final labels of tasks, recorded or taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from annotations.conclusions.accepted_answers import accepted_answers
from annotations.conclusions.consensus import Conclusion, conclude
from annotations.conclusions.label_values import forget_labels, value_text_of, values_expected, write_label_values
from annotations.models import (
    Annotation,
    AnnotationStatus,
    FinalLabel,
    GoldAnswer,
    LabelMethod,
    LabelValue,
    Review,
    ReviewDecision,
)
from annotations.reviewing.review_policy import disagreements
from annotations.signals import final_label_recorded
from labelplatform.bulk_rows import insert_rows
from labelplatform.upserts import upsert_row
from projects.models import Lane, Project, Stage, Task
from projects.queueing.stages import overlap_of
from projects.schema import Question
from projects.schema_change.schema_history import SchemaHistory

_COLUMNS = (
    "task_id", "project_id", "question", "value", "value_text", "method", "confidence", "derived_from",
    "schema_version_id", "recorded_at",
)  # fmt: skip


_VALUE_COLUMNS = ("task_id", "project_id", "question", "value")


class Opinion(NamedTuple):
    """The answers of an annotation, where nothing else of it matters."""

    pk: int
    answers: Mapping[str, Any]


class LabelDifference(NamedTuple):
    """A task whose final labels are not what its answers say."""

    task: Task
    stored: list[FinalLabel]
    right: list[FinalLabel]


def record_final_labels(project: Project, task: Task, alone: Annotation | None = None) -> None:
    """Conclude each question of a locked task from its submitted answers, or retract what no longer holds.

    ``alone`` is the task's only submitted annotation where the caller knows it, which spares reading them.
    """
    annotations = [alone] if alone is not None else _submitted([task.pk])[task.pk]
    review = deciding_reviews([task]).get(task.pk)
    say_in_current_words(project, [*annotations, *([review] if review else [])])
    known, accepted = known_answers([task]).get(task.pk), accepted_answers([task]).get(task.pk)
    labels = final_labels_from(project, task, annotations, review, known, accepted)
    if alone is None or len(labels) < len(project.schema.questions):
        FinalLabel.objects.filter(task=task).exclude(question__in=[label.question for label in labels]).delete()
    for label in labels:
        upsert_row(label, _COLUMNS, unique=("task_id", "question"))
    write_label_values(project, [task.pk], labels)
    _announce(project.pk, [task.pk])


def final_labels_from(
    project: Project,
    task: Task,
    annotations: Sequence[Annotation],
    review: Review | None = None,
    known: Mapping[str, Any] | None = None,
    accepted: Mapping[str, Conclusion] | None = None,
) -> list[FinalLabel]:
    """The labels, not saved, that a task with these submitted answers should have: none before it is done.

    Of a gold task the ``known`` answers hold, else what a reviewer decided, else the answers are put together. Where no
    person has answered, those that were ``accepted`` from a model hold.
    """
    if task.stage != Stage.DONE:
        return []
    labels: list[FinalLabel] = []
    differing = disagreements(project.schema, [row.answers for row in annotations]) if len(annotations) > 1 else []
    for question in project.schema.questions:
        answered = [row for row in annotations if question.name in row.answers]
        if known is not None:
            answered, conclusion = [], _known(question, known)
        elif accepted is not None and not annotations:
            conclusion = accepted.get(question.name)
        elif review is None:
            concluded = {label.question: label.value for label in labels}
            conclusion = _concluded(project, question, annotations, concluded, overlap_of(task, project))
        else:
            conclusion = _reviewed(question, review, is_disputed=question.name in differing)
        if conclusion is None:
            continue
        labels.append(
            FinalLabel(
                task=task,
                project_id=project.pk,
                question=question.name,
                value=conclusion.value,
                value_text=value_text_of(question, conclusion.value),
                method=conclusion.method,
                confidence=conclusion.confidence,
                derived_from=[row.pk for row in answered],
                schema_version=project.current_schema_version,
            )
        )
    return labels


def record_first_labels(
    project: Project, opinions: Mapping[int, Sequence[Opinion]], overlaps: Mapping[int, int]
) -> None:
    """Conclude tasks that have just come to be and are done by these opinions alone, thousands at once.

    ``opinions`` and ``overlaps`` are by task.
    """
    now = str(connection.ops.adapt_datetimefield_value(timezone.now()))
    version = project.schema_version_id
    labels = []
    values = []
    for task_id, given in opinions.items():
        concluded: dict[str, Any] = {}
        for question in project.schema.questions:
            conclusion = _concluded(project, question, given, concluded, overlaps[task_id])
            if conclusion is None:
                continue
            concluded[question.name] = conclusion.value
            derived_from = [one.pk for one in given if question.name in one.answers]
            said = (as_json(conclusion.value), value_text_of(question, conclusion.value))
            how = (conclusion.method, conclusion.confidence, as_json(derived_from))
            labels.append((task_id, project.pk, question.name, *said, *how, version, now))
            if question.holds_several:
                found_by = dict.fromkeys(question.found_by(conclusion.value))
                values += [(task_id, project.pk, question.name, value) for value in found_by]
    insert_rows(FinalLabel, _COLUMNS, labels)
    insert_rows(LabelValue, _VALUE_COLUMNS, values)
    _announce(project.pk, list(opinions))


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _known(question: Question, known: Mapping[str, Any]) -> Conclusion | None:
    return Conclusion(known[question.name], LabelMethod.GOLD.value, 1.0) if question.name in known else None


def _concluded(
    project: Project,
    question: Question,
    annotations: Sequence[Annotation | Opinion],
    concluded: Mapping[str, Any],
    overlap: int,
) -> Conclusion | None:
    """What the answers to one question add up to, given what was ``concluded`` for those before it.

    A question with a condition wants as many answers as people were asked it, and none where its condition does not
    hold in the end.
    """
    known = project.schema.questions_by_name
    if question.when is not None:
        if not question.when.holds(known, concluded):
            return None
        overlap = min(overlap, sum(question.when.holds(known, row.answers) for row in annotations))
    given = [row.answers for row in annotations if question.name in row.answers]
    if len(given) == 1:
        return conclude(question, [given[0][question.name]], overlap)
    conclusion = conclude(question, [question.compared(one[question.name], one) for one in given], overlap)
    return conclusion and conclusion._replace(value=question.as_answer(conclusion.value, concluded))


def _reviewed(question: Question, review: Review, *, is_disputed: bool) -> Conclusion | None:
    """What the review says about one question; settling a disagreement is called adjudication."""
    if question.name not in review.answers:
        return None
    method = LabelMethod.ADJUDICATION if is_disputed else LabelMethod.REVIEW
    return Conclusion(review.answers[question.name], method.value, 1.0)


def deciding_reviews(tasks: Iterable[Task]) -> dict[int, Review]:
    """The review that has the last word on each of the tasks that needed one, by task; one query, or none."""
    ids = [task.pk for task in tasks if task.review_levels]
    if not ids:
        return {}
    reviews = Review.objects.filter(task__in=ids, is_current=True).exclude(decision=ReviewDecision.RETURN)
    return {review.task_id: review for review in reviews.order_by("level")}


def known_answers(tasks: Iterable[Task]) -> dict[int, dict[str, Any]]:
    """The known answers of those of a project's tasks that are gold, by task and question; a few queries, or none.

    They are put into the words of the schema in force.
    """
    gold = [task for task in tasks if task.lane == Lane.GOLD]
    known: dict[int, dict[str, Any]] = {task.pk: {} for task in gold}
    if not known:
        return known
    current = Project.objects.values_list("schema_version_id", flat=True).get(pk=gold[0].project_id)
    history = SchemaHistory(gold[0].project_id)
    rows = GoldAnswer.objects.filter(task__in=list(known)).order_by("pk")
    for task_id, question, value, version in rows.values_list("task_id", "question", "value", "schema_version_id"):
        said = {question: value}
        known[task_id].update(said if version == current else history.mapping(version, current).apply(said))
    return known


def say_in_current_words(project: Project, rows: Iterable[Annotation | Review]) -> None:
    """Put answers that speak the words of an older schema version into today's, in memory: nothing is saved."""
    older = [row for row in rows if row.schema_version_id != project.schema_version_id]
    if not older:
        return
    history, current = SchemaHistory(project.pk), project.current_schema_version
    for row in older:
        row.answers = history.mapping(row.schema_version_id, current.pk).apply(row.answers)


def label_differences(project: Project, task_ids: Iterable[int]) -> list[LabelDifference]:
    """Those of the tasks whose final labels are not what their stage and answers say, in id order."""
    tasks = list(Task.objects.filter(project=project, pk__in=list(task_ids)).order_by("pk"))
    annotations = _submitted(task.pk for task in tasks)
    stored: defaultdict[int, list[FinalLabel]] = defaultdict(list)
    for label in FinalLabel.objects.filter(task__in=tasks):
        stored[label.task_id].append(label)
    found_by: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for task_id, question, value in LabelValue.objects.filter(task__in=tasks).values_list("task", "question", "value"):
        found_by[task_id].add((question, value))
    reviews, known, accepted = deciding_reviews(tasks), known_answers(tasks), accepted_answers(tasks)
    say_in_current_words(project, [*(row for rows in annotations.values() for row in rows), *reviews.values()])

    def right(task: Task) -> list[FinalLabel]:
        pk = task.pk
        return final_labels_from(project, task, annotations[pk], reviews.get(pk), known.get(pk), accepted.get(pk))

    def is_as_it_should_be(one: LabelDifference) -> bool:
        values = values_expected(project, one.right)
        return _said(one.stored) == _said(one.right) and found_by[one.task.pk] == values

    found = (LabelDifference(task, stored[task.pk], right(task)) for task in tasks)
    return [difference for difference in found if not is_as_it_should_be(difference)]


@transaction.atomic
def conclude_again(project_id: int, task_ids: Iterable[int]) -> int:
    """Bring the final labels of locked tasks in line with their stage and answers; returns how many tasks changed."""
    project = Project.objects.select_related("schema_version").get(pk=project_id)
    differences = label_differences(project, task_ids)
    if differences:
        changed = [difference.task.pk for difference in differences]
        forget_labels(changed)
        labels = FinalLabel.objects.bulk_create([label for difference in differences for label in difference.right])
        write_label_values(project, changed, labels)
        _announce(project_id, changed)
    return len(differences)


def _submitted(task_ids: Iterable[int]) -> defaultdict[int, list[Annotation]]:
    """The answers that count, by task, in the order in which they came to be."""
    found: defaultdict[int, list[Annotation]] = defaultdict(list)
    rows = Annotation.objects.filter(task_id__in=list(task_ids), round=1, status=AnnotationStatus.SUBMITTED)
    for row in rows.order_by("pk"):
        found[row.task_id].append(row)
    return found


def _said(labels: Iterable[FinalLabel]) -> dict[str, tuple[object, ...]]:
    return {
        label.question: (label.value, label.value_text, label.method, round(label.confidence, 9), label.derived_from)
        for label in labels
    }


def _announce(project_id: int, task_ids: list[int]) -> None:
    transaction.on_commit(
        partial(final_label_recorded.send_robust, FinalLabel, project_id=project_id, task_ids=task_ids)
    )
