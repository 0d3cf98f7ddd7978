"""What a client sends about one task, and what it gets back."""

import uuid
from dataclasses import dataclass
from typing import Any

from annotations.models import Annotation


@dataclass(frozen=True)
class Submission:
    """Answers with what was on screen. ``version`` is the annotation's that it changes, 0 for a new one."""

    key: uuid.UUID
    answers: dict[str, Any]
    version: int = 0
    schema_number: int = 0
    guideline_number: int = 0
    active_seconds: float = 0.0


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
