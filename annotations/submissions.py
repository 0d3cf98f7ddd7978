"""What a client sends about one task."""

import uuid
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Submission:
    """Answers with what was on screen. ``version`` is the annotation's that it changes, 0 for a new one."""

    key: uuid.UUID
    answers: dict[str, Any]
    version: int = 0
    schema_number: int = 0
    guideline_number: int = 0
    active_seconds: float = 0.0
