"""Boxes in learning rounds: given ones are named, nobody's are found; measured on what people drew in the holdout."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from models_app import prelabeling
from models_app.models import ModelVersion, Prediction, PredictionSource
from models_app.prelabeling import predictions_for
from models_app.rounds.metrics import wilson_interval
from models_app.scoring.naming import naming_accuracy
from models_app.sources.jobs import request_measuring
from projects.importing.media_values import MediaValues
from projects.models import Lane, Project, Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, run_jobs, train
from tests.models_app.test_models_page import words
from tests.pictures import BOX_SCHEMA, make_cells, make_image_asset

pytestmark = pytest.mark.django_db

SCHEMA = BOX_SCHEMA
N_PICTURES = 24
_values: list[Any] = []


@pytest.fixture(autouse=True)
def _known_anew() -> Iterator[None]:
    prelabeling.forget()
    yield
    prelabeling.forget()


def add_pictures(project: Project) -> None:
    """A few pictures, which the tasks show in turn."""
    hashes = [make_image_asset(project, make_cells(number)[0]).content_hash for number in range(N_PICTURES)]
    _values[:] = [MediaValues(project.pk, project.schema).fill({"photo": one})[0]["photo"] for one in hashes]


def data(number: int) -> dict[str, Any]:
    return {"photo": _values[number % N_PICTURES]}


def truth(number: int) -> list[dict[str, Any]]:
    """In reading order, as answers are stored."""
    return sorted(make_cells(number % N_PICTURES)[1], key=lambda box: (box["y"], box["x"]))


def swapped(number: int) -> list[dict[str, Any]]:
    return [{**box, "label": "square" if box["label"] == "disc" else "disc"} for box in truth(number)]


def propose(project: Project, tasks: list[Task]) -> None:
    """A source that finds every box and calls all of them discs."""
    source = PredictionSource.objects.create(project=project, name="finder", kind="upload")
    version_id = project.current_schema_version.pk
    rows = [
        Prediction(
            source=source,
            question="cells",
            task=task,
            value=[{**box, "label": "disc"} for box in truth(number)],
            schema_version_id=version_id,
        )
        for number, task in enumerate(tasks)
    ]
    Prediction.objects.bulk_create(rows)


def make_labeled(n_holdout: int = 12, n_training: int = 12, n_open: int = 6) -> tuple[Project, list[Task]]:
    project = make_project(schema=SCHEMA, state="active", shows_suggestions=True)
    add_pictures(project)
    everything = [data(number) for number in range(n_holdout + n_training + n_open)]
    tasks = make_tasks(project, data=everything[:n_holdout], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, data=everything[n_holdout:], lane=Lane.BASE)
    encode(project)
    for number, task in enumerate(tasks[: n_holdout + n_training]):
        conclude(task, "cells", truth(number))
    return project, tasks


def suggested(project: Project, task: Task) -> Any:
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane)])
    return found.get(task.pk, {}).get("cells")


def test_proposed_boxes_are_named_where_they_are_and_a_task_without_any_is_left_alone():
    project, tasks = make_labeled()
    propose(project, tasks[:-1])
    train(project)
    found = suggested(project, tasks[-2])
    right = truth(len(tasks) - 2)
    sides = ("id", "x", "y", "width", "height")
    assert [[box[side] for side in sides] for box in found["value"]] == [[box[side] for side in sides] for box in right]
    assert [box["label"] for box in found["value"]] == [box["label"] for box in right]
    assert all(0.5 < box["confidence"] <= 1 for box in found["value"])
    assert suggested(project, tasks[-1]) is None


def test_boxes_that_are_proposed_later_are_named_by_the_model_at_work_without_asking():
    project, tasks = make_labeled()
    train(project)
    assert suggested(project, tasks[-1]) is None
    propose(project, tasks)
    request_measuring(PredictionSource.objects.get())
    run_jobs()
    prelabeling.forget()
    assert [box["label"] for box in suggested(project, tasks[-1])["value"]] == [
        box["label"] for box in truth(len(tasks) - 1)
    ]
    measured = PredictionSource.objects.get().measures["cells"]["holdout"]
    assert measured["main"] == "region_f1"
    assert 0 < measured["region_f1"]["value"] < 1, "it finds every box, and calls all of them discs"


def test_what_is_measured_is_the_naming_of_boxes_that_people_drew(client):
    project, _ = make_labeled()
    train(project)
    version = ModelVersion.objects.get(project=project)
    accuracy = version.metrics["holdout"]["naming_accuracy"]
    assert accuracy["n"] == sum(len(truth(number)) for number in range(12))
    assert accuracy["low"] < accuracy["value"] <= accuracy["high"] <= 1
    assert accuracy["value"] > 0.85
    assert version.metrics["holdout"]["main"] == "naming_accuracy"
    client.force_login(make_member(project, "manager").user)
    page = words(client.get(f"/projects/{project.slug}/models/"))
    assert "Where there are boxes is not learned here" in page
    of_version = words(client.get(f"/projects/{project.slug}/models/1/"))
    assert "Named right" in of_version
    assert "Disc" in of_version


def test_labels_of_one_name_alone_say_that_nothing_can_be_learned_yet():
    project, tasks = make_labeled(n_training=0)
    for number, task in enumerate(tasks[12:]):
        conclude(task, "cells", [box for box in truth(12 + number) if box["label"] == "disc"])
    job = train(project)
    assert job.state == "failed"
    assert "At least two options" in job.error


def test_boxes_of_one_picture_that_are_alike_make_the_interval_wider():
    free = wilson_interval(50, 100)
    alike = naming_accuracy(np.array([10, 0] * 5), np.full(10, 10))
    mixed = naming_accuracy(np.array([5] * 10), np.full(10, 10))
    assert alike.high - alike.low > 2 * (free.high - free.low)
    assert mixed == free
    assert naming_accuracy(np.zeros(0, dtype=int), np.zeros(0, dtype=int)).n == 0
