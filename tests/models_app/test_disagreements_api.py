"""Where a model and people differ, and two versions compared, by API."""

import pytest

from annotations.models import FinalLabel
from labelplatform.certainty import sign_test
from models_app.models import ModelVersion
from models_app.versions import storage
from tests.factories import make_member, make_project
from tests.models_app.learning import label, make_learning_project, topic_of, train

pytestmark = pytest.mark.django_db
OTHER = {"sports": "music", "music": "politics", "politics": "sports"}


@pytest.fixture
def learned():
    """Two models of a project; three of the labels that the second learns from and three on the holdout are slips."""
    project, tasks = make_learning_project(150, n_holdout=60)
    label(tasks[3:60])
    label(tasks[60:72])
    train(project)
    for task in [*tasks[:3], *tasks[72:75]]:
        label([task], OTHER[topic_of(task.content.data["text"])])
    label(tasks[75:130])
    train(project)
    return project


@pytest.fixture
def manager(learned, api):
    return api(make_member(learned, "manager").user)


def every_page(reader, address: str) -> list[dict]:
    found, url = [], f"{address}{'&' if '?' in address else '?'}page_size=2"
    while url:
        body = reader.read(url).json()
        assert len(body["results"]) <= 2
        found += body["results"]
        url = body["next"] and body["next"].partition("/api/v1/")[2]
    return found


def test_disagreements_come_the_surest_first_page_by_page(learned, manager):
    version = ModelVersion.objects.get(number=2)
    found = every_page(manager, f"models/{version.pk}/disagreements/")
    assert len({one["task"] for one in found}) == len(found) >= 6
    sure = [one["model"]["confidence"] for one in found]
    assert sure == sorted(sure, reverse=True)
    slip = next(one for one in found if not one["is_holdout"])
    final = FinalLabel.objects.get(task=slip["task"])
    assert slip["final_label"] == final.value != slip["model"]["answer"]
    assert (slip["external_id"], slip["distance"]) == (final.task.external_id, 1.0)
    assert slip["text"] == final.task.content.data["text"]


def test_errors_of_the_model_and_slips_of_people_are_asked_for_apart(learned, manager):
    version = ModelVersion.objects.get(number=2)
    both, address = {}, f"models/{version.pk}/disagreements/"
    for where in ("holdout", "learned"):
        both[where] = every_page(manager, f"{address}?where={where}")
        assert {one["is_holdout"] for one in both[where]} == {where == "holdout"}
    assert len(both["holdout"]) + len(both["learned"]) == len(every_page(manager, address))
    assert manager.read(f"{address}?where=here").status_code == 422


def test_two_versions_side_by_side_with_a_paired_test_and_the_tasks_they_answer_differently(learned, manager):
    first, second = ModelVersion.objects.order_by("number")
    body = manager.read(f"models/{first.pk}/against/{second.pk}/").json()
    assert (body["first"]["number"], body["second"]["number"], body["both"]) == (1, 2, 57)
    accuracy = body["scores"][0]
    assert accuracy["name"] == "accuracy"
    assert accuracy["second"]["value"] == second.metrics["holdout"]["accuracy"]["value"]
    assert body["p_value"] == sign_test(body["first_nearer"], body["second_nearer"])
    tasks = every_page(manager, f"models/{first.pk}/against/{second.pk}/tasks/")
    assert len(tasks) == body["different"] >= 1
    assert sum(one["nearer"] == "second" for one in tasks) == body["second_nearer"]
    assert all(one["first"]["answer"] != one["second"]["answer"] for one in tasks)
    turned = manager.read(f"models/{second.pk}/against/{first.pk}/").json()
    assert (turned["first_nearer"], turned["p_value"]) == (body["second_nearer"], body["p_value"])


def test_of_few_common_tasks_no_test_is_made(learned, manager):
    first, second = ModelVersion.objects.order_by("number")
    FinalLabel.objects.filter(task__lane="holdout").exclude(pk=FinalLabel.objects.first().pk).delete()
    body = manager.read(f"models/{first.pk}/against/{second.pk}/").json()
    assert (body["both"] <= 1, body["p_value"]) == (True, None)


def test_a_file_that_is_gone_leaves_empty_lists(learned, manager):
    first, second = ModelVersion.objects.order_by("number")
    storage.path_of(learned.pk, second.unseen_file).unlink()
    assert manager.read(f"models/{second.pk}/disagreements/").json() == {"next": None, "previous": None, "results": []}
    assert manager.read(f"models/{first.pk}/against/{second.pk}/").json()["both"] == 0


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 40, "%00"])
def test_a_cursor_that_is_none_of_ours_is_refused(learned, manager, cursor):
    version = ModelVersion.objects.get(number=2)
    answer = manager.read(f"models/{version.pk}/disagreements/?cursor={cursor}")
    assert answer.status_code in {400, 422}


def test_versions_of_other_questions_and_projects_are_not_compared(learned, manager, api, ada):
    first, second = ModelVersion.objects.order_by("number")
    assert manager.read(f"models/{first.pk}/against/999999/").status_code == 404
    ModelVersion.objects.filter(pk=second.pk).update(question="mood")
    assert manager.read(f"models/{first.pk}/against/{second.pk}/").status_code == 404
    foreign = make_project()
    ModelVersion.objects.filter(pk=second.pk).update(question="topic", project=foreign)
    assert manager.read(f"models/{first.pk}/against/{second.pk}/").status_code == 404
    assert api(make_member(foreign, "admin").user).read(f"models/{first.pk}/disagreements/").status_code == 404
