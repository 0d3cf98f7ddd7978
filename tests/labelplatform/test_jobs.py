"""Jobs: what survives a crash, who runs what, and what a person is told."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from labelplatform.jobs import running
from labelplatform.jobs.models import STALE_AFTER, Job
from labelplatform.jobs.running import JobFailed, JobRun, JobStopped, enqueue_job, job_kinds, run_job
from tests.factories import make_project

pytestmark = pytest.mark.django_db

_COUNTED: list[int] = []


def count_to_five(run: JobRun) -> None:
    """A job of five steps, two in a slice."""
    for _ in range(2):
        with transaction.atomic():
            step = run.cursor.get("step", 0) + 1
            _COUNTED.append(step)
            if step == 5:
                run.finish(done=5, message="counted")
                return
            run.advance(cursor={"step": step}, done=step, total=5)


def refuse(run: JobRun) -> None:
    raise JobFailed("The file is empty. Choose another.")


def break_down(run: JobRun) -> None:
    run.advance(message="half way")
    raise ZeroDivisionError("by zero")


def cancel_itself(run: JobRun) -> None:
    Job.objects.filter(pk=run.job.pk).update(cancel_requested=True)
    with transaction.atomic():
        make_project("half done")
        run.advance(done=1)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    _COUNTED.clear()
    monkeypatch.setattr(running, "wake_worker", lambda job_id: None)
    paths = dict(job_kinds._paths)
    for name in ("count_to_five", "refuse", "break_down", "cancel_itself"):
        paths[name] = f"{__name__}.{name}"
    monkeypatch.setattr(job_kinds, "_paths", paths)


def test_a_job_goes_on_slice_by_slice_where_it_was():
    job = enqueue_job("count_to_five")
    for _ in range(3):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.message) == ("done", 5, "counted")
    assert _COUNTED == [1, 2, 3, 4, 5]


def test_running_a_finished_job_again_does_nothing():
    job = enqueue_job("count_to_five")
    for _ in range(5):
        run_job(job.pk)
    assert _COUNTED == [1, 2, 3, 4, 5]


def test_a_refusal_fails_the_job_with_its_own_words():
    job = enqueue_job("refuse")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file is empty. Choose another.")


def test_an_unexpected_error_fails_the_job_and_says_which():
    job = enqueue_job("break_down")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "ZeroDivisionError: by zero" in job.error


def test_a_cancelled_job_stops_at_its_next_step_and_leaves_nothing_of_it():
    job = enqueue_job("cancel_itself")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not type(make_project()).objects.filter(name="half done").exists()


def test_a_waiting_job_is_cancelled_at_once_and_never_runs():
    job = enqueue_job("count_to_five")
    running.cancel_job(job)
    run_job(job.pk)
    assert (job.state, _COUNTED) == ("cancelled", [])


def test_a_dead_workers_job_is_given_to_another_that_goes_on_from_the_last_commit():
    job = enqueue_job("count_to_five")
    run_job(job.pk)
    dead = Job.objects.filter(pk=job.pk)
    dead.update(state="running", run_token=uuid.uuid4(), heartbeat_at=timezone.now() - STALE_AFTER * 2)
    assert running.requeue_stale_jobs() == 1
    for _ in range(2):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, _COUNTED) == ("done", [1, 2, 3, 4, 5])


def test_a_worker_that_lost_its_job_can_write_nothing_more():
    job = enqueue_job("count_to_five")
    taken = running._take(job.pk)
    assert taken is not None
    Job.objects.filter(pk=job.pk).update(run_token=uuid.uuid4())
    with pytest.raises(JobStopped):
        JobRun(taken).advance(done=3)


def test_a_job_that_kills_its_worker_every_time_is_given_up_with_a_reason():
    job = enqueue_job("count_to_five")
    for _ in range(running.MAX_ATTEMPTS):
        running._take(job.pk)
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
        running.requeue_stale_jobs()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "died 5 times" in job.error


def test_jobs_of_one_exclusive_key_run_one_at_a_time():
    first = enqueue_job("count_to_five", exclusive_key="train:1")
    second = enqueue_job("count_to_five", exclusive_key="train:1")
    assert running._take(first.pk) is not None
    assert running._take(second.pk) is None
    Job.objects.filter(pk=first.pk).update(state="done")
    assert running._take(second.pk) is not None


def test_of_jobs_with_one_once_key_only_one_waits_beside_the_running_one():
    first = enqueue_job("count_to_five", once_key="train:1")
    assert enqueue_job("count_to_five", once_key="train:1") == first
    running._take(first.pk)
    second = enqueue_job("count_to_five", once_key="train:1")
    assert second != first
    assert enqueue_job("count_to_five", once_key="train:1") == second


def test_the_same_key_enqueues_once():
    key = uuid.uuid4()
    assert enqueue_job("count_to_five", key=key) == enqueue_job("count_to_five", key=key)
