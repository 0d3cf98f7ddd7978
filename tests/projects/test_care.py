"""What spares people: how much they see a day, what they are shown first; and what being suspended means."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.models import Annotation
from annotations.work.limits import daily_limit_hold
from labelplatform.accounts.tokens import create_api_token
from labelplatform.refusals import Refusal
from labelplatform.week import day_start
from projects.membership.people import change_member
from projects.models import Assignment, Membership, Project, Task
from projects.policies import change_project
from projects.queueing.holds import hold_on
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


def limit(project, count):
    Project.objects.filter(pk=project.pk).update(exposure_limit=count)


def test_after_so_many_answers_the_queue_says_kindly_that_it_is_enough(api, project, ben):
    make_tasks(project, 5)
    limit(project, 2)
    client = api(ben.user)
    first = client.next_task(project)["task"]["id"]
    second = client.answer(first, {"topic": "music"}, next=True).json()["next"]["task"]["id"]
    last = client.answer(second, {"topic": "music"}, next=True).json()["next"]
    assert last["task"] is None
    assert last["reason"]["code"] == "enough_for_today"
    assert last["reason"]["exposure_limit"] == 2
    assert "enough for today" in last["reason"]["message"]


def test_what_is_held_ahead_counts_and_what_is_held_stays(api, project, ben):
    make_tasks(project, 5)
    limit(project, 2)
    client = api(ben.user)
    held = [client.next_task(project)["task"]["id"]]
    held.append(client.next_task(project, *held)["task"]["id"])
    assert client.next_task(project, *held)["reason"]["code"] == "enough_for_today"
    assert client.next_task(project)["task"]["id"] in held
    assert client.answer(held[0], {"topic": "music"}).status_code == 201


def test_the_limit_is_each_persons_own_and_each_projects_own(api, project, ben, rae):
    make_tasks(project, 5)
    limit(project, 1)
    client = api(ben.user)
    client.answer(client.next_task(project)["task"]["id"], {"topic": "music"})
    assert client.next_task(project)["task"] is None
    assert api(rae.user).next_task(project)["task"] is not None


def test_yesterdays_answers_do_not_count_and_one_taken_back_gives_its_place_free(api, project, ben):
    make_tasks(project, 5)
    limit(project, 1)
    client = api(ben.user)
    client.answer(client.next_task(project)["task"]["id"], {"topic": "music"})
    Annotation.objects.update(submitted_at="2020-01-01T00:00:00Z")
    assert client.next_task(project)["task"] is not None


def limited(member, count):
    Membership.objects.filter(pk=member.pk).update(daily_limit=count)
    return Membership.objects.select_related("project").get(pk=member.pk)


def test_a_members_own_daily_limit_counts_todays_answers_and_what_they_hold(api, project, ben):
    make_tasks(project, 5)
    member, client = limited(ben, 2), api(ben.user)
    assert daily_limit_hold(member) is None
    first = client.next_task(project)["task"]["id"]
    assert daily_limit_hold(member) is None, "one more may be taken"
    second = client.next_task(project, first)["task"]["id"]
    assert daily_limit_hold(member).message == "With what you hold you reach your limit of 2 answers a day here."
    for task_id in (first, second):
        client.answer(task_id, {"topic": "music"})
    hold = daily_limit_hold(member)
    assert (hold.code, hold.message) == (
        "daily_limit", "You have reached your limit of 2 answers a day here. It begins anew at 0:00 UTC."
    )  # fmt: skip
    assert client.next_task(project)["reason"]["code"] == "daily_limit"


def test_yesterdays_answers_others_answers_and_those_taken_back_are_not_in_the_daily_limit(api, project, ben, rae):
    make_tasks(project, 5)
    member, client = limited(ben, 1), api(ben.user)
    other = api(rae.user)
    other.answer(other.next_task(project)["task"]["id"], {"topic": "music"})
    assert daily_limit_hold(member) is None
    made = client.answer(client.next_task(project)["task"]["id"], {"topic": "music"}).json()["annotation"]
    assert daily_limit_hold(member) is not None
    Annotation.objects.filter(pk=made["id"]).update(submitted_at=day_start() - timedelta(seconds=1))
    assert daily_limit_hold(member) is None
    Annotation.objects.filter(pk=made["id"]).update(submitted_at=day_start())
    assert daily_limit_hold(member) is not None
    client.send(f"annotations/{made['id']}/undo/")
    client.send(f"projects/{project.slug}/queue/release/", {"task_ids": [made["task_id"]]})
    assert daily_limit_hold(member) is None


def test_without_a_limit_nothing_is_counted(ben):
    member = Membership.objects.select_related("project").get(pk=ben.pk)
    with CaptureQueriesContext(connection) as asked:
        assert hold_on(member) is None
    assert len(asked) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("exposure_limit", 0), ("break_after_minutes", 4), ("content_warning", "x" * 301), ("is_sensitive", "maybe")],
)
def test_a_wrong_care_setting_is_named(ada, name, value):
    with pytest.raises(Refusal) as caught:
        change_project(ada, {name: value})
    assert [error["path"] for error in caught.value.errors] == [name]


def test_care_is_set_by_page_and_api_and_reaches_the_workbench(api, client, ada, ben):
    client.force_login(ada.user)
    sent = {
        "section": "care",
        "care-is_sensitive": "on",
        "care-content_warning": "Threats.",
        "care-exposure_limit": "50",
    }
    assert client.post(f"/projects/{ada.project.slug}/settings/", sent).status_code == 302
    policies = {"break_after_minutes": 25}
    path = f"/api/v1/projects/{ada.project.slug}/"
    changed = api(ada.user).patch(path, {"policies": policies}, content_type="application/json").json()["policies"]
    assert (changed["is_sensitive"], changed["exposure_limit"], changed["shows_ranking"]) == (True, 50, False)
    page = api(ben.user).get(f"/projects/{ada.project.slug}/label/")
    assert page.context["workbench_config"]["care"] == {"is_sensitive": True, "break_after_minutes": 25}
    assert "Threats." in page.content.decode()


def test_a_project_that_is_not_sensitive_has_no_cover_in_its_page(client, ben):
    client.force_login(ben.user)
    page = client.get(f"/projects/{ben.project.slug}/label/").content.decode()
    assert "wb-cover" not in page
    assert 'data-mode="warning"' not in page


def test_who_is_suspended_is_refused_at_once_everywhere_and_finds_everything_back(api, ada, ben):
    project = ada.project
    make_tasks(project, 3)
    client = api(ben.user)
    _, token = create_api_token(user=ben.user, name="script")
    program = Client(headers={"Authorization": f"Bearer {token}"})
    answered = client.next_task(project)["task"]["id"]
    client.answer(answered, {"topic": "music"})
    drafted = client.next_task(project)["task"]["id"]
    client.answer(drafted, {"topic": "sports"}, submit=False)
    change_member(ada, ben, suspended=True)

    assert not Assignment.objects.leased().exists()
    assert Task.objects.get(pk=drafted).open_slots == 1
    for who in (client, program):
        for page in ("", "label/", "guideline/", "me/"):
            assert who.get(f"/projects/{project.slug}/{page}").status_code in {404, 302 if who is program else 404}
        assert who.get(f"/api/v1/projects/{project.slug}/").status_code == 404
        assert who.get(f"/api/v1/tasks/{answered}/").status_code == 404
        body = {"key": str(uuid.uuid4()), "answers": {"topic": "music"}}
        late = who.post(f"/api/v1/tasks/{drafted}/annotations/", body, content_type="application/json")
        assert late.status_code == 404
    assert project.name not in client.get("/").content.decode()

    change_member(ada, ben, suspended=False)
    work = client.next_task(project)
    if work["task"]["id"] != drafted:  # their place in the queue was noted behind it
        work = client.next_task(project, work["task"]["id"])
    assert (work["task"]["id"], work["draft"]["answers"]) == (drafted, {"topic": "sports"})
    history = client.read(f"projects/{project.slug}/queue/history/").json()["results"]
    assert [row["task_id"] for row in history] == [answered]
