"""What a labeling page shows and accepts: next task, draft, submit, skip, undo.

Every operation locks the task's row first and leaves stage, open slots and final labels in line with the answers,
in one transaction; a conclusion is announced after commit.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from annotations.models import Annotation, AnnotationRevision, AnnotationStatus, RevisionKind
from annotations.outdated_answers import OutdatedAnswers, in_current_words, older_version
from annotations.settling import settle_task
from annotations.submissions import Submission
from annotations.suggestions import suggester_for
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from labelplatform.upserts import upsert_row
from projects.access import open_project_by_id
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Stage, Task
from projects.queue import MAX_LEASES, ClaimedTask, Lease, as_claimed, claim_next_task
from projects.schema import SchemaProblems
from projects.task_locks import lock_task

_LONGEST_SECONDS = 86_400.0


class AnsweredAlready(Conflict):
    """The person's newer answers stand; ``refused`` is what came too late and must be kept, see ``keep_refused``."""

    def __init__(self, annotation: Annotation, refused: Submission | None = None) -> None:
        when = f"{annotation.submitted_at:%H:%M} UTC" if annotation.submitted_at else "before"
        also = " What you sent now is kept beside it." if refused else ""
        super().__init__(
            f"You answered this task at {when}, perhaps in another tab; that answer stands.{also}",
            extra={"annotation": annotation_as_json(annotation)},
        )
        self.annotation = annotation
        self.refused = refused


def keep_refused(conflict: AnsweredAlready) -> None:
    """Keep answers that lost against newer ones of the same person; call it after the refusing transaction ended."""
    if conflict.refused is None:
        return
    AnnotationRevision.objects.get_or_create(
        key=conflict.refused.key,
        defaults={
            "annotation": conflict.annotation,
            "kind": RevisionKind.CONFLICT,
            "version": conflict.refused.version,
            "answers": conflict.refused.answers,
            "schema_version_id": conflict.annotation.schema_version_id,
        },
    )


@transaction.atomic
def keep_outdated(user: Any, task_id: int, conflict: OutdatedAnswers) -> None:
    """Keep answers to what was asked before beside the person's answer, or beside a draft of what still fits; call it
    after the refusing transaction ended."""
    scene = _set_scene(user, task_id)
    submission = conflict.submission
    key = uuid.uuid5(submission.key, "outdated")
    annotation, _ = Annotation.objects.get_or_create(
        task_id=task_id,
        author=user,
        round=1,
        defaults={
            "project_id": scene.task.project_id,
            "key": key,
            "answers": conflict.usable,
            "schema_version": scene.member.project.current_schema_version,
        },
    )
    AnnotationRevision.objects.get_or_create(
        key=key,
        defaults={
            "annotation": annotation,
            "kind": RevisionKind.CONFLICT,
            "version": submission.version,
            "answers": submission.answers,
            "schema_version_id": conflict.version_id,
        },
    )


@dataclass
class _Scene:
    """A locked task with all that decides about it, and what else the person has in hand, read in three queries."""

    task: Task
    member: Membership
    assignments: list[Assignment] = field(default_factory=list)
    reviews: list[Assignment] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    returned: list[Lease] = field(default_factory=list)
    has_assigned: bool = False

    @property
    def mine(self) -> Assignment | None:
        return next((row for row in self.assignments if row.user_id == self.member.user_id), None)


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
    scene = _set_scene(user, task_id)
    annotation, changed = _record(scene, submission)
    work = _next_after(scene) if then_next else None
    return annotation, changed, work, scene.member


@transaction.atomic
def save_draft(user: Any, task_id: int, submission: Submission) -> Annotation:
    """Keep unfinished answers on the server and renew the lease; a submitted annotation is never touched."""
    scene = _set_scene(user, task_id)
    answers = _validated(scene, submission, partial_answers=True)
    annotation = Annotation.objects.filter(task_id=task_id, author=user, round=1).first()
    if annotation is None:
        annotation = Annotation(task_id=task_id, project_id=scene.task.project_id, author=user, key=submission.key)
    if annotation.status == AnnotationStatus.SUBMITTED:
        raise AnsweredAlready(annotation)
    if annotation.status == AnnotationStatus.SUPERSEDED:  # begun anew; what was retracted is kept as a revision
        annotation.status, annotation.version = AnnotationStatus.DRAFT, annotation.version + 1
    annotation.answers = answers
    annotation.active_seconds = _bounded(submission.active_seconds)
    annotation.schema_version = scene.member.project.current_schema_version
    try:
        annotation.save()
    except IntegrityError as error:
        raise _key_is_taken() from error
    expires_at = timezone.now() + timedelta(minutes=scene.member.project.lease_minutes)
    Assignment.objects.filter(task_id=task_id, user=user).leased().update(lease_expires_at=expires_at)
    return annotation


@transaction.atomic
def skip_task(
    user: Any, task_id: int, *, reason: str, then_next: bool = False
) -> tuple[ClaimedTask | None, Membership]:
    """Put a task aside with a reason; others may get it. Skipping twice is skipping once."""
    scene = _set_scene(user, task_id)
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
        _settle(scene)
    return _next_after(scene) if then_next else None, scene.member


@transaction.atomic
def undo_annotation(user: Any, annotation_id: int) -> tuple[Annotation, ClaimedTask, Membership]:
    """Take one's own submitted answers back: they become a draft again, the task is leased again to their author,
    and what was concluded from them is retracted."""
    own = Annotation.objects.filter(pk=annotation_id, author=user).values_list("task_id", flat=True).first()
    if own is None:
        raise Http404
    scene = _set_scene(user, own)
    annotation = Annotation.objects.get(pk=annotation_id)
    mine = scene.mine
    if mine is None:
        raise Http404
    if mine.status == AssignmentStatus.RETURNED:
        raise Conflict("This task came back to you from review: change the answer and submit it again.")
    if annotation.status == AnnotationStatus.SUPERSEDED:
        raise Conflict("A manager has retracted this answer; it does not count any more.")
    if annotation.status == AnnotationStatus.SUBMITTED:
        _refuse_if_reviewed(scene)
        _keep_revision(annotation, RevisionKind.UNDONE)
        annotation.status, annotation.version = AnnotationStatus.DRAFT, annotation.version + 1
        annotation.key = uuid.uuid4()
        annotation.save(update_fields=["status", "version", "key"])
        mine.status, mine.finished_at = AssignmentStatus.WORKING, None
        mine.lease_expires_at = timezone.now() + timedelta(minutes=scene.member.project.lease_minutes)
        mine.save(update_fields=["status", "finished_at", "lease_expires_at"])
        _settle(scene)
    mine.task = scene.task
    return annotation, as_claimed(mine), scene.member


@transaction.atomic
def return_skipped_task(user: Any, task_id: int) -> Membership:
    """Undo a skip: the task is leased to its person again. Raises ``Conflict`` where that cannot be."""
    scene = _set_scene(user, task_id)
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
    _settle(scene)
    return scene.member


# The person's other rows once for each status: SQLite uses a partial index only for its very condition. The last part
# tells whether a manager has given the person tasks; one is enough, for they may be thousands.
_ASSIGNMENTS = """
    SELECT id, task_id, user_id, purpose, round, status, started_at, lease_expires_at, suggestions, source, due_at
      FROM projects_assignment
     WHERE task_id = %s
        OR (user_id = %s AND project_id = %s AND status = 'working')
        OR (user_id = %s AND project_id = %s AND status = 'returned')
    UNION ALL
    SELECT * FROM (
        SELECT id, task_id, user_id, purpose, round, status, started_at, lease_expires_at, suggestions, source, due_at
          FROM projects_assignment
         WHERE user_id = %s AND project_id = %s AND status = 'assigned' AND purpose = 'annotate' AND task_id <> %s
         LIMIT 1) waiting
     ORDER BY id
"""


def _set_scene(user: Any, task_id: int) -> _Scene:
    """Lock the task and read who has it; 404 unless the user holds it, answered it, or may browse the project."""
    task, member = lock_task(user, task_id)
    scene = _Scene(task, member)
    own = [user.pk, task.project_id]
    for row in Assignment.objects.raw(_ASSIGNMENTS, [task_id, *own, *own, *own, task_id]):
        if row.purpose == Purpose.REVIEW:
            if row.task_id == task_id:
                scene.reviews.append(row)
            continue
        if row.task_id == task_id:
            scene.assignments.append(row)
        elif row.status == AssignmentStatus.ASSIGNED:
            scene.has_assigned = True
        elif row.user_id == user.pk:
            (scene.leases if row.status == AssignmentStatus.WORKING else scene.returned).append(Lease.of(row))
    if scene.mine is None and not member.may(Capability.VIEW_DATA):
        raise Http404
    if not member.may(Capability.ANNOTATE):
        open_project_by_id(user, task.project_id, Capability.ANNOTATE)
    return scene


def _next_after(scene: _Scene) -> ClaimedTask | None:
    return claim_next_task(
        scene.member,
        leases=scene.leases,
        returned=scene.returned,
        has_assigned=scene.has_assigned,
        suggest=suggester_for(scene.member.project),
    )


def _record(scene: _Scene, submission: Submission) -> tuple[Annotation, bool]:
    mine = scene.mine
    if mine is not None and mine.status in {AssignmentStatus.SUBMITTED, AssignmentStatus.RETURNED}:
        return _record_change(scene, submission)
    answers = _validated(scene, submission)
    now = timezone.now()
    annotation = Annotation(
        task_id=scene.task.pk,
        project_id=scene.task.project_id,
        author_id=scene.member.user_id,
        key=submission.key,
        status=AnnotationStatus.SUBMITTED,
        answers=answers,
        active_seconds=_bounded(submission.active_seconds),
        schema_version=scene.member.project.current_schema_version,
        guideline_number=_guideline_seen(scene, submission),
        suggestions=mine.suggestions if mine else {},
        created_at=mine.started_at if mine else now,
        submitted_at=now,
    )
    written = _write_submitted(annotation)
    if written is None:
        return _undone_before(annotation), False
    annotation.pk, annotation.version = written
    if mine is None:
        mine = Assignment(task=scene.task, project_id=scene.task.project_id, user_id=scene.member.user_id)
        scene.assignments.append(mine)
    mine.status, mine.finished_at = AssignmentStatus.SUBMITTED, now
    if mine.pk:
        Assignment.objects.filter(pk=mine.pk).update(status=mine.status, finished_at=now)
    else:
        mine.save()
    _settle(scene, newest=annotation)
    return annotation, True


_ANNOTATION_COLUMNS = (
    "task_id", "project_id", "author_id", "round", "key", "status", "version", "answers", "active_seconds",
    "schema_version_id", "guideline_number", "suggestions", "created_at", "submitted_at",
)  # fmt: skip


def _write_submitted(annotation: Annotation) -> tuple[int, int] | None:
    """Insert the annotation, or turn the draft of the same task, author and round into it; returns id and version.

    The task's row is locked and the assignment not yet submitted, so what is overwritten can only be a draft. None
    when the draft is what an undo left of an answer with this very key: the call is an old one that arrives again.
    """
    try:
        written: tuple[int, int] | None = upsert_row(
            annotation,
            _ANNOTATION_COLUMNS,
            unique=("task_id", "author_id", "round"),
            keep=("created_at",),
            count_up="version",
            only_where="NOT EXISTS (SELECT 1 FROM annotations_annotationrevision r WHERE r.key = excluded.key)",
            returning=("id", "version"),
        )
    except IntegrityError as error:
        raise _key_is_taken() from error
    return written


def _undone_before(annotation: Annotation) -> Annotation:
    """The draft that an undo left of the answer with this key; refused where the key was another answer's."""
    draft = Annotation.objects.get(task_id=annotation.task_id, author_id=annotation.author_id, round=annotation.round)
    if not draft.revisions.filter(key=annotation.key).exists():
        raise _key_is_taken()
    return draft


def _key_is_taken() -> Conflict:
    return Conflict(
        "This key has been used for another answer.",
        errors=[{"path": "key", "message": "Make a new UUID for every submit."}],
    )


def _guideline_seen(scene: _Scene, submission: Submission) -> int:
    """The version that was on screen; 0, which is none, for a number that no version ever had."""
    number = submission.guideline_number
    return number if number <= scene.member.project.guideline_number else 0


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST_SECONDS)


def _record_change(scene: _Scene, submission: Submission) -> tuple[Annotation, bool]:
    """The person has answered before: a repeat of the same key, a change of that version, or a conflict."""
    annotation = Annotation.objects.select_related("schema_version").get(
        task=scene.task, author_id=scene.member.user_id, round=1
    )
    seen = annotation.key == submission.key or annotation.revisions.filter(key=submission.key).exists()
    if seen:
        return annotation, False
    if submission.version != annotation.version:
        raise AnsweredAlready(annotation, submission)
    _refuse_if_reviewed(scene)
    answers = _validated(scene, submission)
    _keep_revision(annotation, RevisionKind.CHANGED)
    annotation.key, annotation.answers, annotation.version = submission.key, answers, annotation.version + 1
    annotation.schema_version = scene.member.project.current_schema_version
    annotation.guideline_number = _guideline_seen(scene, submission)
    annotation.active_seconds += _bounded(submission.active_seconds)
    annotation.submitted_at = timezone.now()
    annotation.save()
    mine = scene.mine
    if mine is not None and mine.status == AssignmentStatus.RETURNED:
        mine.status, mine.finished_at, mine.lease_expires_at = AssignmentStatus.SUBMITTED, annotation.submitted_at, None
        mine.save(update_fields=["status", "finished_at", "lease_expires_at"])
    _settle(scene)
    return annotation, False


def _refuse_if_reviewed(scene: _Scene) -> None:
    """Finished work is locked: what a reviewer has decided, only a recorded reopening opens again."""
    mine = scene.mine
    if mine is not None and mine.status == AssignmentStatus.RETURNED:
        return
    if any(row.status == AssignmentStatus.SUBMITTED for row in scene.reviews):
        raise Conflict("A reviewer has decided about this task, so its answers are locked. A manager can reopen it.")


def _keep_revision(annotation: Annotation, kind: RevisionKind) -> None:
    is_taken = AnnotationRevision.objects.filter(key=annotation.key).exists()  # by a client that repeats its keys
    annotation.revisions.create(
        kind=kind,
        key=uuid.uuid4() if is_taken else annotation.key,
        version=annotation.version,
        answers=annotation.answers,
        schema_version_id=annotation.schema_version_id,
    )


def _validated(scene: _Scene, submission: Submission, *, partial_answers: bool = False) -> dict[str, Any]:
    project, data = scene.member.project, scene.task.content.data
    older = older_version(project, submission.schema_number)
    if older is not None:
        return in_current_words(project, submission, older, data, partial=partial_answers)
    try:
        return project.schema.validate_answers(submission.answers, data, partial=partial_answers)
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what is asked.", errors=error.as_errors()) from error


def _settle(scene: _Scene, newest: Annotation | None = None) -> None:
    """Bring the task's stage, open slots and final labels in line with its assignments and answers."""
    settle_task(scene.member.project, scene.task, scene.assignments, scene.reviews, newest)


def annotation_as_json(annotation: Annotation) -> dict[str, Any]:
    """An annotation as the API shows it to its author."""
    return {
        "id": annotation.pk,
        "task_id": annotation.task_id,
        "key": str(annotation.key),
        "version": annotation.version,
        "status": annotation.status,
        "answers": annotation.answers,
        "guideline_number": annotation.guideline_number,
        "active_seconds": annotation.active_seconds,
        "submitted_at": annotation.submitted_at,
    }
