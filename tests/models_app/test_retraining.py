"""Retraining: what sets it off beside new labels, what it may take, whose turn it is, and what a crash leaves."""

import threading
import time
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone

from annotations.models import FinalLabel
from labelplatform.jobs import running
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, JobRun, cancel_job, enqueue_job, run_job
from models_app.models import ModelState, ModelVersion
from models_app.rounds import training
from models_app.rounds.memory_limit import memory_limit
from models_app.rounds.triggers import consider_training
from projects.models import Project
from tests.factories import make_guideline, make_project, make_tasks
from tests.models_app.learning import (
    WORDS,
    conclude,
    encode,
    label,
    make_learning_project,
    run_jobs,
    texts,
    topic_of,
    train,
)

OPTIONS = [{"value": topic} for topic in WORDS]


def fit_due(project: Project) -> bool:
    job = consider_training(project.pk)
    return job is not None and bool(job.params.get("fit"))


def age(project: Project, **passed: float) -> None:
    """As if the last model had been made, and the last round run, so long ago."""
    then = timezone.now() - timedelta(**passed)
    ModelVersion.objects.filter(project=project).update(created_at=then)
    Job.objects.filter(project_id=project.pk, finished_at__isnull=False).update(started_at=then, finished_at=then)
    FinalLabel.objects.filter(project=project).update(recorded_at=then - timedelta(hours=1))


def make_two_questions() -> Project:
    """Two questions about the same texts, with labels enough for both."""
    asked = [{"name": name, "kind": "choice", "on": "text", "options": OPTIONS} for name in ("first", "second")]
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": asked})
    tasks = make_tasks(project, texts=texts(60), lane="base")
    encode(project)
    for task in tasks[:24]:
        for question in ("first", "second"):
            conclude(task, question, topic_of(task.content.data["text"]))
    return project


@pytest.mark.django_db
def test_labels_that_people_changed_are_learned_like_new_ones():
    project, tasks = make_learning_project(120)
    label(tasks[:60])
    train(project)
    assert not fit_due(project)
    changed = FinalLabel.objects.filter(project=project, task__in=tasks[:20])
    changed.update(value="music", value_text="music", recorded_at=timezone.now())
    assert fit_due(project)
    run_jobs()
    assert ModelVersion.objects.filter(project=project).count() == 2
    assert not fit_due(project)


@pytest.mark.django_db
def test_after_a_new_guideline_five_labels_are_enough():
    project, tasks = make_learning_project(150)
    label(tasks[:60])
    train(project)
    label(tasks[60:66])
    assert not fit_due(project)
    make_guideline(project, number=1)
    assert fit_due(project)
    run_jobs()
    newest = ModelVersion.objects.of_question(project.pk, "topic").first()
    assert newest.metrics["guideline"] == 1
    label(tasks[66:72])
    assert not fit_due(project)


@pytest.mark.django_db
def test_a_project_may_say_after_how_many_hours_one_label_is_enough():
    project, tasks = make_learning_project(150, retrain_hours=24)
    label(tasks[:60])
    train(project)
    age(project, hours=23)
    label(tasks[60:70])
    assert not fit_due(project)
    age(project, hours=25)
    assert not fit_due(project) or FinalLabel.objects.filter(project=project).count() > 60
    label(tasks[70:71])
    assert fit_due(project)


@pytest.mark.django_db
def test_a_model_without_any_new_label_is_not_trained_again_however_old():
    project, tasks = make_learning_project(150, retrain_hours=1)
    label(tasks[:60])
    train(project)
    age(project, hours=100)
    assert not fit_due(project)


@pytest.mark.django_db
def test_a_training_that_was_cancelled_before_it_began_does_not_come_back_with_the_same_labels():
    project, tasks = make_learning_project(150)
    label(tasks[:40])
    train(project)
    label(tasks[40:80])
    job = consider_training(project.pk)
    assert job.params["fit"]
    cancel_job(job)
    assert not fit_due(project)
    label(tasks[80:110])
    assert fit_due(project)


@pytest.mark.django_db
def test_a_question_that_cannot_be_learned_does_not_set_off_one_training_after_the_other(monkeypatch):
    project = make_two_questions()
    train(project)
    for task in list(make_tasks(project, texts=texts(110)[60:], lane="base")):
        for question in ("first", "second"):
            conclude(task, question, topic_of(task.content.data["text"]))
    encode(project)
    fit = training.LearningRound.learn

    def refuse_the_second(self: Any) -> None:
        if self.question.name == "second":
            raise training.NotLearnable("Too much alike.")
        fit(self)

    monkeypatch.setattr(training.LearningRound, "learn", refuse_the_second)
    assert fit_due(project)
    (job,) = (job for job in run_jobs() if job.params.get("fit"))
    assert "Too much alike." in job.message
    assert not fit_due(project)


@pytest.mark.django_db
def test_projects_take_turns_between_the_questions_of_one(monkeypatch):
    monkeypatch.setattr(running, "SLICE_SECONDS", 0.0)
    slow, other = make_two_questions(), make_two_questions()
    jobs = [training_job(project) for project in (slow, other)]
    run_job(jobs[0].pk)
    jobs[0].refresh_from_db()
    assert jobs[0].state == "queued", "its second question waits behind the other project"
    assert list(ModelVersion.objects.values_list("project", "question")) == [(slow.pk, "first")]
    assert not fit_due(slow), "a round that has begun is not asked for once more"
    run_job(jobs[1].pk)
    for job in jobs:
        run_job(job.pk)
        job.refresh_from_db()
        assert job.state == "done"
    assert ModelVersion.objects.filter(state=ModelState.ACTIVE).count() == 4


def training_job(project: Project) -> Job:
    key = f"train:{project.pk}"
    return enqueue_job("train_model", project_id=project.pk, params={"fit": True}, exclusive_key=key)


@pytest.mark.django_db
def test_one_project_runs_one_training_at_a_time():
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    first, second = training_job(project), training_job(project)
    Job.objects.filter(pk=first.pk).update(state="running", heartbeat_at=timezone.now())
    run_job(second.pk)
    second.refresh_from_db()
    assert second.state == "queued"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (MemoryError(), "Learning needs more memory than the 4,096 MB it may take. The former model stays at work."),
        (SoftTimeLimitExceeded(), "It was stopped after 9 minutes at one step (Evaluating"),
        (RuntimeError("odd"), "Unexpected RuntimeError: odd."),
    ],
)
def test_a_round_that_breaks_leaves_the_former_model_at_work_and_says_why(problem, words, monkeypatch):
    project, tasks = make_learning_project(120)
    label(tasks[:40])
    train(project)
    label(tasks[40:80])

    def break_down(*args: Any) -> Any:
        raise problem

    monkeypatch.setattr(training, "slices_as_json", break_down)
    job = train(project)
    assert job.state == "failed"
    assert words in job.error
    assert ModelVersion.objects.get(project=project).state == ModelState.ACTIVE


def test_what_takes_more_memory_than_allowed_fails_in_words():
    with pytest.raises(JobFailed, match=r"more memory than the [\d,]+ MB it may take"), memory_limit(_used() + 200):
        np.ones(400 * 1024 * 1024 // 8)
    with memory_limit(0):
        assert np.ones(1024).sum() == 1024


def _used() -> int:
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmData")) // 1024


@pytest.mark.django_db(transaction=True)
def test_a_step_that_takes_long_says_that_it_is_alive_until_it_is_over(monkeypatch):
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    job = enqueue_job("train_model", project_id=make_project().pk)
    run = JobRun(running._take(job.pk))
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago)
    n_threads = threading.active_count()
    with run.kept_alive():
        assert not connection.in_atomic_block
        give_up = time.monotonic() + 10
        while Job.objects.get(pk=job.pk).heartbeat_at == long_ago and time.monotonic() < give_up:
            threading.Event().wait(0.02)
    assert Job.objects.get(pk=job.pk).heartbeat_at > long_ago
    give_up = time.monotonic() + 10
    while threading.active_count() > n_threads and time.monotonic() < give_up:
        threading.Event().wait(0.02)
    assert threading.active_count() == n_threads
