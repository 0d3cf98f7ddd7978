"""What a labeling page shows and accepts: next task, draft, submit, skip, undo.

Every operation locks the task's row first and leaves stage, open slots and final labels in line with the answers,
in one transaction; a conclusion is announced after commit.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from annotations.conclusions.scene import next_after, refuse_if_reviewed, set_scene, settle_scene
from annotations.models import Annotation, AnnotationStatus, RevisionKind
from annotations.work.late_answers import AnsweredAlready
from annotations.work.recording import (
    bounded_seconds,
    keep_revision,
    key_is_taken,
    record_submission,
    validated_answers,
)
from annotations.work.submissions import Submission
from annotations.work.suggestions import suggester_for
from labelplatform.refusals import Conflict
from projects.models import Assignment, AssignmentStatus, Membership, Stage
from projects.queueing.queue import MAX_LEASES, ClaimedTask, as_claimed, claim_next_task


@transaction.atomic
def next_work(member: Membership, holding: Iterable[int] = ()) -> ClaimedTask | None:
    """Lease the member's next task, with suggestions where the project shows them."""
    return claim_next_task(member, holding=holding, suggest=suggester_for(member.project))


@transaction.atomic
def submit_annotation(
    user: Any, task_id: int, submission: Submission, *, then_next: bool = False
) -> tuple[Annotation, bool, ClaimedTask | None, Membership]:
    """Record a person's answers; returns the annotation, whether it is new, their next task, and their membership.

    The same ``key`` again changes nothing and returns what the first call made. Raises ``Refusal`` for answers that
    do not fit the schema and ``Conflict`` where other answers of the same person are newer; those refused are kept.
    """
    scene = set_scene(user, task_id)
    annotation, changed = record_submission(scene, submission)
    work = next_after(scene) if then_next else None
    return annotation, changed, work, scene.member


@transaction.atomic
def save_draft(user: Any, task_id: int, submission: Submission) -> Annotation:
    """Keep unfinished answers on the server and renew the lease; a submitted annotation is never touched."""
    scene = set_scene(user, task_id)
    answers = validated_answers(scene, submission, partial_answers=True)
    annotation = Annotation.objects.filter(task_id=task_id, author=user, round=1).first()
    if annotation is None:
        annotation = Annotation(task_id=task_id, project_id=scene.task.project_id, author=user, key=submission.key)
    if annotation.status == AnnotationStatus.SUBMITTED:
        raise AnsweredAlready(annotation)
    if annotation.status == AnnotationStatus.SUPERSEDED:  # begun anew; what was retracted is kept as a revision
        annotation.status, annotation.version = AnnotationStatus.DRAFT, annotation.version + 1
    annotation.answers = answers
    annotation.active_seconds = bounded_seconds(submission.active_seconds)
    annotation.schema_version = scene.member.project.current_schema_version
    try:
        annotation.save()
    except IntegrityError as error:
        raise key_is_taken() from error
    expires_at = timezone.now() + timedelta(minutes=scene.member.project.lease_minutes)
    Assignment.objects.filter(task_id=task_id, user=user).leased().update(lease_expires_at=expires_at)
    return annotation


@transaction.atomic
def skip_task(
    user: Any, task_id: int, *, reason: str, then_next: bool = False
) -> tuple[ClaimedTask | None, Membership]:
    """Put a task aside with a reason; others may get it. Skipping twice is skipping once."""
    scene = set_scene(user, task_id)
    mine = scene.mine
    if mine is None or mine.status not in {
        AssignmentStatus.ASSIGNED,
        AssignmentStatus.WORKING,
        AssignmentStatus.EXPIRED,
        AssignmentStatus.SKIPPED,
    }:
        if mine is not None and mine.status == AssignmentStatus.RETURNED:
            raise Conflict("This task came back to you from review, so it cannot be skipped: answer it again.")
        raise Conflict("You have answered this task; undo the answer to skip it.")
    if mine.status != AssignmentStatus.SKIPPED:
        mine.status, mine.skip_reason, mine.finished_at = AssignmentStatus.SKIPPED, reason[:200], timezone.now()
        mine.save(update_fields=["status", "skip_reason", "finished_at"])
        settle_scene(scene)
    return next_after(scene) if then_next else None, scene.member


@transaction.atomic
def undo_annotation(user: Any, annotation_id: int) -> tuple[Annotation, ClaimedTask, Membership]:
    """Take one's own submitted answers back: they become a draft again, the task is leased again to their author,
    and what was concluded from them is retracted."""
    own = Annotation.objects.filter(pk=annotation_id, author=user).values_list("task_id", flat=True).first()
    if own is None:
        raise Http404
    scene = set_scene(user, own)
    annotation = Annotation.objects.get(pk=annotation_id)
    mine = scene.mine
    if mine is None:
        raise Http404
    if mine.status == AssignmentStatus.RETURNED:
        raise Conflict("This task came back to you from review: change the answer and submit it again.")
    if annotation.status == AnnotationStatus.SUPERSEDED:
        raise Conflict("A manager has retracted this answer; it does not count any more.")
    if annotation.status == AnnotationStatus.SUBMITTED:
        refuse_if_reviewed(scene)
        keep_revision(annotation, RevisionKind.UNDONE)
        annotation.status, annotation.version = AnnotationStatus.DRAFT, annotation.version + 1
        annotation.key = uuid.uuid4()
        annotation.save(update_fields=["status", "version", "key"])
        mine.status, mine.finished_at = AssignmentStatus.WORKING, None
        mine.lease_expires_at = timezone.now() + timedelta(minutes=scene.member.project.lease_minutes)
        mine.save(update_fields=["status", "finished_at", "lease_expires_at"])
        settle_scene(scene)
    mine.task = scene.task
    return annotation, as_claimed(mine), scene.member


@transaction.atomic
def return_skipped_task(user: Any, task_id: int) -> Membership:
    """Undo a skip: the task is leased to its person again. Raises ``Conflict`` where that cannot be."""
    scene = set_scene(user, task_id)
    mine = scene.mine
    if mine is None or mine.status != AssignmentStatus.SKIPPED:
        raise Conflict("This task is not skipped any more.")
    if scene.task.stage != Stage.ANNOTATE or not scene.task.open_slots:
        raise Conflict("Others have taken this task since, so there is no place left in it.")
    if len(scene.leases) >= MAX_LEASES:
        raise Conflict("You hold as many tasks as one person may; finish those first.")
    mine.status, mine.skip_reason, mine.finished_at = AssignmentStatus.WORKING, "", None
    mine.lease_expires_at = timezone.now() + timedelta(minutes=scene.member.project.lease_minutes)
    mine.save(update_fields=["status", "skip_reason", "finished_at", "lease_expires_at"])
    settle_scene(scene)
    return scene.member
