"""Celery entry points of projects."""

from celery import shared_task

from projects.queueing.releasing import release_expired_leases


@shared_task(name="projects.release_expired_leases")
def sweep_leases() -> None:
    while release_expired_leases() >= 500:
        pass
