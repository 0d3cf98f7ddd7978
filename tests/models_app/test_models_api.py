"""Models by API: list, one closely, train, promote."""

import pytest

from labelplatform.jobs.models import Job
from models_app.models import ModelVersion
from tests.factories import make_member
from tests.models_app.learning import label, make_learning_project, train
from tests.models_app.test_meaning import make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def learned():
    project, tasks = make_learning_project(120, n_holdout=12)
    label(tasks[:12])
    for first, last in ((12, 36), (36, 60)):
        label(tasks[first:last])
        train(project)
    return project


@pytest.fixture
def manager(learned, api):
    return api(make_member(learned, "manager").user)


def test_versions_are_listed_newest_first_each_with_its_estimate(learned, manager):
    body = manager.read(f"projects/{learned.slug}/models/").json()
    assert [(model["number"], model["state"]) for model in body["results"]] == [(2, "active"), (1, "retired")]
    newest = body["results"][0]
    assert newest["trained_on"] == 48
    assert newest["accuracy"]["n"] == 12
    assert 0 <= newest["accuracy"]["low"] <= newest["accuracy"]["value"] <= newest["accuracy"]["high"] <= 1
    active = manager.read(f"projects/{learned.slug}/models/?state=active").json()["results"]
    assert [model["number"] for model in active] == [2]
    assert manager.read(f"projects/{learned.slug}/models/?colour=red").status_code == 422


def test_one_version_has_all_its_figures(learned, manager):
    version = ModelVersion.objects.get(number=1)
    body = manager.read(f"models/{version.pk}/").json()
    assert body["project"] == learned.slug
    assert body["metrics"]["labels_by_option"] == {"sports": 8, "politics": 8, "music": 8}
    assert len(body["metrics"]["holdout"]["confusion"]) == len(body["metrics"]["holdout"]["options"])


def test_training_is_accepted_once_and_promoting_an_older_version_rolls_back(learned, manager):
    first = manager.send(f"projects/{learned.slug}/trainings/")
    again = manager.send(f"projects/{learned.slug}/trainings/")
    assert (first.status_code, first.json()["job"]["kind"]) == (202, "train_model")
    assert first.json()["job"]["id"] == again.json()["job"]["id"]
    older = ModelVersion.objects.get(number=1)
    answer = manager.send(f"models/{older.pk}/promote/")
    assert (answer.status_code, answer.json()["state"]) == (200, "active")
    assert ModelVersion.objects.get(state="active").number == 1


def test_a_training_in_vain_and_a_model_without_its_file_are_refused(learned, manager, api, ada):
    answer = api(ada.user).send(f"projects/{ada.project.slug}/trainings/")
    assert answer.status_code == 422
    assert "import tasks first" in answer.json()["detail"]
    assert not Job.objects.filter(project_id=ada.project_id).exists()
    ModelVersion.objects.filter(number=1).update(artifact_file="")
    answer = manager.send(f"models/{ModelVersion.objects.get(number=1).pk}/promote/")
    assert answer.status_code == 409
    assert "cleaned up" in answer.json()["detail"]


def test_how_texts_are_read_is_told_and_chosen(ada, api):
    manager, address = api(ada.user), f"projects/{ada.project.slug}/encoder/"

    def choose(encoder):
        return manager.put(f"/api/v1/{address}", {"encoder": encoder}, content_type="application/json")

    told = manager.read(address).json()
    assert told["encoder"] == "automatic"
    assert [choice["encoder"] for choice in told["choices"]] == ["automatic", "words"]
    table = make_table()
    assert choose(str(table.pk)).json()["encoder"] == str(table.pk)
    assert {choose(wrong).status_code for wrong in ("999999", "x", "")} <= {409, 422}
    assert manager.read(address).json()["encoder"] == str(table.pk)
