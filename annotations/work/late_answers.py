"""Answers that lost: to newer ones of the same person, or to a change of what is asked. They are refused, and kept."""

import uuid
from typing import Any

from django.db import transaction

from annotations.conclusions.scene import set_scene
from annotations.models import Annotation, AnnotationRevision, RevisionKind
from annotations.schema_change.outdated_answers import OutdatedAnswers
from annotations.work.submissions import Submission, annotation_as_json
from labelplatform.refusals import Conflict


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
    scene = set_scene(user, task_id)
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
