"""Tasks like one task: found exactly, shown with their labels to those who may see them."""

import re

import pytest

from annotations.models import FinalLabel
from projects.queueing.excluding import exclude_tasks
from tests.factories import make_member, make_project, make_task, make_tasks
from tests.models_app.learning import conclude, encode, make_learning_project, run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def alike():
    project = make_project()
    texts = ["refund my broken kettle", "refund my broken toaster", "refund my lamp", "open a second account", "zzz"]
    tasks = make_tasks(project, texts=texts)
    encode(project)
    return project, tasks


def find(api, member, task):
    caller = api(member.user)
    caller.send(f"tasks/{task.pk}/similar/", {})
    run_jobs("find_similar")
    return caller.read(f"tasks/{task.pk}/similar/").json()


def test_the_most_alike_come_first_with_their_final_labels(api, alike):
    project, tasks = alike
    conclude(tasks[1], "topic", "sports")
    found = find(api, make_member(project, "reviewer"), tasks[0])
    assert found["job"]["state"] == "done"
    assert [one["external_id"] for one in found["similar"]] == [tasks[1].external_id, tasks[2].external_id]
    assert found["similar"][0]["final_labels"] == {"topic": "sports"}
    assert found["similar"][0]["text"] == "refund my broken toaster"
    assert 1 > found["similar"][0]["alike"] > found["similar"][1]["alike"] > 0


def test_nothing_is_looked_up_before_somebody_asks_and_asking_twice_is_one_search(api, alike):
    project, tasks = alike
    caller = api(make_member(project, "viewer").user)
    assert caller.read(f"tasks/{tasks[0].pk}/similar/").json() == {"job": None, "similar": []}
    jobs = [caller.send(f"tasks/{tasks[0].pk}/similar/", {}).json()["job"]["id"] for _ in range(2)]
    assert jobs[0] == jobs[1]
    other = caller.send(f"tasks/{tasks[1].pk}/similar/", {}).json()["job"]["id"]
    assert other != jobs[0]


def test_a_task_like_no_other_finds_none(api, alike):
    project, tasks = alike
    assert find(api, make_member(project, "viewer"), tasks[4])["similar"] == []


def test_a_task_that_came_after_the_last_encoding_says_so(api, alike):
    project, _ = alike
    found = find(api, make_member(project, "viewer"), make_task(project, text="refund my broken fridge"))
    assert found["job"]["state"] == "failed"
    assert "not encoded yet" in found["job"]["error"]


def test_tasks_that_are_gone_or_taken_out_are_not_shown(api, alike):
    project, tasks = alike
    manager = make_member(project, "manager")
    assert len(find(api, manager, tasks[0])["similar"]) == 2
    exclude_tasks(manager, [tasks[1].pk])
    tasks[2].delete()
    assert api(manager.user).read(f"tasks/{tasks[0].pk}/similar/").json()["similar"] == []


def test_known_answers_are_hidden_from_who_may_be_asked_them(api, alike):
    project, tasks = alike
    conclude(tasks[1], "topic", "sports")
    FinalLabel.objects.update(method="gold")
    assert find(api, make_member(project, "reviewer"), tasks[0])["similar"][0]["final_labels"] == {}
    assert find(api, make_member(project, "manager"), tasks[0])["similar"][0]["final_labels"] == {"topic": "sports"}


def test_who_labels_blind_sees_none(api, alike):
    project, tasks = alike
    assert api(make_member(project, "annotator").user).read(f"tasks/{tasks[0].pk}/similar/").status_code == 404


def test_fields_that_nobody_is_shown_are_not_quoted(api):
    fields = [{"name": "text", "kind": "text"}, {"name": "secret", "kind": "text", "shown": "nobody"}]
    question = {"name": "topic", "kind": "choice", "on": "text", "options": ["sports", "music"]}
    project = make_project(schema={"fields": fields, "questions": [question]})
    data = {"text": "refund my kettle", "secret": "card 4711"}
    tasks = make_tasks(project, data=[data, data])
    encode(project)
    assert find(api, make_member(project, "admin"), tasks[0])["similar"][0]["text"] == "refund my kettle"


def test_the_story_teaches_first_then_shows_them(client, alike):
    project, tasks = alike
    conclude(tasks[1], "topic", "sports")
    client.force_login(make_member(project, "reviewer").user)
    story = f"/projects/{project.slug}/data/{tasks[0].pk}/"
    assert "Find similar tasks" in client.get(story).content.decode()
    answer = client.post(f"{story}similar/", {"here": f"{story}?stage=annotate"})
    assert answer.url == f"{story}?stage=annotate#similar"
    assert client.post(f"{story}similar/", {"here": "https://elsewhere.example/"}).url == f"{story}#similar"
    assert "job-progress" in client.get(story).content.decode()
    run_jobs("find_similar")
    page = re.sub(r"\s+", " ", client.get(story).content.decode())
    assert "refund my broken toaster" in page
    assert f'href="/projects/{project.slug}/data/{tasks[1].pk}/"' in page
    assert "% alike" in page


def test_a_project_that_encodes_nothing_says_so(client, api):
    project = make_project()
    task = make_task(project)
    member = make_member(project, "viewer")
    client.force_login(member.user)
    assert "Find similar tasks" not in client.get(f"/projects/{project.slug}/data/{task.pk}/").content.decode()
    assert api(member.user).send(f"tasks/{task.pk}/similar/", {}).status_code == 422


def test_tasks_of_other_projects_are_never_found(api, alike):
    project, tasks = alike
    make_learning_project(6)
    other = make_project()
    make_tasks(other, texts=["refund my broken kettle"])
    encode(other)
    found = find(api, make_member(project, "viewer"), tasks[0])["similar"]
    assert {one["task"] for one in found} == {tasks[1].pk, tasks[2].pk}
