from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Annotation
from projects.assignment.own_work import COUNT_CAP, work_by_project
from projects.guideline.guidelines import publish_guideline
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db


def submit(member, task, *, days_ago=0, seconds=4.0):
    return Annotation.objects.create(
        task=task,
        project=member.project,
        author=member.user,
        key=f"00000000-0000-4000-8000-{task.pk:012d}",
        status="submitted",
        answers={"topic": "sports"},
        active_seconds=seconds,
        schema_version=member.project.schema_version,
        submitted_at=timezone.now() - timedelta(days=days_ago),
    )


def test_a_visitor_is_sent_to_sign_in(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/")


def test_a_newcomer_is_told_what_a_project_is_and_how_to_start_one(client):
    client.force_login(make_user("new"))
    page = client.get("/").content.decode()
    assert "You are in no project yet" in page
    assert "/projects/new/" in page


def test_ben_sees_how_many_tasks_wait_and_a_button_that_starts(client, ben):
    make_tasks(ben.project, 3)
    publish_guideline(project=ben.project, author=None, text="# How")
    client.force_login(ben.user)
    page = client.get("/").content.decode()
    assert "What is it about?" in page
    assert f"/projects/{ben.project.slug}/label/" in page
    assert "Start" in page
    assert "Guideline, version 1" in page


def test_a_task_that_ben_had_does_not_wait_for_him_even_if_others_may_still_answer_it(ben, rae):
    ben.project.overlap = 2
    ben.project.save()
    task, _ = make_tasks(ben.project, 2)
    task.assignments.create(project=ben.project, user=ben.user, status="submitted")
    assert work_by_project(ben.user)[0].waiting == 1
    assert work_by_project(rae.user)[0].waiting == 2


def test_own_pace_counts_this_week_only(ben):
    now, new = make_tasks(ben.project, 2)
    submit(ben, now, seconds=6.0)
    submit(ben, new, days_ago=8, seconds=60.0)
    work = work_by_project(ben.user)[0].work
    assert (work.today, work.week, work.seconds_per_task) == (1, 1, 6.0)


def test_what_others_did_is_not_ones_own(ben, rae):
    submit(rae, make_tasks(ben.project, 1)[0])
    assert work_by_project(ben.user)[0].work.week == 0


def test_a_paused_project_says_so_and_offers_no_start(client, ben):
    ben.project.state = "paused"
    ben.project.save()
    make_tasks(ben.project, 1)
    client.force_login(ben.user)
    page = client.get("/").content.decode()
    assert "Paused by its admin" in page
    assert "Start" not in page
    assert "Continue" not in page


def test_a_viewer_is_told_that_nothing_is_asked_of_them(client, project):
    viewer = make_member(project, "viewer")
    client.force_login(viewer.user)
    assert "Nothing to label for you" in client.get("/").content.decode()


def test_projects_with_work_come_before_those_without(ben):
    other = make_project("Another")
    make_member(other, "annotator", ben.user)
    make_tasks(ben.project, 1)
    assert [entry.member.project.name for entry in work_by_project(ben.user)] == ["Topics", "Another"]


def test_ten_projects_cost_no_more_queries_than_two():
    counts = []
    for how_many in (2, 10):
        user = make_user()
        for _ in range(how_many):
            member = make_member(make_project(), "annotator", user)
            make_tasks(member.project, 1)
        with CaptureQueriesContext(connection) as queries:
            assert len(work_by_project(user)) == how_many
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_counting_stops_at_the_cap(ben, monkeypatch):
    monkeypatch.setattr("projects.assignment.own_work.COUNT_CAP", 2)
    make_tasks(ben.project, 5)
    entry = work_by_project(ben.user)[0]
    assert COUNT_CAP > 2
    assert entry.waiting == 3
    assert entry.is_capped
