"""A person's own answers and skips among their recent acts, and the way back from them."""

from typing import Any

from django.db.models import Q
from django.http import Http404

from annotations.models import Annotation, AnnotationStatus
from annotations.work.workbench import return_skipped_task, undo_annotation
from labelplatform.refusals import Conflict
from labelplatform.roles import Capability
from projects.history.event_objects import task_urls
from projects.history.recent_acts import Act, ActKind
from projects.history.undoing import NOT_ALLOWED
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Stage
from projects.queueing.queue import MAX_LEASES, own_leases
from projects.shown_data import visible_data

_CONFLICT_STATES = {
    AnnotationStatus.SUPERSEDED: "A manager has retracted this answer.",
    AnnotationStatus.DRAFT: "You have taken it back already.",
}
_REVIEW_STATES = {
    Purpose.REVIEW: "A reviewer has decided about it.",
    Purpose.ANNOTATE: "It came back to you from review: change the answer and submit it again.",
}


def _latest_answers(member: Membership, count: int) -> list[Act]:
    rows = Annotation.objects.filter(project_id=member.project_id, author_id=member.user_id, submitted_at__isnull=False)
    found = list(rows.select_related("task__content").order_by("-submitted_at", "-id")[:count])
    urls = task_urls(member, [row.task_id for row in found])
    reasons = _why_not_answers(member, found)
    schema = member.project.schema
    questions = schema.questions_by_name

    def said(row: Annotation) -> str:
        shown = visible_data(member, row.task.content.data)
        return ", ".join(
            questions[name].summarize(value, schema.names(questions[name], shown)) if name in questions else str(value)
            for name, value in row.answers.items()
        )

    return [
        Act(
            kind="answer",
            number=row.pk,
            at=row.submitted_at or row.created_at,
            what=f"answered “{said(row)}” to task",
            name=row.task.external_id,
            url=urls.get(row.task_id, ""),
            why_not=reasons[row.pk],
        )
        for row in found
    ]


def _why_not_answers(member: Membership, rows: list[Annotation]) -> dict[int, str]:
    """Why each answer cannot be taken back, "" where it can; one query."""
    tasks = Assignment.objects.filter(task_id__in=[row.task_id for row in rows])
    reviewed = Q(purpose=Purpose.REVIEW, status=AssignmentStatus.SUBMITTED)
    returned = Q(purpose=Purpose.ANNOTATE, user_id=member.user_id, status=AssignmentStatus.RETURNED)
    settled = tasks.filter(reviewed | returned).order_by().values_list("task_id", "purpose")
    by_task = {task_id: _REVIEW_STATES[Purpose(purpose)] for task_id, purpose in settled}
    if not member.may(Capability.ANNOTATE):
        return {row.pk: NOT_ALLOWED for row in rows}
    return {row.pk: _CONFLICT_STATES.get(AnnotationStatus(row.status)) or by_task.get(row.task_id, "") for row in rows}


def _undo_answer(member: Membership, annotation_id: int) -> Any:
    own = Annotation.objects.filter(pk=annotation_id, project_id=member.project_id, author_id=member.user_id)
    annotation = own.first()
    if annotation is None:
        raise Http404
    if reason := _why_not_answers(member, [annotation])[annotation_id]:
        raise Conflict(reason)
    return undo_annotation(member.user, annotation_id)


def _latest_skips(member: Membership, count: int) -> list[Act]:
    rows = _skips(member).select_related("task")
    found = list(rows.order_by("-finished_at", "-id")[:count])
    if not found:
        return []
    urls = task_urls(member, [row.task_id for row in found])
    holds_enough = len(own_leases(member)) >= MAX_LEASES
    return [
        Act(
            kind="skip",
            number=row.pk,
            at=row.finished_at or row.started_at,
            what=f"skipped task (“{row.skip_reason}”)" if row.skip_reason else "skipped task",
            name=row.task.external_id,
            url=urls.get(row.task_id, ""),
            why_not=_why_not_skip(member, row, holds_enough=holds_enough),
        )
        for row in found
    ]


def _why_not_skip(member: Membership, row: Assignment, *, holds_enough: bool) -> str:
    if not member.may(Capability.ANNOTATE):
        return NOT_ALLOWED
    if row.task.stage != Stage.ANNOTATE or not row.task.open_slots:
        return "Others have taken this task since."
    return "You hold as many tasks as one person may; finish those first." if holds_enough else ""


def _undo_skip(member: Membership, assignment_id: int) -> Any:
    task_id = _skips(member).filter(pk=assignment_id).values_list("task_id", flat=True).first()
    if task_id is None:
        own = Assignment.objects.filter(pk=assignment_id, user_id=member.user_id, project_id=member.project_id)
        if own.exists():
            raise Conflict("This task is not skipped any more.")
        raise Http404
    return return_skipped_task(member.user, task_id)


def _skips(member: Membership) -> Any:
    return Assignment.objects.filter(
        user_id=member.user_id, project_id=member.project_id, status=AssignmentStatus.SKIPPED
    )


ANSWER = ActKind(_latest_answers, _undo_answer)
SKIP = ActKind(_latest_skips, _undo_skip)
