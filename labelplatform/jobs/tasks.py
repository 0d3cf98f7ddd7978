"""Celery entry points of jobs."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from labelplatform.jobs import running, worker_status


@shared_task(name="jobs.run_job")
def run_job(job_id: int) -> None:
    running.run_job(job_id)


@shared_task(name="jobs.requeue_stale_jobs")
def requeue_stale_jobs() -> None:
    running.requeue_stale_jobs()


@shared_task(name="jobs.note_worker")
def note_worker() -> None:
    worker_status.note_worker()


@worker_ready.connect
def note_new_worker(**kwargs: Any) -> None:
    """Be heard of at once, not with the next beat."""
    worker_status.note_worker()
