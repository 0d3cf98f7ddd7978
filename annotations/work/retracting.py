"""Retract somebody's answers, and let them count again. What was said is kept as a revision."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from annotations.conclusions.settling import settle_from
from annotations.models import Annotation, AnnotationRevision, AnnotationStatus, Review, RevisionKind
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.access import open_task
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Task
from projects.querysets import AssignmentQuerySet
from projects.queueing.task_locks import lock_tasks

MAX_REASON = 200
REVIEWS_LEFT_BEHIND = "reviews_left_behind"

# An answer that counts: it stands, or a reviewer has sent it back to be changed.
_ANSWERED = (AssignmentStatus.SUBMITTED, AssignmentStatus.RETURNED)


def open_annotation(user: Any, annotation_id: int, capability: Capability) -> Membership:
    """The user's membership in the project of an answer on a task they may see. 404 or 403 like ``access``."""
    task_id = Annotation.objects.filter(pk=annotation_id).values_list("task_id", flat=True).first()
    if task_id is None:
        raise Http404
    _, member = open_task(user, task_id, capability)
    return member


@transaction.atomic
def retract_annotation(member: Membership, annotation_id: int, *, reason: str = "") -> Annotation:
    """Take somebody's submitted answers out of what counts; the task's place opens again, for them as for others.

    Raises ``Conflict`` where the answers do not count any more.
    """
    reason = reason.strip()
    if len(reason) > MAX_REASON or "\x00" in reason:
        message = f"Say it in at most {MAX_REASON} characters."
        raise Refusal(message, errors=[{"path": "reason", "message": message}])
    annotation = _lock(member, annotation_id)
    if annotation.status != AnnotationStatus.SUBMITTED:
        raise Conflict(
            f"{annotation.author.display_name}'s answer is {annotation.status}: there is nothing to retract."
        )
    AnnotationRevision.objects.create(
        annotation=annotation,
        kind=RevisionKind.RETRACTED,
        key=_free_key(annotation),
        version=annotation.version,
        answers=annotation.answers,
        schema_version_id=annotation.schema_version_id,
    )
    annotation.status, annotation.version = AnnotationStatus.SUPERSEDED, annotation.version + 1
    annotation.key = uuid.uuid4()
    annotation.save(update_fields=["status", "version", "key"])
    _own_assignment(annotation).filter(status__in=_ANSWERED).update(
        status=AssignmentStatus.EXPIRED, lease_expires_at=None
    )
    left_behind = _leave_reviews_behind(annotation.task_id)
    _settle(annotation.task)
    after: dict[str, Any] = {"status": annotation.status, **({"reason": reason} if reason else {})}
    if left_behind:
        after[REVIEWS_LEFT_BEHIND] = left_behind
    _record(member, annotation, "retracted", {"status": "submitted", "answers": annotation.answers}, after)
    return annotation


@transaction.atomic
def restore_annotation(member: Membership, annotation_id: int) -> Annotation:
    """Let retracted answers count again. Raises ``Conflict`` where a newer answer or a lease stands in their place."""
    annotation = _lock(member, annotation_id)
    if reason := why_not_restore(member.project_id, [annotation_id]).get(annotation_id):
        raise Conflict(reason)
    annotation.status, annotation.version = AnnotationStatus.SUBMITTED, annotation.version + 1
    annotation.save(update_fields=["status", "version"])
    _own_assignment(annotation).update(status=AssignmentStatus.SUBMITTED, finished_at=annotation.submitted_at)
    _leave_reviews_behind(annotation.task_id)
    _settle(annotation.task)
    after = {"status": annotation.status, "answers": annotation.answers}
    _record(member, annotation, "restored", {"status": "superseded"}, after)
    return annotation


def why_not_restore(project_id: int, annotation_ids: Iterable[int]) -> dict[int, str]:
    """Why each of these answers cannot count again, "" where it can; those that are gone are missing."""
    rows = Annotation.objects.filter(project_id=project_id, pk__in=list(annotation_ids)).select_related("author")
    annotations = list(rows)
    retracted: dict[int, datetime] = {}
    revisions = AnnotationRevision.objects.filter(annotation__in=annotations, kind=RevisionKind.RETRACTED)
    for annotation_id, at in revisions.order_by("id").values_list("annotation_id", "at"):
        retracted[annotation_id] = at
    tasks = {annotation.task_id for annotation in annotations}
    leases = Assignment.objects.filter(task_id__in=tasks, purpose="annotate").leased()
    held = set(leases.values_list("task_id", "user_id", "round"))
    standing = Annotation.objects.filter(task_id__in=tasks, status=AnnotationStatus.SUBMITTED).select_related("author")
    newest: dict[int, Annotation] = {}
    for other in standing.order_by("submitted_at"):
        newest[other.task_id] = other
    return {
        one.pk: _why_not(one, retracted.get(one.pk), held=held, newest=newest.get(one.task_id)) for one in annotations
    }


def _why_not(
    one: Annotation, retracted_at: datetime | None, *, held: set[tuple[int, int, int]], newest: Annotation | None
) -> str:
    name = one.author.display_name
    if (
        one.status == AnnotationStatus.SUBMITTED
        and retracted_at
        and one.submitted_at
        and one.submitted_at < retracted_at
    ):
        return f"{name}'s answer counts again already."
    if one.status != AnnotationStatus.SUPERSEDED:
        return f"{name} has answered again, or begun to: that newer answer stands."
    if retracted_at is None:
        return "This answer was never retracted."
    if (one.task_id, one.author_id, one.round) in held:
        return f"{name} has the task in hand again."
    if newest is not None and newest.submitted_at and newest.submitted_at > retracted_at:
        return f"{newest.author.display_name} has answered in its place: retract that answer first."
    return ""


def _leave_reviews_behind(task_id: int) -> int:
    """What reviewers decided was about other answers than there are now; returns how many decisions that were."""
    decided = Assignment.objects.filter(task_id=task_id, purpose=Purpose.REVIEW, status=AssignmentStatus.SUBMITTED)
    Review.objects.filter(task_id=task_id, is_current=True).update(is_current=False)
    return decided.update(status=AssignmentStatus.EXPIRED)


def _settle(task: Task) -> None:
    settle_from(task.project, task, list(Assignment.objects.filter(task=task)))


def _lock(member: Membership, annotation_id: int) -> Annotation:
    """The annotation, under its task's lock; 404 where it is no answer in the member's project."""
    annotations = Annotation.objects.filter(pk=annotation_id, project_id=member.project_id)
    task_id = annotations.values_list("task_id", flat=True).first()
    if task_id is None:
        raise Http404
    task = lock_tasks([task_id])[task_id]
    annotation = annotations.select_related("author").get()
    annotation.task = task
    return annotation


def _own_assignment(annotation: Annotation) -> AssignmentQuerySet:
    rows: AssignmentQuerySet = Assignment.objects.filter(
        task_id=annotation.task_id, user_id=annotation.author_id, purpose="annotate", round=annotation.round
    )
    return rows


def _free_key(annotation: Annotation) -> uuid.UUID:
    is_taken = AnnotationRevision.objects.filter(key=annotation.key).exists()
    return uuid.uuid4() if is_taken else annotation.key


def _record(
    member: Membership, annotation: Annotation, verb: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    name = f"of {annotation.author.display_name} on {annotation.task.external_id}"
    record_event(actor=member.user, verb=verb, object=annotation, before=before, after=after, name=name)
