"""Enqueue the jobs of sources. The web process imports this, so that what the jobs do is named and not imported."""

from typing import Any

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from models_app.models import PredictionRun, PredictionSource
from projects.models import Membership


def enqueue_run(
    kind: str,
    member: Membership | None,
    source: PredictionSource,
    *,
    params: dict[str, Any] | None = None,
    **fields: Any,
) -> PredictionRun:
    """A run of a source with its job; of one source's jobs one runs at a time."""
    user = member.user if member else None
    run = PredictionRun.objects.create(project_id=source.project_id, source=source, created_by=user, **fields)
    run.job = enqueue_job(
        kind,
        project_id=source.project_id,
        params={"prediction_run": run.pk, **(params or {})},
        requested_by=user,
        exclusive_key=f"predictions:{source.pk}",
    )
    run.save(update_fields=["job"])
    return run


def request_measuring(source: PredictionSource, requested_by: Any = None) -> Job:
    """Enqueue a measuring of the source, or give the one that waits already."""
    key = f"measure-source:{source.pk}"
    return enqueue_job(
        "measure_source",
        project_id=source.project_id,
        params={"source": source.pk},
        requested_by=requested_by,
        once_key=key,
        exclusive_key=key,
    )
