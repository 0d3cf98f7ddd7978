"""My recent acts: each with an exact way back, or the reason why there is none."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotations.conclusions.recount import recount_project
from annotations.gold import make_gold, told_answers, unmake_gold
from annotations.talk.comments import add_comment, resolve_comment
from annotations.work.retracting import retract_annotation
from annotations.work.workbench import Submission, skip_task, submit_annotation
from labelplatform.events.models import Event
from labelplatform.refusals import Conflict
from projects.history.recent_acts import undo_act
from projects.membership.invitations import invite_member
from projects.membership.people import change_member
from projects.models import Assignment, Membership, Project, Task
from projects.policies import change_project
from projects.queueing.excluding import exclude_tasks
from tests.factories import make_member, make_task, make_tasks, make_user

pytestmark = pytest.mark.django_db


def acts(api, member):
    return api(member.user).read(f"projects/{member.project.slug}/acts/").json()["results"]


def undo(api, member, act):
    return api(member.user).send(f"projects/{member.project.slug}/acts/undo/", {"act": act["act"]})


def undo_latest(api, member):
    act = acts(api, member)[0]
    assert act["can_undo"], act["why_not"]
    answer = undo(api, member, act)
    assert answer.status_code == 200, answer.json()
    return act


def answered(member, task, value="sports"):
    later = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=later)
    return submit_annotation(member.user, task.pk, Submission(uuid.uuid4(), {"topic": value}))[0]


def test_a_setting_goes_back_to_what_it_was_and_the_undo_is_an_act_that_can_be_undone(api, project, ada):
    change_project(ada, {"name": "New", "overlap": 3})
    act = undo_latest(api, ada)
    project.refresh_from_db()
    assert (project.name, project.overlap) == ("Topics", 1)
    again, first = acts(api, ada)
    assert again["is_undo"]
    assert first["act"] == act["act"]
    assert first["why_not"].startswith("It was undone at")
    event = Event.objects.get(undoes__isnull=False)
    assert (event.verb, event.actor, event.after) == ("changed", ada.user, {"name": "Topics", "overlap": 1})
    undo_latest(api, ada)
    project.refresh_from_db()
    assert (project.name, project.overlap) == ("New", 3)


def test_what_was_changed_since_is_not_undone(api, project, ada):
    other = make_member(project, "admin", make_user())
    change_project(ada, {"overlap": 3})
    change_project(other, {"overlap": 2})
    act = acts(api, ada)[0]
    assert (act["can_undo"], act["why_not"]) == (False, "It has been changed since.")
    assert undo(api, ada, act).status_code == 409
    project.refresh_from_db()
    assert project.overlap == 2


def test_roles_and_suspensions_go_back_with_every_check(api, project, ada, ben):
    change_member(ada, ben, role="reviewer", suspended=True)
    undo_latest(api, ada)
    ben.refresh_from_db()
    assert (ben.role, ben.suspended) == ("annotator", False)
    change_member(ada, ben, skills=["german"], daily_limit=5)
    undo_latest(api, ada)
    ben.refresh_from_db()
    assert (ben.role, ben.skills, ben.daily_limit) == ("annotator", [], None)

    second = make_member(project, "admin", make_user())
    change_member(second, ada, role="viewer")  # the second is the last admin now
    change_member(second, ben, role="admin")
    ben.refresh_from_db()
    change_member(ben, second, role="manager")
    act = next(act for act in acts(api, second) if act["name"].endswith("(admin)"))
    assert act["why_not"] == "Your role does not let you do this any more."
    assert undo(api, second, act).status_code == 409


def test_an_undo_never_takes_the_last_admin_away(api, project, ada, ben):
    change_member(ada, ben, role="admin")
    Membership.objects.filter(pk=ada.pk).update(role="manager")  # as a site admin could
    ada.user.is_superuser = True
    ada.user.save()
    act = acts(api, ada)[0]
    assert act["can_undo"]
    refused = undo(api, ada, act)
    assert (refused.status_code, "last admin" in refused.json()["detail"]) == (409, True)
    ben.refresh_from_db()
    assert ben.role == "admin"


def test_removed_tasks_retracted_answers_and_resolved_comments_come_back(api, project, ada, ben):
    task, other = make_tasks(project, 2)
    annotation = answered(ben, task)
    comment, _ = add_comment(ben, task, key=uuid.uuid4(), kind="comment", text="Hm?")
    exclude_tasks(ada, [other.pk])
    undo_latest(api, ada)
    other.refresh_from_db()
    assert other.stage == "annotate"
    retract_annotation(ada, annotation.pk)
    undo_latest(api, ada)
    annotation.refresh_from_db()
    assert annotation.status == "submitted"
    resolve_comment(ada, comment)
    undo_latest(api, ada)
    comment.refresh_from_db()
    assert comment.resolved_at is None
    for _ in range(2):  # the undo of the undo, and back
        undo_latest(api, ada)
    assert list(recount_project(Project.objects.get(pk=project.pk))) == []


def test_own_answers_and_skips_are_taken_back(api, project, ben):
    first, second = make_tasks(project, 2)
    annotation = answered(ben, first)
    later = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=second, project=project, user=ben.user, lease_expires_at=later)
    skip_task(ben.user, second.pk, reason="not sure")
    listed = acts(api, ben)
    assert [act["what"] for act in listed] == ["skipped task (“not sure”)", "answered “sports” to task"]
    for act in listed:
        assert undo(api, ben, act).status_code == 200
    annotation.refresh_from_db()
    assert annotation.status == "draft"
    assert set(Assignment.objects.filter(user=ben.user).values_list("status", flat=True)) == {"working"}
    for act in listed:
        assert undo(api, ben, act).status_code == 409
    assert list(recount_project(Project.objects.get(pk=project.pk))) == []


def test_a_skip_that_somebody_else_answered_stays(api, project, ben, rae):
    task = make_task(project)
    later = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=task, project=project, user=ben.user, lease_expires_at=later)
    skip_task(ben.user, task.pk, reason="")
    answered(rae, task)
    act = acts(api, ben)[0]
    assert act["why_not"] == "Others have taken this task since."
    assert undo(api, ben, act).status_code == 409


def test_nobody_undoes_what_another_did_and_what_has_no_way_back_says_so(api, project, ada, ben):
    invite_member(ada, email="zoe@example.com", role="viewer")
    annotation = answered(ben, make_task(project))
    act = acts(api, ada)[0]
    assert act["why_not"] == "There is no exact way back from this."
    assert undo(api, ada, act).status_code == 409
    for foreign in (act["act"], "event-999999", "model-1", "event", "event-²", ""):
        assert api(ben.user).send(f"projects/{project.slug}/acts/undo/", {"act": foreign}).status_code in {404, 422}
    assert undo(api, ada, {"act": f"answer-{annotation.pk}"}).status_code == 404


def test_only_the_last_fifty_are_shown_newest_first(api, client, project, ada):
    for number in range(60):
        change_project(ada, {"name": f"Name {number}"})
    listed = acts(api, ada)
    assert len(listed) == 50
    assert [act["at"] for act in listed] == sorted((act["at"] for act in listed), reverse=True)
    assert [act["can_undo"] for act in listed] == [True, *[False] * 49]
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/my-acts/").content.decode()
    assert page.count('name="act"') == 1
    client.post(f"/projects/{project.slug}/my-acts/undo/", {"act": listed[0]["act"]})
    project.refresh_from_db()
    assert project.name == "Name 58"


@pytest.mark.django_db(transaction=True)
def test_of_two_undos_at_once_one_wins_and_the_other_is_told(project, ada):
    change_project(ada, {"overlap": 3})
    event = Event.objects.get(verb="changed")
    start, outcomes = threading.Barrier(2), []

    def press():
        try:
            start.wait()
            undo_act(Membership.objects.select_related("project", "user").get(pk=ada.pk), f"event-{event.pk}")
            outcomes.append("undone")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told", "undone"]
    project.refresh_from_db()
    assert project.overlap == 1
    assert Event.objects.filter(undoes=event).count() == 1
    assert Task.objects.count() == 0


def test_known_answers_go_back_to_what_they_were_and_come_back(api, project, ada):
    task = make_task(project)
    make_gold(ada, task.pk, {"topic": "music"}, "It sounds.")
    make_gold(ada, task.pk, {"topic": "sports"})
    undo_latest(api, ada)
    assert told_answers([task.pk]) == {task.pk: {"answers": {"topic": "music"}, "explanation": "It sounds."}}
    unmake_gold(ada, task.pk)
    undo_latest(api, ada)
    assert told_answers([task.pk]) == {task.pk: {"answers": {"topic": "music"}, "explanation": "It sounds."}}
    first = [act for act in acts(api, ada) if not act["is_undo"]][-1]
    assert (first["can_undo"], first["why_not"]) == (True, "")
    undo(api, ada, first)
    task.refresh_from_db()
    assert (told_answers([task.pk]), task.lane, task.stage) == ({}, "base", "annotate")
