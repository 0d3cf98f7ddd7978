"""Jobs in a process of their own, without a broker: from the first slice to the end."""

import uuid
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from annotations.exporting.exports import start_export
from annotations.exporting.labeled_tasks import Filter
from benchmarks.inside.project import SLUG
from labelplatform import uploads
from labelplatform.jobs import running
from labelplatform.jobs.models import Job, JobState
from projects.assignment.assigning import assign_tasks
from projects.assignment.taking_back import take_back_tasks
from projects.browsing.bulk_acts import Selection
from projects.importing.preview import Wishes
from projects.importing.runs import import_file
from projects.models import Membership


def enqueue_import(path: str, slug: str = SLUG, labels: str = "") -> dict[str, Any]:
    """Store the file as an upload would and enqueue its import, with its labels where it says how they are kept."""
    admin = _admin(slug)
    with Path(path).open("rb") as file:
        stored = uploads.store_upload(UploadedFile(file, Path(path).name))
    run, _ = import_file(admin, stored=stored, name=Path(path).name, wishes=Wishes(labels=labels), key=uuid.uuid4())
    return {"job": run.job_id}


def enqueue_export(format_name: str, slug: str = SLUG) -> dict[str, Any]:
    job, _ = start_export(_admin(slug), format_name=format_name, chosen=Filter())
    return {"job": job.pk}


def enqueue_assignment(people: int) -> dict[str, Any]:
    """Share all tasks out among the people who came last."""
    annotators = Membership.objects.filter(project__slug=SLUG, role="annotator").order_by("-pk")
    to = list(annotators.values_list("pk", flat=True)[:people])
    job = assign_tasks(_admin(), Selection(None, {}), to=to)
    assert isinstance(job, Job), "There are many."
    return {"job": job.pk}


def enqueue_taking_back() -> dict[str, Any]:
    job = take_back_tasks(_admin(), Selection(None, {}))
    assert isinstance(job, Job), "There are many."
    return {"job": job.pk}


def run_job(job: int) -> dict[str, Any]:
    """Run a job to its end, slice by slice."""
    row = Job.objects.get(pk=job)
    while not row.is_over:
        running.run_job(row.pk)
        row.refresh_from_db()
    if row.state != JobState.DONE:
        raise RuntimeError(f"{row} {row.state}: {row.error}")
    return {"done": row.done, "message": row.message}


def _admin(slug: str = SLUG) -> Membership:
    return Membership.objects.select_related("project__schema_version", "user").get(
        project__slug=slug, user__email="admin@example.com"
    )
