"""The Celery worker's process: it loads what jobs need once and then forks into those that run them.

What each of them would load with its first job is 100 MB for learning alone. `celery -A labelplatform.celery worker`
does the same work, with more memory and a slower first job.
"""

import gc
import logging
import sys

import django
from django.conf import settings
from django.utils.module_loading import import_string

from labelplatform.celery import app

logger = logging.getLogger(__name__)


def run() -> int:
    """Work until SIGTERM, which lets running jobs end their slice; returns the exit code."""
    django.setup()
    _load_job_kinds()
    # Gossip and mingle are talk among workers, of no use to us and a second of every start.
    worker = app.Worker(loglevel="INFO", without_gossip=True, without_mingle=True)
    worker.start()
    return worker.exitcode or 0


def _load_job_kinds() -> None:
    for name, path in settings.JOB_KINDS.items():
        try:
            import_string(path)
        except ImportError:  # jobs of this kind will fail and say why; the others need not
            logger.exception("Jobs %r cannot run.", name)
    gc.collect()
    gc.freeze()  # the collector writes to what it visits, and what is written to is shared no longer


if __name__ == "__main__":
    sys.exit(run())
