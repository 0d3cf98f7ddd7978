"""Final labels by API."""

import pytest

from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


def test_final_labels_come_in_the_order_of_their_tasks_and_filter_by_value(api, ben, rae):
    tasks = make_tasks(ben.project, 3)
    client = api(ben.user)
    for value in ("sports", "music", "sports"):
        work = client.next_task(ben.project)
        client.answer(work["task"]["id"], {"topic": value})
    reader, path = api(rae.user), f"projects/{ben.project.slug}/final-labels/"
    rows = reader.read(path).json()["results"]
    assert [row["task_id"] for row in rows] == [task.pk for task in tasks]
    assert {row["method"] for row in rows} == {"single"}
    sports = reader.read(path, data={"question": "topic", "value": "sports"}).json()["results"]
    assert [row["value"] for row in sports] == ["sports", "sports"]
    assert reader.read(path, data={"question": "other"}).json()["results"] == []


def test_a_value_without_its_question_is_refused(api, rae):
    refused = api(rae.user).read(f"projects/{rae.project.slug}/final-labels/", data={"value": "sports"})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "question")


def test_pages_through_labels_keep_their_place(api, ben, rae):
    make_tasks(ben.project, 5)
    client = api(ben.user)
    work = client.next_task(ben.project)
    while work.get("task"):
        work = client.answer(work["task"]["id"], {"topic": "music"}, next=True).json()["next"]
    reader = api(rae.user)
    page = reader.read(f"projects/{ben.project.slug}/final-labels/", data={"page_size": 2}).json()
    seen = page["results"]
    while page["next"]:
        page = reader.get(page["next"]).json()
        seen += page["results"]
    assert len({row["task_id"] for row in seen}) == len(seen) == 5
