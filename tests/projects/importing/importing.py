"""Importing bytes as a member would, for the tests of the job, the pages and the API."""

from typing import Any

from labelplatform import uploads
from labelplatform.jobs.running import run_job
from projects.importing.preview import Wishes
from projects.importing.runs import import_file
from projects.models import ImportRun, Membership


def import_bytes(member: Membership, content: bytes, name: str = "tasks.csv", **options: Any) -> ImportRun:
    """Import the content and run the job to its end."""
    on_conflict = options.pop("on_conflict", "reject")
    run, _ = import_file(
        member,
        stored=uploads.store_bytes(content),
        name=name,
        wishes=Wishes(**options),
        on_conflict=on_conflict,
    )
    return finish(run)


def finish(run: ImportRun) -> ImportRun:
    assert run.job is not None
    for _ in range(200):
        if run.job.is_over:
            break
        run_job(run.job.pk)
        run.job.refresh_from_db()
    assert run.job.is_over, f"The job is still {run.job.state}."
    return ImportRun.objects.get(pk=run.pk)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return run.created_count, run.updated_count, run.unchanged_count, run.rejected_count
