"""What people answered, to be compared with what they typed."""

from typing import Any

from annotations.models import Annotation, AnnotationStatus
from benchmarks.inside.project import SLUG


def submitted() -> dict[str, Any]:
    """Every submitted answer of the measured project, as ``[external id, option, version]``."""
    rows = Annotation.objects.filter(project__slug=SLUG, status=AnnotationStatus.SUBMITTED)
    found = rows.order_by("pk").values_list("task__external_id", "answers", "version")
    return {
        "answers": [[external_id, next(iter(answers.values())), version] for external_id, answers, version in found]
    }
