"""How submitted answers become an annotation: a new one, a change of one, or a repeat of what is there."""

import uuid
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from annotations.conclusions.scene import Scene, refuse_if_reviewed, settle_scene
from annotations.models import Annotation, AnnotationRevision, AnnotationStatus, RevisionKind
from annotations.schema_change.outdated_answers import in_current_words, older_version
from annotations.work.late_answers import AnsweredAlready
from annotations.work.submissions import Submission
from labelplatform.refusals import Conflict, Refusal
from labelplatform.upserts import upsert_row
from projects.models import Assignment, AssignmentStatus
from projects.schema import SchemaProblems

_LONGEST_SECONDS = 86_400.0


def record_submission(scene: Scene, submission: Submission) -> tuple[Annotation, bool]:
    """Make the person's annotation of these answers, or change it; the second value tells whether it is new."""
    mine = scene.mine
    if mine is not None and mine.status in {AssignmentStatus.SUBMITTED, AssignmentStatus.RETURNED}:
        return _record_change(scene, submission)
    answers = validated_answers(scene, submission)
    now = timezone.now()
    annotation = Annotation(
        task_id=scene.task.pk,
        project_id=scene.task.project_id,
        author_id=scene.member.user_id,
        key=submission.key,
        status=AnnotationStatus.SUBMITTED,
        answers=answers,
        active_seconds=bounded_seconds(submission.active_seconds),
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
    settle_scene(scene, newest=annotation)
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
        raise key_is_taken() from error
    return written


def _undone_before(annotation: Annotation) -> Annotation:
    """The draft that an undo left of the answer with this key; refused where the key was another answer's."""
    draft = Annotation.objects.get(task_id=annotation.task_id, author_id=annotation.author_id, round=annotation.round)
    if not draft.revisions.filter(key=annotation.key).exists():
        raise key_is_taken()
    return draft


def key_is_taken() -> Conflict:
    """What to raise where a client sends one key for two answers."""
    return Conflict(
        "This key has been used for another answer.",
        errors=[{"path": "key", "message": "Make a new UUID for every submit."}],
    )


def _guideline_seen(scene: Scene, submission: Submission) -> int:
    """The version that was on screen; 0, which is none, for a number that no version ever had."""
    number = submission.guideline_number
    return number if number <= scene.member.project.guideline_number else 0


def bounded_seconds(seconds: float) -> float:
    """Working time as it is kept: at least none, at most a day."""
    return min(max(seconds, 0.0), _LONGEST_SECONDS)


def _record_change(scene: Scene, submission: Submission) -> tuple[Annotation, bool]:
    """The person has answered before: a repeat of the same key, a change of that version, or a conflict."""
    annotation = Annotation.objects.select_related("schema_version").get(
        task=scene.task, author_id=scene.member.user_id, round=1
    )
    seen = annotation.key == submission.key or annotation.revisions.filter(key=submission.key).exists()
    if seen:
        return annotation, False
    if submission.version != annotation.version:
        raise AnsweredAlready(annotation, submission)
    refuse_if_reviewed(scene)
    answers = validated_answers(scene, submission)
    keep_revision(annotation, RevisionKind.CHANGED)
    annotation.key, annotation.answers, annotation.version = submission.key, answers, annotation.version + 1
    annotation.schema_version = scene.member.project.current_schema_version
    annotation.guideline_number = _guideline_seen(scene, submission)
    annotation.active_seconds += bounded_seconds(submission.active_seconds)
    annotation.submitted_at = timezone.now()
    annotation.save()
    mine = scene.mine
    if mine is not None and mine.status == AssignmentStatus.RETURNED:
        mine.status, mine.finished_at, mine.lease_expires_at = AssignmentStatus.SUBMITTED, annotation.submitted_at, None
        mine.save(update_fields=["status", "finished_at", "lease_expires_at"])
    settle_scene(scene)
    return annotation, False


def keep_revision(annotation: Annotation, kind: RevisionKind) -> None:
    """Keep what the annotation says, before it says something else."""
    is_taken = AnnotationRevision.objects.filter(key=annotation.key).exists()  # by a client that repeats its keys
    annotation.revisions.create(
        kind=kind,
        key=uuid.uuid4() if is_taken else annotation.key,
        version=annotation.version,
        answers=annotation.answers,
        schema_version_id=annotation.schema_version_id,
    )


def validated_answers(scene: Scene, submission: Submission, *, partial_answers: bool = False) -> dict[str, Any]:
    """The answers in the words of the schema in force.

    Raises ``Refusal`` for what does not fit, and ``OutdatedAnswers`` for answers to what was asked before.
    """
    project, data = scene.member.project, scene.task.content.data
    older = older_version(project, submission.schema_number)
    if older is not None:
        return in_current_words(project, submission, older, data, partial=partial_answers)
    try:
        return project.schema.validate_answers(submission.answers, data, partial=partial_answers)
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what is asked.", errors=error.as_errors()) from error
