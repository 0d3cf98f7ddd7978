from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from annotations.models import FinalLabel
from annotations.signals import final_label_recorded
from labelplatform.jobs.models import Job
from models_app.models import ModelVersion, SelectionRun
from models_app.rounds import training, triggers
from models_app.rounds.triggers import consider_all_trainings, consider_training, note_new_labels
from projects.models import Lane, Project, Task
from projects.signals import schema_changed, tasks_imported
from tests.factories import make_project, make_tasks
from tests.models_app.learning import label, make_learning_project, run_jobs, train

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Any:
    with mock.patch.object(triggers.current_app, "send_task") as send_task:
        yield send_task


def test_a_final_label_wakes_a_worker_without_a_query(sent: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        final_label_recorded.send_robust(FinalLabel, project_id=7, task_ids=[1])
    assert sent.call_args.kwargs["args"] == [7]


def test_a_burst_of_labels_wakes_one_worker_and_a_label_during_the_count_wakes_another(sent: Any) -> None:
    project = make_project()
    for _ in range(20):
        note_new_labels(project.pk)
    assert sent.call_count == 1
    consider_training(project.pk)  # takes the mark away before it counts
    note_new_labels(project.pk)
    assert sent.call_count == 2


def test_a_broker_that_is_away_loses_nothing_for_beat_looks_at_every_project() -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:24])
    with mock.patch.object(triggers.current_app, "send_task", side_effect=OperationalError):
        note_new_labels(project.pk)
    consider_all_trainings()
    assert Job.objects.get(kind="train_model").params == {"fit": True, "n_labels": 24}


@pytest.mark.parametrize("signal", [tasks_imported, schema_changed])
def test_an_import_and_a_schema_change_have_the_tasks_encoded(signal: Any) -> None:
    project = make_project()
    for _ in range(3):
        signal.send_robust(Project, project_id=project.pk)
    assert Job.objects.filter(kind="encode_tasks", project_id=project.pk).count() == 1


def test_the_first_training_comes_after_twenty_labels_of_two_options() -> None:
    project, tasks = make_learning_project(90)
    train(project, fit=False)
    label(tasks[:19])
    assert consider_training(project.pk) is None
    label(tasks[19:20])
    job = consider_training(project.pk)
    assert job is not None
    assert job.params["fit"]


def test_labels_of_one_option_alone_start_no_training() -> None:
    project, tasks = make_learning_project(90)
    train(project, fit=False)
    label(tasks[:25], "music")
    assert consider_training(project.pk) is None


def test_holdout_labels_do_not_count_towards_a_training() -> None:
    project, tasks = make_learning_project(150, n_holdout=30)
    train(project, fit=False)
    label(tasks[:30])
    label(tasks[30:45])
    assert consider_training(project.pk) is None


def test_the_next_training_comes_after_another_step_of_labels_or_a_while() -> None:
    project, tasks = make_learning_project(150)
    label(tasks[:24])
    train(project)
    label(tasks[24:43])
    assert consider_training(project.pk) is None
    ModelVersion.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    job = consider_training(project.pk)
    assert job is not None
    Job.objects.all().delete()
    ModelVersion.objects.update(created_at=timezone.now())
    label(tasks[43:44])
    assert consider_training(project.pk) is not None


def test_a_project_may_set_its_own_step() -> None:
    project, tasks = make_learning_project(90, retrain_after=5)
    train(project, fit=False)
    label(tasks[:6])
    assert consider_training(project.pk) is not None


def test_one_training_waits_however_often_it_is_asked_for() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:24])
    jobs = {consider_training(project.pk) for _ in range(3)}
    assert len(jobs) == 1
    assert Job.objects.filter(kind="train_model").count() == 1


def test_a_failed_or_cancelled_training_is_not_repeated_with_the_same_labels() -> None:
    project, tasks = make_learning_project(150)
    train(project, fit=False)
    label(tasks[:24])
    first = consider_training(project.pk)
    assert first is not None
    Job.objects.filter(pk=first.pk).update(state="failed", finished_at=timezone.now(), once_key="")
    assert consider_training(project.pk) is None
    label(tasks[24:50])
    assert consider_training(project.pk) is not None


def test_a_project_that_does_not_learn_is_left_alone() -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:24])
    Project.objects.filter(pk=project.pk).update(learns=False)
    assert consider_training(project.pk) is None
    consider_all_trainings()
    assert not Job.objects.filter(kind="train_model").exists()


def test_a_first_batch_is_chosen_once_tasks_are_encoded() -> None:
    project, _ = make_learning_project(60)
    job = consider_training(project.pk)
    assert job is not None
    assert job.params["fit"] is False
    run_jobs()
    assert Task.objects.filter(project=project, lane=Lane.SELECTED).count() == 50
    assert consider_training(project.pk) is None


def test_the_queue_is_filled_up_when_half_of_it_is_used() -> None:
    project, tasks = make_learning_project(300)
    label(tasks[:100])
    train(project)
    chosen = list(Task.objects.filter(project=project, lane=Lane.SELECTED).order_by("rank"))
    Project.objects.filter(pk=project.pk).update(retrain_after=1000)
    label(chosen[:25])
    assert consider_training(project.pk) is None
    label(chosen[25:26])
    job = consider_training(project.pk)
    assert job is not None
    assert job.params["fit"] is False
    run_jobs()
    assert Task.objects.filter(project=project, lane=Lane.SELECTED, open_slots__gt=0).count() == 50
    assert ModelVersion.objects.filter(project=project).count() == 1


def test_an_empty_pool_is_not_searched_again_and_again() -> None:
    project, tasks = make_learning_project(40)
    label(tasks)
    train(project)
    assert consider_training(project.pk) is None


def test_a_pool_of_near_copies_is_not_searched_after_every_label() -> None:
    project, _ = make_learning_project(90)
    SelectionRun.objects.create(project=project, question="topic", strategy="margin", n_tasks=3)
    assert consider_training(project.pk) is None


def test_tasks_that_no_encoding_has_seen_are_found() -> None:
    project, _ = make_learning_project(40)
    make_tasks(project, 3)
    job = consider_training(project.pk)
    assert job is not None
    assert job.kind == "encode_tasks"


def test_considering_an_unknown_project_does_nothing() -> None:
    cache.clear()
    assert consider_training(10**9) is None


def test_labels_that_come_during_a_training_are_counted_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    project, tasks = make_learning_project(150)
    label(tasks[:24])
    first = consider_training(project.pk)
    read_labels = training.read_labels

    def label_after_reading(*args: Any) -> Any:
        labels = read_labels(*args)
        label(tasks[len(labels.training) : len(labels.training) + 22])
        assert consider_training(project.pk) is None
        monkeypatch.setattr(training, "read_labels", read_labels)
        return labels

    monkeypatch.setattr(training, "read_labels", label_after_reading)
    jobs = run_jobs()
    assert [job.params for job in jobs] == [{"fit": True, "n_labels": 24}, {"fit": True, "n_labels": 46}]
    assert jobs[0] == first
    assert list(ModelVersion.objects.values_list("trained_on", flat=True)) == [24, 46]
