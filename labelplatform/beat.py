"""Celery beat's process: it reads the schedule and sends names, so it loads no app of ours and half the memory."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelplatform.settings")


def run() -> None:
    """Send what is due until SIGTERM. The schedule is fixed intervals, so nothing needs to be kept in a file."""
    app = Celery("labelplatform", fixups=[])
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.Beat(loglevel="INFO", scheduler="celery.beat:Scheduler").run()


if __name__ == "__main__":
    run()
