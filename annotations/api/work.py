"""A leased task as the workbench receives it."""

from typing import Any

from annotations.models import Annotation, AnnotationStatus, Review, ReviewDecision
from annotations.work.suggestions import why_asked
from projects.models import Membership
from projects.queueing.empty_queue import reason_for_empty_queue
from projects.queueing.queue import ClaimedTask
from projects.shown_data import shown_data


def work_as_json(member: Membership, work: ClaimedTask | None, *, with_draft: bool = False) -> dict[str, Any]:
    """The task with suggestions and draft, or ``{"task": None, "reason": {...}}``.

    A task that has just been claimed for the first time has no draft, so a submit does not look for one.
    """
    if work is None:
        return {"task": None, "reason": reason_for_empty_queue(member)}
    return {
        "task": {
            "id": work.id,
            "external_id": work.external_id,
            "data": shown_data(member, work.data, task_id=work.id),
            "lane": work.lane,
        },
        "assignment": {"id": work.assignment_id, "lease_expires_at": work.lease_expires_at},
        "predictions": work.suggestions or {},
        "why": why_asked(work),
        "draft": _draft(member, work.id, is_returned=work.is_returned) if with_draft or work.is_returned else None,
        "returned": _returned(work.id) if work.is_returned else None,
        "guideline": {"number": member.project.guideline_number},
        "schema": {"number": member.project.current_schema_version.number},
    }


def _draft(member: Membership, task_id: int, *, is_returned: bool = False) -> dict[str, Any] | None:
    """What the person left unfinished; of a task that a reviewer returned, the answers to change."""
    status = AnnotationStatus.SUBMITTED if is_returned else AnnotationStatus.DRAFT
    draft = Annotation.objects.filter(task_id=task_id, author_id=member.user_id, round=1, status=status).first()
    return {"answers": draft.answers, "version": draft.version, "annotation_id": draft.pk} if draft else None


def _returned(task_id: int) -> dict[str, Any] | None:
    """Why a reviewer sent the task back."""
    review = Review.objects.filter(task=task_id, decision=ReviewDecision.RETURN).select_related("reviewer").last()
    if review is None:
        return None
    return {
        "reason": review.reason,
        "comment": review.comment,
        "place": review.place,
        "reviewer": review.reviewer.display_name,
        "at": review.created_at,
    }
