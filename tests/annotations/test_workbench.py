"""The labeling loop through the API: claim, answer, skip, undo, and what it leaves behind."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Annotation, AnnotationRevision, FinalLabel
from projects.models import Assignment, Task
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db


def test_an_answer_becomes_a_final_label_and_brings_the_next_task(api, ben):
    first, second = make_tasks(ben.project, 2)
    client = api(ben.user)
    work = client.next_task(ben.project)
    response = client.answer(work["task"]["id"], {"topic": "sports"}, next=True)
    assert response.status_code == 201
    assert response.json()["next"]["task"]["id"] in {first.pk, second.pk} - {work["task"]["id"]}
    label = FinalLabel.objects.get()
    assert (label.task_id, label.value, label.method) == (work["task"]["id"], "sports", "single")
    assert Task.objects.get(pk=label.task_id).stage == "done"


def test_the_same_submit_twice_is_one_annotation(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    key = str(uuid.uuid4())
    first = client.answer(task.pk, {"topic": "sports"}, key=key)
    again = client.answer(task.pk, {"topic": "sports"}, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["annotation"]["id"] == again.json()["annotation"]["id"]
    assert Annotation.objects.count() == 1


def test_two_tabs_answering_the_same_task_keep_both_answers_and_say_so(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    client.answer(task.pk, {"topic": "sports"})
    late = client.answer(task.pk, {"topic": "music"})
    assert late.status_code == 409
    assert late.json()["annotation"]["answers"] == {"topic": "sports"}
    assert AnnotationRevision.objects.get(kind="conflict").answers == {"topic": "music"}
    assert FinalLabel.objects.get().value == "sports"


def test_changing_an_answer_names_its_version_and_keeps_the_former_one(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    version = client.answer(task.pk, {"topic": "sports"}).json()["annotation"]["version"]
    changed = client.answer(task.pk, {"topic": "music"}, version=version)
    assert (changed.status_code, changed.json()["annotation"]["version"]) == (200, version + 1)
    assert FinalLabel.objects.get().value == "music"
    assert AnnotationRevision.objects.get().answers == {"topic": "sports"}


def test_undo_takes_the_label_back_and_gives_the_task_again_with_its_answers(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    annotation = client.answer(task.pk, {"topic": "sports"}).json()["annotation"]
    work = client.send(f"annotations/{annotation['id']}/undo/").json()["work"]
    assert (work["task"]["id"], work["draft"]["answers"]) == (task.pk, {"topic": "sports"})
    assert not FinalLabel.objects.exists()
    assert Task.objects.get().stage == "annotate"
    assert client.answer(task.pk, {"topic": "music"}).status_code == 201
    assert FinalLabel.objects.get().value == "music"


def test_an_answer_that_is_no_option_is_refused_with_its_place(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    response = client.answer(task.pk, {"topic": "weather"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "answers.topic"
    assert not Annotation.objects.exists()


def test_a_skipped_task_goes_to_others_and_comes_back_on_request(api, ben):
    (task,) = make_tasks(ben.project, 1)
    other = make_member(ben.project, "annotator")
    client = api(ben.user)
    client.next_task(ben.project)
    empty = client.send(f"tasks/{task.pk}/skip/", {"reason": "unclear", "next": True}).json()["next"]
    assert empty["reason"]["code"] == "skipped_by_you"
    assert api(other.user).next_task(ben.project)["task"]["id"] == task.pk
    api(other.user).send(f"projects/{ben.project.slug}/queue/release/", {"task_ids": [task.pk]})
    client.send(f"projects/{ben.project.slug}/queue/return-skipped/")
    assert client.next_task(ben.project)["task"]["id"] == task.pk


def test_a_reload_finds_the_leased_tasks_again_and_no_third_one(api, ben):
    make_tasks(ben.project, 5)
    client = api(ben.user)
    first = client.next_task(ben.project)["task"]["id"]
    second = client.next_task(ben.project, first)["task"]["id"]
    assert {client.next_task(ben.project)["task"]["id"], client.next_task(ben.project, first)["task"]["id"]} == {
        first,
        second,
    }
    assert Assignment.objects.count() == 2


def test_overlap_gives_a_task_to_that_many_people_and_concludes_by_majority(api):
    project = make_project(overlap=3)
    (task,) = make_tasks(project, 1)
    for answer in ("sports", "music", "sports"):
        client = api(make_member(project, "annotator").user)
        assert client.next_task(project)["task"]["id"] == task.pk
        client.answer(task.pk, {"topic": answer})
    label = FinalLabel.objects.get()
    assert (label.value, label.method, round(label.confidence, 2)) == ("sports", "consensus", 0.67)
    assert api(make_member(project, "annotator").user).next_task(project)["reason"]["code"] == "all_done"


def test_a_draft_is_kept_and_comes_back_with_the_task(api, ben):
    (task,) = make_tasks(ben.project, 1)
    client = api(ben.user)
    client.next_task(ben.project)
    assert client.answer(task.pk, {"topic": "music"}, submit=False).status_code == 200
    assert client.next_task(ben.project)["draft"]["answers"] == {"topic": "music"}
    assert not FinalLabel.objects.exists()
    assert client.answer(task.pk, {"topic": "music"}).status_code == 201


def test_submit_and_next_take_at_most_twelve_queries(api, ben):
    make_tasks(ben.project, 5)
    client = api(ben.user)
    client.read("projects/x/progress/")
    work = client.next_task(ben.project)
    with CaptureQueriesContext(connection) as captured:
        client.answer(work["task"]["id"], {"topic": "sports"}, next=True)
    counted = [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", 'SELECT "django_session"'))
    ]
    assert len(counted) <= 12, "\n".join(counted)


def test_eve_cannot_answer_undo_skip_or_read_our_tasks(api, ben, eve):
    (task,) = make_tasks(ben.project, 1)
    annotation = api(ben.user)
    annotation.next_task(ben.project)
    pk = annotation.answer(task.pk, {"topic": "sports"}).json()["annotation"]["id"]
    client = api(eve.user)
    assert client.answer(task.pk, {"topic": "music"}).status_code == 404
    assert client.send(f"annotations/{pk}/undo/").status_code == 404
    assert client.send(f"tasks/{task.pk}/skip/").status_code == 404
    assert client.read(f"tasks/{task.pk}/comments/").status_code == 404
    assert client.send(f"projects/{ben.project.slug}/queue/next/").status_code == 404


def test_an_annotator_sees_only_tasks_they_hold_though_others_may_browse(api, ada, ben):
    theirs, other = make_tasks(ben.project, 2)
    held = api(ben.user).next_task(ben.project)["task"]["id"]
    (unheld,) = {theirs.pk, other.pk} - {held}
    assert api(ben.user).read(f"tasks/{held}/comments/").status_code == 200
    assert api(ben.user).read(f"tasks/{unheld}/comments/").status_code == 404
    assert api(ada.user).read(f"tasks/{unheld}/comments/").status_code == 200


def test_a_late_answer_after_the_lease_ran_out_is_kept_and_does_not_undo_the_label(api, ben):
    (task,) = make_tasks(ben.project, 1)
    late, quick = api(ben.user), make_member(ben.project, "annotator")
    late.next_task(ben.project)
    Assignment.objects.update(lease_expires_at="2020-01-01T00:00Z")
    assert api(quick.user).next_task(ben.project)["task"]["id"] == task.pk
    api(quick.user).answer(task.pk, {"topic": "music"})
    assert late.answer(task.pk, {"topic": "sports"}).status_code == 201
    assert Annotation.objects.filter(status="submitted").count() == 2
    assert FinalLabel.objects.get().value == "music"


def test_an_empty_queue_tells_who_holds_the_last_tasks(api, ben):
    (task,) = make_tasks(ben.project, 1)
    other = make_member(ben.project, "annotator")
    client = api(ben.user)
    client.next_task(ben.project)
    assert client.next_task(ben.project, task.pk)["reason"]["code"] == "held_by_you"
    assert api(other.user).next_task(ben.project)["reason"]["code"] == "held_by_others"
