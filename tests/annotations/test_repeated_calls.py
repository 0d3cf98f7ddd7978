"""What arrives twice, late, doubled or with somebody else's key leaves everything as it should be."""

import uuid

import pytest

from annotations.models import Annotation, FinalLabel
from projects.models import Assignment, Task
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


def test_a_submit_that_was_undone_and_arrives_once_more_changes_nothing(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    key = str(uuid.uuid4())
    annotation = client.answer(task.pk, {"topic": "sports"}, key=key).json()["annotation"]
    client.send(f"annotations/{annotation['id']}/undo/")
    again = client.answer(task.pk, {"topic": "sports"}, key=key)
    assert again.status_code == 200
    assert again.json()["annotation"]["status"] == "draft"
    assert not FinalLabel.objects.exists()
    assert (Task.objects.get().stage, Assignment.objects.get().status) == ("annotate", "working")


def test_undo_works_as_often_as_somebody_changes_their_mind(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    for answer in ("sports", "music", "sports"):
        annotation = client.answer(task.pk, {"topic": answer}).json()["annotation"]
        assert FinalLabel.objects.get().value == answer
        assert client.send(f"annotations/{annotation['id']}/undo/").status_code == 200
    assert Annotation.objects.get().revisions.count() == 3


def test_a_key_of_another_answer_is_refused_for_a_draft_and_for_a_submit(api, ben):
    first, second = make_tasks(ben.project, 2)
    client = api(ben.user)
    client.next_task(ben.project)
    client.next_task(ben.project, first.pk)
    client.next_task(ben.project, second.pk)
    key = str(uuid.uuid4())
    client.answer(first.pk, {"topic": "sports"}, key=key)
    for submit in (False, True):
        refused = client.answer(second.pk, {"topic": "sports"}, key=key, submit=submit)
        assert refused.status_code == 409
        assert refused.json()["errors"][0]["path"] == "key"
    assert list(Annotation.objects.values_list("task_id", flat=True)) == [first.pk]


def test_the_time_a_draft_took_is_bounded_like_that_of_an_answer(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    client.answer(task.pk, {"topic": "sports"}, submit=False, active_seconds=-1e300)
    assert Annotation.objects.get().active_seconds == 0.0


def test_releasing_tasks_with_impossible_ids_releases_nothing(api, ben):
    make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    answer = client.send(f"projects/{ben.project.slug}/queue/release/", {"task_ids": [2**70, -(2**70)]})
    assert answer.status_code == 422
    assert Assignment.objects.get().status == "working"
