"""Segments of sounds in learning rounds: given ones are named by what is heard in them, nobody's are found."""

from typing import Any

import numpy as np
import pytest

from models_app.models import ModelVersion, Prediction, PredictionSource
from models_app.prelabeling import predictions_for
from projects.importing.media_values import MediaValues
from projects.models import Lane, Project, Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, train
from tests.models_app.test_models_page import words
from tests.sounds import make_audio_asset, make_noise, make_sound, make_tone

pytestmark = pytest.mark.django_db

SCHEMA: dict[str, Any] = {
    "fields": [{"name": "clip", "kind": "audio"}],
    "questions": [
        {"name": "events", "kind": "segments", "options": [{"value": "tone", "title": "Tone"}, "noise"]},
    ],
}
RATE = 16_000
N_SOUNDS = 24
_values: list[Any] = []


def scene(number: int) -> tuple[bytes, list[dict[str, Any]]]:
    """A sound of two seconds with a tone or a noise in each of its three parts, and where they are."""
    rng = np.random.default_rng(number)
    samples = rng.normal(0, 0.001, 2 * RATE)
    segments = []
    for place, start in enumerate((0.0, 0.7, 1.4)):
        label = str(rng.choice(["tone", "noise"]))
        start, seconds = round(start + rng.uniform(0, 0.1), 3), round(rng.uniform(0.2, 0.45), 3)
        made = make_tone(rng.uniform(300, 3_000), seconds) if label == "tone" else make_noise(number + place, seconds)
        first = round(start * RATE)
        samples[first : first + len(made)] += made
        segments.append({"id": f"s{place}", "label": label, "start": start, "end": round(start + seconds, 3)})
    return make_sound(samples), segments


def add_sounds(project: Project) -> None:
    """A few sounds, which the tasks play in turn."""
    hashes = [make_audio_asset(project, scene(number)[0]).content_hash for number in range(N_SOUNDS)]
    _values[:] = [MediaValues(project.pk, project.schema).fill({"clip": one})[0]["clip"] for one in hashes]


def data(number: int) -> dict[str, Any]:
    return {"clip": _values[number % N_SOUNDS]}


def truth(number: int) -> list[dict[str, Any]]:
    return scene(number % N_SOUNDS)[1]


def swapped(number: int) -> list[dict[str, Any]]:
    return [{**one, "label": "noise" if one["label"] == "tone" else "tone"} for one in truth(number)]


def propose(project: Project, tasks: list[Task]) -> None:
    """A source that hears where something is, and calls all of it noise."""
    source = PredictionSource.objects.create(project=project, name="ears", kind="upload")
    version_id = project.schema_version_id
    assert version_id is not None
    rows = [
        Prediction(
            source=source,
            question="events",
            task=task,
            value=[{**one, "label": "noise"} for one in truth(number)],
            schema_version_id=version_id,
        )
        for number, task in enumerate(tasks)
    ]
    Prediction.objects.bulk_create(rows)


def test_proposed_segments_are_named_by_what_is_heard_in_them(client):
    project = make_project(schema=SCHEMA, state="active", shows_suggestions=True)
    add_sounds(project)
    everything = [data(number) for number in range(28)]
    tasks = make_tasks(project, data=everything[:12], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, data=everything[12:], lane=Lane.BASE)
    encode(project)
    for number, task in enumerate(tasks[:24]):
        conclude(task, "events", truth(number))
    propose(project, tasks[:-1])
    assert train(project).error == ""

    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks[-2:]])
    named, right = found[tasks[-2].pk]["events"]["value"], truth(len(tasks) - 2)
    assert [(one["start"], one["end"], one["label"]) for one in named] == [
        (one["start"], one["end"], one["label"]) for one in right
    ]
    assert all(0.5 < one["confidence"] <= 1 for one in named)
    assert "events" not in found.get(tasks[-1].pk, {}), "nobody has said where there is anything"

    version = ModelVersion.objects.get(project=project)
    holdout = version.metrics["holdout"]
    assert (holdout["main"], holdout["naming_accuracy"]["n"]) == ("naming_accuracy", 36)
    assert holdout["naming_accuracy"]["value"] > 0.9
    client.force_login(make_member(project, "manager").user)
    page = words(client.get(f"/projects/{project.slug}/models/"))
    assert "Where there are segments is not learned here" in page
    assert "Named right" in words(client.get(f"/projects/{project.slug}/models/1/"))
