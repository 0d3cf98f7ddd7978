"""Gold tasks: those whose answer is known, by which people are measured and taught. The queue never gives them out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from annotations.conclusions.concluding import known_answers
from annotations.conclusions.label_values import forget_labels
from annotations.models import AcceptedAnswer, FinalLabel, GoldAnswer
from annotations.reviewing.review_queue import LIVE
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.models import Assignment, AssignmentStatus, Lane, Membership, Project, Purpose, Stage, Task
from projects.queueing.lanes import rank_at_import
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.task_locks import lock_tasks
from projects.schema import Schema, SchemaProblems

MAX_EXPLANATION = 2000
SET, TAKEN = "set the known answer of", "took the known answer from"

_SENTENCES = {
    "out": "This task was removed from the project: bring it back first.",
    "holdout": "This task belongs to the holdout, which only measures models: choose another one.",
    "in_review": "This task is under review: decide the review first.",
    "begun": "{who} has this task in hand: wait for the answer, or take the task back first.",
}


@transaction.atomic
def make_gold(member: Membership, task_id: int, answers: Mapping[str, Any], explanation: str = "") -> Task:
    """Set the known answers of a task: it is done by them, and out of the queue. The same again changes nothing.

    Raises ``Refusal`` for answers that do not fit the schema, ``Conflict`` where people have the task in hand or under
    review, where it is out of the project, or belongs to the holdout.
    """
    task = _lock(member, task_id)
    explanation = checked_explanation(explanation)
    try:
        values = member.project.schema.validate_answers(answers, task.content.data)
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what is asked.", errors=error.as_errors()) from error
    before = told_answers([task.pk]).get(task.pk, {})
    after = {"answers": values, "explanation": explanation}
    if not values:
        raise Refusal("Answer at least one question.", errors=[{"path": "answers", "message": "Answer one question."}])
    if before == after:
        return task
    if task.lane != Lane.GOLD and (obstacle := obstacles([task]).get(task.pk)):
        raise Conflict(obstacle_in_words(obstacle, task))
    write_gold(member.project, {task.pk: values}, explanation, member.user)
    record_event(actor=member.user, verb=SET, object=task, before=before, after=after)
    task.refresh_from_db()
    return task


@transaction.atomic
def unmake_gold(member: Membership, task_id: int) -> Task:
    """Take the known answers away: the task goes back to where people's own answers put it. 404 where it has none."""
    task = _lock(member, task_id)
    before = told_answers([task.pk]).get(task.pk, {})
    if task.lane != Lane.GOLD:
        raise Http404
    GoldAnswer.objects.filter(task=task).delete()
    forget_labels([task.pk])  # so that the answers are concluded, and perhaps reviewed, anew
    Task.objects.filter(pk=task.pk).update(lane=Lane.BASE, rank=rank_at_import(member.project, task))
    restage_and_follow_up(member.project_id, [task.pk])
    record_event(actor=member.user, verb=TAKEN, object=task, before=before)
    task.refresh_from_db()
    return task


def write_gold(project: Project, values: Mapping[int, Mapping[str, Any]], explanation: str, author: Any) -> None:
    """Write the known answers of locked tasks, by task and question, and conclude the tasks with them."""
    ids = list(values)
    now = timezone.now()
    GoldAnswer.objects.filter(task__in=ids).delete()
    AcceptedAnswer.objects.filter(task__in=ids).delete()  # what is known needs no model
    GoldAnswer.objects.bulk_create(
        GoldAnswer(
            task_id=task_id,
            project_id=project.pk,
            question=question,
            value=value,
            explanation=explanation,
            author=author,
            recorded_at=now,
            schema_version=project.current_schema_version,
        )
        for task_id, answers in values.items()
        for question, value in answers.items()
    )
    Task.objects.filter(pk__in=ids).update(lane=Lane.GOLD)
    restage_and_follow_up(project.pk, ids)


def obstacles(tasks: Sequence[Task]) -> dict[int, str]:
    """Why each of the locked tasks cannot become gold now, in a word; those that can are missing. One query."""
    found = {}
    for task in tasks:
        if task.stage == Stage.EXCLUDED:
            found[task.pk] = "out"
        elif task.lane == Lane.HOLDOUT:
            found[task.pk] = "holdout"
        elif task.stage == Stage.REVIEW:
            found[task.pk] = "in_review"
    for task_id in _in_hand([task.pk for task in tasks]).values_list("task_id", flat=True):
        found.setdefault(task_id, "begun")
    return found


def obstacle_in_words(obstacle: str, task: Task) -> str:
    return _SENTENCES[obstacle].format(who=_in_whose_hands(task))


def proposed_answers(task: Task) -> dict[str, Any]:
    """What a task that is done offers as its known answer: its final labels."""
    if task.stage != Stage.DONE:
        return {}
    return dict(FinalLabel.objects.filter(task=task).order_by("pk").values_list("question", "value"))


def gold_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """A task's known answers, as its story tells them; only for those who make gold tasks."""
    if task.lane != Lane.GOLD or not member.may(Capability.CURATE_TASKS):
        return []
    rows = GoldAnswer.objects.filter(task=task).select_related("author").order_by("pk")
    return [
        {
            "question": row.question,
            "value": row.value,
            "explanation": row.explanation,
            "author": row.author.display_name if row.author else None,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def explanations(task_ids: Iterable[int]) -> dict[int, str]:
    """Why the known answers are right, by gold task."""
    rows = GoldAnswer.objects.filter(task__in=list(task_ids), task__lane=Lane.GOLD)
    return dict(rows.values_list("task_id", "explanation"))


def told_answers(task_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The known answers of gold tasks as the record of changes tells them."""
    gold = Task.objects.filter(pk__in=list(task_ids), lane=Lane.GOLD)
    why = explanations([task.pk for task in gold])
    known = {pk: values for pk, values in known_answers(gold).items() if values}
    return {pk: {"answers": values, "explanation": why.get(pk, "")} for pk, values in known.items()}


def fits(schema: Schema, answers: Mapping[str, Any], data: Mapping[str, Any], *, partial_answers: bool = False) -> bool:
    """Whether somebody could give these very answers now: an option may have been retired since."""
    try:
        schema.validate_answers(answers, data, partial=partial_answers)
    except SchemaProblems:
        return False
    return bool(answers)


def checked_explanation(explanation: str) -> str:
    explanation = explanation.strip()
    if len(explanation) > MAX_EXPLANATION or "\x00" in explanation:
        message = f"Explain it in at most {MAX_EXPLANATION:,} characters."
        raise Refusal(message, errors=[{"path": "explanation", "message": message}])
    return explanation


def _in_hand(task_ids: list[int]) -> Any:
    """Assignments by which somebody is at work on the tasks, or about to be."""
    annotating = Q(purpose=Purpose.ANNOTATE, status__in=(AssignmentStatus.ASSIGNED, AssignmentStatus.RETURNED))
    annotating |= Q(purpose=Purpose.ANNOTATE, status=AssignmentStatus.WORKING, lease_expires_at__gt=timezone.now())
    reviewing = Q(purpose=Purpose.REVIEW, status__in=LIVE)
    return Assignment.objects.filter(annotating | reviewing, task__in=task_ids)


def _in_whose_hands(task: Task) -> str:
    names = {row.user.display_name for row in _in_hand([task.pk]).select_related("user")}
    return " and ".join(sorted(names)) or "Somebody"


def _lock(member: Membership, task_id: int) -> Task:
    """The task with its content, locked; 404 where it is not of the member's project."""
    task = lock_tasks([task_id]).get(task_id)
    if task is None or task.project_id != member.project_id:
        raise Http404
    return task
