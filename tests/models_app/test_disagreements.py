"""Where a model and people differ, over HTTP: probable slips of people, errors of the model, two versions compared."""

import pytest

from annotations.models import FinalLabel
from models_app.models import ModelVersion
from models_app.versions import storage
from projects.models import Membership, Project
from tests.factories import make_member, make_project
from tests.models_app.learning import label, make_learning_project, topic_of, train
from tests.models_app.test_models_page import url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def learned() -> Project:
    """A project with two models, three slips among the labels it learns from and two on the holdout."""
    project, tasks = make_learning_project(200, n_holdout=60)
    label(tasks[:58])
    label(tasks[58:60], "music" if topic_of(tasks[58].content.data["text"]) != "music" else "sports")
    label(tasks[60:66])
    label(tasks[66:90])
    train(project)
    for task in tasks[90:93]:
        label(
            [task], {"sports": "music", "music": "politics", "politics": "sports"}[topic_of(task.content.data["text"])]
        )
    label(tasks[93:150])
    train(project)
    return project


@pytest.fixture
def manager(learned, client) -> Membership:
    member = make_member(learned, "manager")
    client.force_login(member.user)
    return member


def test_labels_that_the_model_doubts_come_first(client, manager, learned):
    page = client.get(url(learned, "disagreements/"))
    assert page.status_code == 200
    rows = page.context["rows"]
    assert rows, words(page)
    assert all(row["theirs"] != row["answer"] for row in rows)
    sure = [row["confidence"] for row in rows]
    assert sure == sorted(sure, reverse=True)
    learned_from = client.get(url(learned, "disagreements/?where=learned")).context["rows"]
    slips = [row for row in learned_from if not row["is_holdout"]]
    assert len(slips) == len(learned_from) >= 3
    assert client.get(url(learned, "disagreements/?where=holdout")).context["page"].paginator.count >= 1


def test_each_row_leads_to_its_task(client, manager, learned):
    row = client.get(url(learned, "disagreements/")).context["rows"][0]
    task_page = client.get(row["url"])
    assert task_page.status_code == 200
    assert row["text"][:20] in words(task_page)


def test_a_label_that_was_mended_is_no_longer_listed(client, manager, learned):
    before = client.get(url(learned, "disagreements/?where=learned")).context["page"].paginator.count
    for final in FinalLabel.objects.filter(project=learned).select_related("task__content"):
        topic = topic_of(final.task.content.data["text"])
        FinalLabel.objects.filter(pk=final.pk).update(value=topic, value_text=topic)
    after = client.get(url(learned, "disagreements/?where=learned")).context["page"].paginator.count
    assert after < before


def test_before_the_first_model_the_page_says_what_comes(client):
    member = make_member(make_project(), "manager")
    client.force_login(member.user)
    assert "No model is at work yet" in words(client.get(url(member.project, "disagreements/")))


def test_two_versions_stand_side_by_side_with_the_tasks_they_answer_differently(client, manager, learned):
    first, second = ModelVersion.objects.filter(project=learned).order_by("number")
    page = client.get(url(learned, f"{first.number}/against/{second.number}/"))
    assert page.status_code == 200
    assert "Side by side" in words(page)
    rows = page.context["rows"]
    assert all(row["first"] != row["second"] for row in rows)
    better = sum(row["difference"].second_is_nearer for row in rows)
    worse = sum(row["difference"].first_is_nearer for row in rows)
    right = [version.metrics["holdout"]["accuracy"] for version in (first, second)]
    assert round(right[1]["value"] * right[1]["n"]) - round(right[0]["value"] * right[0]["n"]) == better - worse


@pytest.mark.parametrize("page", ["disagreements/", "1/against/2/"])
def test_who_is_no_member_finds_nothing(client, learned, page):
    client.force_login(make_member(make_project(), "admin").user)
    assert client.get(url(learned, page)).status_code == 404


@pytest.mark.parametrize("page", ["disagreements/", "1/against/2/"])
def test_an_annotator_may_not_look(client, learned, page):
    client.force_login(make_member(learned, "annotator").user)
    assert client.get(url(learned, page)).status_code == 403


@pytest.mark.parametrize("page", ["1/against/9/", "9/against/1/", "disagreements/?question=nonsense"])
def test_what_is_not_there_is_not_found(client, manager, learned, page):
    assert client.get(url(learned, page)).status_code == 404


def test_a_file_that_is_gone_leaves_an_empty_list(client, manager, learned):
    version = ModelVersion.objects.active().get(project=learned)
    storage.path_of(learned.pk, version.unseen_file).unlink()
    assert client.get(url(learned, "disagreements/")).context["rows"] == []
