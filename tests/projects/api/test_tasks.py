"""Tasks by API: the list with its filters, and one task's whole story."""

import pytest

from labelplatform.events.models import record_event
from projects.models import ImportRun, TaskContent
from tests.factories import make_member, make_tasks

pytestmark = pytest.mark.django_db


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_filters_narrow_the_list_and_combine(api, ada):
    run = ImportRun.objects.create(project=ada.project, stored_name="x", format="csv")
    first, second, third = make_tasks(ada.project, texts=["the cat sat", "a cat ran", "dogs"], import_run=run)
    done = make_tasks(ada.project, 1, stage="done", open_slots=0, lane="selected")[0]
    client, path = api(ada.user), f"projects/{ada.project.slug}/tasks/"
    assert ids(client.read(path)) == [first.pk, second.pk, third.pk, done.pk]
    assert ids(client.read(path, data={"stage": "done"})) == [done.pk]
    assert ids(client.read(path, data={"lane": "selected"})) == [done.pk]
    assert ids(client.read(path, data={"import": run.pk, "stage": "annotate"})) == [first.pk, second.pk, third.pk]
    assert ids(client.read(path, data={"external_id": second.external_id})) == [second.pk]
    assert ids(client.read(path, data={"search": "cat"})) == [first.pk, second.pk]
    assert ids(client.read(path, data={"search": '"cat ran"'})) == [second.pk]
    assert ids(client.read(path, data={"search": "do*"})) == [third.pk]
    assert ids(client.read(path, data={"search": "do*", "stage": "done"})) == []
    assert client.read(path, data={"search": "?!"}).json()["detail"] == "“?!” is nothing to search for."
    assert client.read(path, data={"stage": "nowhere"}).status_code == 422


def test_pages_follow_each_other_without_gap_or_repetition(api, ada):
    tasks = make_tasks(ada.project, 7)
    client, seen = api(ada.user), []
    answer = client.read(f"projects/{ada.project.slug}/tasks/", data={"page_size": 3})
    while True:
        seen.append(ids(answer))
        if answer.json()["next"] is None:
            break
        answer = client.get(answer.json()["next"])
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sum(seen, []) == [task.pk for task in tasks]
    assert ids(client.get(answer.json()["previous"])) == seen[1]


def test_a_cursor_that_is_none_of_ours_is_said_to_be_so(api, ada):
    for cursor in ("x", "after-", "after-x", "before-²", "after-" + "9" * 30):
        answer = api(ada.user).read(f"projects/{ada.project.slug}/tasks/", data={"cursor": cursor})
        assert answer.status_code == 400
        assert "none of ours" in answer.json()["detail"]


def test_a_reviewer_reads_the_whole_story(api, ben, rae):
    (task,) = make_tasks(ben.project, 1)
    TaskContent.objects.update(metadata={"source": "mail"})
    client = api(ben.user)
    client.next_task(ben.project)
    answer = client.answer(task.pk, {"topic": "sports"}).json()["annotation"]
    client.answer(task.pk, {"topic": "music"}, version=answer["version"])
    client.send(f"tasks/{task.pk}/comments/", {"key": answer["key"], "text": "Is this music?"})
    record_event(actor=rae.user, verb="moved", object=task, after={"lane": "gold"})
    story = api(rae.user).read(f"tasks/{task.pk}/").json()
    assert (story["project"], story["stage"], story["metadata"]) == (ben.project.slug, "done", {"source": "mail"})
    assert [row["status"] for row in story["assignments"]] == ["submitted"]
    assert story["annotations"][0]["answers"] == {"topic": "music"}
    assert story["annotations"][0]["revisions"][0]["answers"] == {"topic": "sports"}
    assert [(row["question"], row["value"]) for row in story["final_labels"]] == [("topic", "music")]
    assert [row["text"] for row in story["comments"]] == ["Is this music?"]
    assert [(row["verb"], row["after"]) for row in story["events"]] == [("moved", {"lane": "gold"})]


def test_an_annotator_reads_only_their_own_part_of_the_story(api, ben):
    (task,) = make_tasks(ben.project, 1, open_slots=2)
    ben.project.overlap = 2
    ben.project.save()
    TaskContent.objects.update(metadata={"secret": "the answer"})
    other = api(make_member(ben.project, "annotator").user)
    for client, value in ((other, "sports"), (api(ben.user), "sports")):
        client.next_task(ben.project)
        client.answer(task.pk, {"topic": value})
    record_event(actor=None, verb="moved", object=task)
    story = api(ben.user).read(f"tasks/{task.pk}/").json()
    assert story["metadata"] == {}
    assert [row["user"] for row in story["assignments"]] == ["ben"]
    assert [row["author"] for row in story["annotations"]] == ["ben"]
    assert (story["final_labels"], story["events"]) == ([], [])
