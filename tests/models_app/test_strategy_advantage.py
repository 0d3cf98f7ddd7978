"""Chosen tasks against random ones, measured in a learning round."""

import pytest

from models_app.models import ModelVersion
from projects.models import Lane, Task
from tests.models_app.learning import label, make_learning_project, topic_of, train

pytestmark = pytest.mark.django_db


def newest(project):
    return ModelVersion.objects.filter(project=project).latest("number").metrics["advantage"]


@pytest.fixture
def project():
    """Sixty holdout labels; sixty of random tasks, and sixty of tasks that were chosen."""
    project, tasks = make_learning_project(300, n_holdout=60)
    Task.objects.filter(pk__in=[task.pk for task in tasks[60:120]]).update(lane=Lane.SELECTED)
    label(tasks[:180])
    return project


def test_a_round_compares_as_many_chosen_labels_with_random_ones_on_the_holdout(project):
    train(project)
    found = newest(project)
    assert (found["n_labels"], found["n_holdout"]) == (60, 60)
    assert found["low"] <= found["value"] <= found["high"]
    assert found["chosen"] - found["random"] == pytest.approx(found["value"], abs=1e-4)
    assert 0.8 < found["random"] <= 1


def test_it_is_measured_anew_only_when_there_is_more_to_compare(project, monkeypatch):
    train(project)
    first = newest(project)
    monkeypatch.setattr(
        "models_app.strategy.strategy_advantage.measure_advantage", lambda *_, **__: pytest.fail("measured")
    )
    label(Task.objects.filter(project=project, lane=Lane.BASE, open_slots__gt=0)[:10])
    train(project)
    assert newest(project) == first


def test_until_then_the_version_says_what_is_missing():
    project, tasks = make_learning_project(150, n_holdout=60)
    label(tasks[:90])
    train(project)
    found = newest(project)
    assert found["because"] == "only 30 labels are of tasks drawn at random, and it takes 50"
    assert (found["n_random"], found["n_chosen"], found["n_holdout"]) == (30, 0, 60)


def test_labels_that_are_all_alike_on_one_side_are_compared_as_they_are():
    project, tasks = make_learning_project(330, n_holdout=60)
    music = [task for task in tasks[60:] if topic_of(task.content.data["text"]) == "music"][:60]
    Task.objects.filter(pk__in=[task.pk for task in music]).update(lane=Lane.SELECTED)
    label([*tasks[:60], *music, *[task for task in tasks[60:] if task not in music][:60]])
    train(project)
    found = newest(project)
    assert found["chosen"] == pytest.approx(1 / 3, abs=0.01)  # such a model knows one answer and gives it
    assert found["high"] < 0
