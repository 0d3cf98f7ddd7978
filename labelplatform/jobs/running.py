"""Enqueue, run, cancel and rescue jobs.

A job kind is a function ``kind(run: JobRun) -> None`` registered in ``settings.JOB_KINDS``. It works in slices:
inside each transaction that writes something it calls ``run.advance(cursor=...)``, which commits with it, so that
after a crash the work goes on exactly there. When ``run.time_is_up()`` it returns; the job is put back into the
queue and goes on in its next slice. It calls ``run.finish()`` in its last transaction.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.signals import job_ended
from labelplatform.registry import Registry

logger = logging.getLogger(__name__)

SLICE_SECONDS = 25.0
BEAT_SECONDS = 15.0
MAX_ATTEMPTS = 5
_WAKE_AGAIN_AFTER = timedelta(seconds=30)

job_kinds = Registry("job kind")
for _name, _path in settings.JOB_KINDS.items():
    job_kinds.register(_name, _path)


class JobFailed(Exception):
    """The job cannot go on; the message is shown to the person who asked for it and says what to do."""


class JobStopped(Exception):
    """This run must stop without a trace: the job was cancelled, or another worker has taken it over."""


class JobRun:
    """One slice of a job in the hands of one worker."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._started_at = time.monotonic()
        self._deadline = self._started_at + SLICE_SECONDS

    @property
    def params(self) -> dict[str, Any]:
        return self.job.params

    @property
    def cursor(self) -> dict[str, Any]:
        return self.job.cursor

    def seconds(self) -> float:
        """How long this slice has taken so far."""
        return time.monotonic() - self._started_at

    def time_is_up(self) -> bool:
        return time.monotonic() >= self._deadline

    def advance(self, **changes: Any) -> None:
        """Write progress (``cursor``, ``done``, ``total``, ``message``, ``result``) and a sign of life.

        Raises ``JobStopped`` when this worker no longer holds the job or somebody cancelled it, so that the
        transaction around the call is rolled back.
        """
        mine = Job.objects.filter(pk=self.job.pk, run_token=self.job.run_token, state=JobState.RUNNING)
        if not mine.filter(cancel_requested=False).update(heartbeat_at=timezone.now(), attempts=0, **changes):
            raise JobStopped
        for name, value in changes.items():
            setattr(self.job, name, value)

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Give signs of life while one step takes longer than any may be old; a worker that dies gives none.

        Not inside a transaction, which a sign of life from outside would have to wait for.
        """
        if connection.in_atomic_block:
            yield
            return
        is_over = threading.Event()
        threading.Thread(target=self._beat, args=(is_over,), daemon=True).start()
        try:
            yield
        finally:
            is_over.set()

    def _beat(self, is_over: threading.Event) -> None:
        while not is_over.wait(BEAT_SECONDS):
            try:
                _mine(self.job).update(heartbeat_at=timezone.now())
            except DatabaseError:
                logger.warning("Job %s could not say that it is alive; it tries again.", self.job)
            finally:
                connection.close()

    def finish(self, *, message: str = "", **changes: Any) -> None:
        """Mark the job done, in the caller's transaction."""
        self.advance(state=JobState.DONE, finished_at=timezone.now(), message=message[:300], **changes)


def enqueue_job(
    kind: str,
    *,
    project_id: int | None = None,
    params: dict[str, Any] | None = None,
    requested_by: Any = None,
    key: uuid.UUID | None = None,
    exclusive_key: str = "",
    once_key: str = "",
) -> Job:
    """Add a job and wake a worker after commit.

    A repeated ``key`` returns the job of the first call; a job of the same ``once_key`` that still waits is
    returned instead of a second one.
    """
    if kind not in job_kinds:
        raise LookupError(f"There is no job kind {kind!r}.")
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                project_id=project_id,
                params=params or {},
                requested_by=requested_by,
                key=key,
                exclusive_key=exclusive_key,
                once_key=once_key,
            )
    except IntegrityError:
        twin = Job.objects.filter(key=key).first() if key else None
        twin = twin or Job.objects.filter(once_key=once_key, state=JobState.QUEUED).exclude(once_key="").first()
        if twin is None:
            raise
        return twin
    transaction.on_commit(partial(wake_worker, job.pk))
    return job


def wake_worker(job_id: int) -> None:
    """Tell some worker about the job. A broker that is down is no loss: the reaper tells again."""
    try:
        current_app.send_task("jobs.run_job", args=[job_id])
    except OperationalError:
        logger.warning("The broker did not take job %s; it waits until the broker is back.", job_id)


def run_job(job_id: int) -> None:
    """Take the job, run one slice of it, and settle its state. Does nothing when another worker has it."""
    job = _take(job_id)
    if job is None:
        return
    run = JobRun(job)
    try:
        job_kinds.get(job.kind)(run)
    except JobStopped:
        _settle_cancelled(job)
    except JobFailed as failure:
        _fail(job, str(failure))
    except SoftTimeLimitExceeded:
        minutes = settings.CELERY_TASK_SOFT_TIME_LIMIT // 60
        _fail(job, f"It was stopped after {minutes} minutes at one step ({job.message or 'the first'}): too much work.")
    except Exception as failure:
        logger.exception("Job %s failed.", job)
        _fail(job, f"Unexpected {type(failure).__name__}: {failure}. The server's log has the details.")
    else:
        _requeue_unless_over(job)
    _announce(job)
    _wake_next(job)


@transaction.atomic
def cancel_job(job: Job, *, actor: Any = None) -> None:
    """Ask for an end: a waiting job ends now, a running one at its next step. Finished jobs stay as they are."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, cancel_requested=False)
    asked = waiting.update(state=JobState.CANCELLED, finished_at=now, cancel_requested=True)
    if asked or running.update(cancel_requested=True):
        record_event(actor=actor, verb="cancelled", object=job)
    if asked:
        transaction.on_commit(partial(job_ended.send_robust, Job, job_id=job.pk))
    job.refresh_from_db()


def requeue_stale_jobs() -> int:
    """Give jobs whose worker died to another worker, and wake workers for jobs the broker forgot."""
    rescued = 0
    for job in Job.objects.stale():
        if job.cancel_requested:
            _settle_cancelled(job)
            _announce(job)
        elif job.attempts >= MAX_ATTEMPTS:
            _fail(job, f"The worker died {job.attempts} times at the same place ({job.message or 'at the start'}).")
            _announce(job)
        elif _mine(job).update(state=JobState.QUEUED, run_token=None):
            rescued += 1
            wake_worker(job.pk)
    forgotten = timezone.now() - _WAKE_AGAIN_AFTER
    for job_id in Job.objects.filter(state=JobState.QUEUED, created_at__lt=forgotten).values_list("pk", flat=True)[
        :200
    ]:
        wake_worker(job_id)
    return rescued


def _take(job_id: int) -> Job | None:
    now = timezone.now()
    token = uuid.uuid4()
    job = Job.objects.filter(pk=job_id, state=JobState.QUEUED).first()
    if job is None:
        return None
    # once_key speaks of waiting jobs only: a taken one gives it up, so that it can be put back beside a newer one
    changes = {
        "state": JobState.RUNNING,
        "run_token": token,
        "heartbeat_at": now,
        "attempts": job.attempts + 1,
        "once_key": "",
    }
    try:
        with transaction.atomic():
            taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
                **changes, started_at=job.started_at or now
            )
    except IntegrityError:  # one of the same exclusive_key is running; it wakes us when it is over
        return None
    if not taken:
        return None
    job.refresh_from_db()
    return job


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, run_token=job.run_token, state=JobState.RUNNING)


def _fail(job: Job, error: str) -> None:
    _mine(job).update(state=JobState.FAILED, error=error[:4000], finished_at=timezone.now())


def _settle_cancelled(job: Job) -> None:
    _mine(job).filter(cancel_requested=True).update(state=JobState.CANCELLED, finished_at=timezone.now())


def _requeue_unless_over(job: Job) -> None:
    if _mine(job).update(state=JobState.QUEUED, run_token=None):
        wake_worker(job.pk)


def _announce(job: Job) -> None:
    """Say that this worker has brought the job to its end; who lost it to another says nothing."""
    ended = [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
    if Job.objects.filter(pk=job.pk, run_token=job.run_token, state__in=ended).exists():
        job_ended.send_robust(Job, job_id=job.pk)


def _wake_next(job: Job) -> None:
    if not job.exclusive_key:
        return
    waiting = Job.objects.filter(exclusive_key=job.exclusive_key, state=JobState.QUEUED).order_by("id")
    for job_id in waiting.values_list("pk", flat=True)[:1]:
        wake_worker(job_id)
