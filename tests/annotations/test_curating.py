"""Taking tasks out of a project and bringing them back; retracting answers and letting them count again."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.conclusions.recount import recount_project
from annotations.models import Annotation, AnnotationRevision, FinalLabel
from annotations.reviewing.review import Decision, decide_review
from annotations.reviewing.review_queue import next_review
from annotations.work.retracting import restore_annotation, retract_annotation
from annotations.work.workbench import Submission, next_work, save_draft, submit_annotation, undo_annotation
from labelplatform.events.models import Event
from labelplatform.refusals import Conflict
from projects.models import Assignment, Membership, Project, Task
from tests.factories import make_task, make_tasks

pytestmark = pytest.mark.django_db


def lease(member, task):
    later = timezone.now() + timedelta(minutes=5)
    row, _ = Assignment.objects.update_or_create(
        task=task,
        user=member.user,
        defaults={"project": task.project, "status": "working", "lease_expires_at": later},
    )
    return row


def say(member, task, value, *, key=None):
    return submit_annotation(member.user, task.pk, Submission(key=key or uuid.uuid4(), answers={"topic": value}))[0]


def answered(member, task, value="sports"):
    lease(member, task)
    return say(member, task, value)


def state(task):
    row = Task.objects.get(pk=task.pk)
    labels = list(FinalLabel.objects.filter(task=task).values_list("value", flat=True))
    return row.stage, row.open_slots, labels


@pytest.fixture(autouse=True)
def _nothing_is_left_out_of_line(project):
    yield
    assert list(recount_project(Project.objects.get(pk=project.pk))) == []


def test_a_removed_task_gives_back_its_leases_and_withdraws_its_labels_until_it_is_back(api, project, ada, ben, rae):
    Project.objects.filter(pk=project.pk).update(overlap=2)
    project.refresh_from_db()
    task, other = make_tasks(project, 2)
    answered(ben, task)
    answered(rae, task)
    held = lease(ben, other)
    client = api(ada.user)
    both = [task.pk, other.pk]
    done = client.send(f"projects/{project.slug}/tasks/exclude/", {"tasks": both, "reason": "twice in the file"})
    assert done.json() == {"changed": both}
    assert state(task) == ("excluded", 0, [])
    held.refresh_from_db()
    assert held.status == "expired"
    assert next_work(ben) is None
    assert client.send(f"projects/{project.slug}/tasks/exclude/", {"tasks": both}).json() == {"changed": []}
    event = Event.objects.get(object_type="task", object_id=task.pk)
    assert (event.actor, event.verb, event.before) == (ada.user, "removed", {"stage": "done"})
    assert event.after == {"stage": "excluded", "reason": "twice in the file"}
    assert client.send(f"projects/{project.slug}/tasks/restore/", {"tasks": both}).json() == {"changed": both}
    assert state(task) == ("done", 0, ["sports"])
    assert state(other) == ("annotate", 2, [])


def test_an_answer_that_arrives_after_the_removal_is_kept_and_counts_later(project, ada, ben, client):
    task = make_task(project)
    lease(ben, task)
    client.force_login(ada.user)
    url = f"/projects/{project.slug}/data/{task.pk}/exclude/"
    client.post(url, {"reason": ""})
    say(ben, task, "music")
    assert state(task) == ("excluded", 0, [])
    client.post(url, {"act": "restore"})
    assert state(task) == ("done", 0, ["music"])


def test_tasks_of_other_projects_are_passed_over(api, project, ada, eve):
    hers = make_task(eve.project)
    assert api(ada.user).send(f"projects/{project.slug}/tasks/exclude/", {"tasks": [hers.pk]}).json() == {"changed": []}
    assert state(hers)[0] == "annotate"


def test_a_retracted_answer_counts_no_longer_and_its_place_opens_again(api, project, ada, ben):
    task = make_task(project)
    annotation = answered(ben, task)
    client = api(ada.user)
    body = client.send(f"annotations/{annotation.pk}/retract/", {"reason": "slip of the key"}).json()
    assert body["status"] == "superseded"
    assert state(task) == ("annotate", 1, [])
    kept = AnnotationRevision.objects.get(annotation=annotation)
    assert (kept.kind, kept.answers, kept.key) == ("retracted", {"topic": "sports"}, annotation.key)
    assert client.send(f"annotations/{annotation.pk}/retract/").status_code == 409
    assert client.send(f"annotations/{annotation.pk}/restore/").json()["status"] == "submitted"
    assert state(task) == ("done", 0, ["sports"])
    verbs = list(Event.objects.filter(object_type="annotation").order_by("id").values_list("verb", flat=True))
    assert verbs == ["retracted", "restored"]


def test_the_old_submit_arriving_again_brings_a_retracted_answer_not_back(api, project, ada, ben):
    task = make_task(project)
    key = uuid.uuid4()
    lease(ben, task)
    annotation = say(ben, task, "sports", key=key)
    api(ada.user).send(f"annotations/{annotation.pk}/retract/")
    assert say(ben, task, "sports", key=key).status == "superseded"
    assert state(task) == ("annotate", 1, [])
    with pytest.raises(Conflict, match="retracted"):
        undo_annotation(ben.user, annotation.pk)


def test_the_author_may_get_the_task_again_and_the_new_answer_stands(api, project, ada, ben):
    task = make_task(project)
    annotation = answered(ben, task)
    api(ada.user).send(f"annotations/{annotation.pk}/retract/")
    assert next_work(ben).id == task.pk
    refused = api(ada.user).send(f"annotations/{annotation.pk}/restore/")
    assert (refused.status_code, refused.json()["detail"]) == (409, "ben has the task in hand again.")
    save_draft(ben.user, task.pk, Submission(uuid.uuid4(), {"topic": "music"}))
    assert "newer answer stands" in api(ada.user).send(f"annotations/{annotation.pk}/restore/").json()["detail"]
    say(ben, task, "music")
    assert state(task) == ("done", 0, ["music"])
    assert "newer answer stands" in api(ada.user).send(f"annotations/{annotation.pk}/restore/").json()["detail"]
    assert Annotation.objects.get(pk=annotation.pk).revisions.get(kind="retracted").answers == {"topic": "sports"}


def test_a_retracted_answer_stays_out_once_somebody_answered_in_its_place(api, project, ada, ben, rae):
    task = make_task(project)
    annotation = answered(ben, task)
    api(ada.user).send(f"annotations/{annotation.pk}/retract/")
    newer = answered(rae, task, "politics")
    refused = api(ada.user).send(f"annotations/{annotation.pk}/restore/")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "rae has answered in its place: retract that answer first.",
    )
    api(ada.user).send(f"annotations/{newer.pk}/retract/")
    assert api(ada.user).send(f"annotations/{annotation.pk}/restore/").status_code == 200
    assert state(task) == ("done", 0, ["sports"])


def test_the_story_tells_who_removed_retracted_and_why(client, api, project, ada, ben):
    task = make_task(project)
    annotation = answered(ben, task)
    api(ada.user).send(f"annotations/{annotation.pk}/retract/", {"reason": "slip of the key"})
    api(ada.user).send(f"projects/{project.slug}/tasks/exclude/", {"tasks": [task.pk], "reason": "a duplicate"})
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/data/{task.pk}/").content.decode()
    for told in ("retracted the answer of ben", "sports · slip of the key", "removed the task", "a duplicate"):
        assert told in page
    assert "Bring back" in page
    assert "Let it count again" in page
    acts = api(ada.user).read(f"tasks/{task.pk}/").json()["events"]
    assert [(act["object_type"], act["verb"]) for act in acts] == [("annotation", "retracted"), ("task", "removed")]


def test_a_decided_review_is_left_behind_and_the_undo_says_so(api, client, project, ada, ben, rae):
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    project.refresh_from_db()
    task = make_task(project)
    lease(ben, task)
    annotation = say(ben, task, "sports")
    rae = Membership.objects.select_related("project__schema_version", "user").get(pk=rae.pk)
    work = next_review(rae)
    judged = {annotation.pk: annotation.version}
    decide_review(rae.user, work.task.pk, Decision(uuid.uuid4(), "accept", {}, judged))
    assert state(task) == ("done", 0, ["sports"])
    retract_annotation(ada, annotation.pk)
    assert state(task) == ("annotate", 1, [])
    acts = api(ada.user).read(f"projects/{project.slug}/acts/").json()["results"]
    assert acts[0]["why_not"].startswith("A review had decided about it")
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/data/{task.pk}/").content.decode()
    assert "got the task to review" in page
    assert "accepted the answers" in page
    restore_annotation(ada, annotation.pk)
    assert state(task)[0] == "review"  # it is looked at again
