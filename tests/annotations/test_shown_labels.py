"""Who can look up known answers: those who set them, and those whom nobody measures by them."""

import json

import pytest

from annotations.gold import make_gold
from tests.annotations.test_data_page import answer, listed
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(project, ada, ben):
    """A gold task whose known answer is “music”, and a task labeled “music” by its annotator."""
    known, labeled = make_tasks(project, 2)
    make_gold(ada, known.pk, {"topic": "music"}, "It names a band.")
    answer(ben, labeled, "music")
    return known


def test_who_may_be_asked_in_a_quiz_finds_no_known_answer_anywhere(client, api, project, gold, rae):
    client.force_login(rae.user)
    labeled = project.tasks.exclude(pk=gold.pk).get()
    assert listed(client, project, "?label.topic=music") == [labeled.external_id]
    assert gold.external_id in listed(client, project, "?label.topic=-")
    row = client.get(f"/projects/{project.slug}/data/?lane=gold").content.decode()
    assert gold.external_id in row
    assert "option-chip" not in row.partition("<tbody")[2]
    labels = api(rae.user).read(f"projects/{project.slug}/final-labels/?question=topic&value=music").json()["results"]
    assert [one["task_id"] for one in labels] == [labeled.pk]
    story = api(rae.user).read(f"tasks/{gold.pk}/").json()
    assert "music" not in json.dumps({name: part for name, part in story.items() if name != "data"})
    page = client.get(f"/projects/{project.slug}/data/{gold.pk}/").content.decode()
    assert "It names a band" not in page
    assert "Concluded" not in page


@pytest.mark.parametrize("role", ["viewer", "manager", "admin"])
def test_who_is_not_measured_sees_them_as_ever(client, api, project, gold, role):
    member = make_member(project, role)
    client.force_login(member.user)
    assert gold.external_id in listed(client, project, "?label.topic=music")
    labels = api(member.user).read(f"projects/{project.slug}/final-labels/").json()["results"]
    assert gold.pk in [one["task_id"] for one in labels]
    assert "Concluded: music" in client.get(f"/projects/{project.slug}/data/{gold.pk}/").content.decode()


def test_known_answers_of_several_options_are_hidden_as_well(client, ada, rae):
    asked = {"name": "topics", "kind": "choices", "options": ["a", "b", "c"]}
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": [asked]})
    admin, reviewer = make_member(project, "admin", ada.user), make_member(project, "reviewer", rae.user)
    (task,) = make_tasks(project, 1)
    make_gold(admin, task.pk, {"topics": ["a", "c"]})
    for member, found in ((admin, [task.external_id]), (reviewer, [])):
        client.force_login(member.user)
        assert listed(client, project, "?label.topics=c") == found
