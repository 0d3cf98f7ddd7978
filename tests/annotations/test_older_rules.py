"""Answers under older guidelines: counted, listed, and which guideline an answer was made under."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from annotations.models import Annotation, Review
from annotations.reviewing import older_rules
from annotations.reviewing.older_rules import TasksUnderOlderRules, older_answers
from annotations.reviewing.older_rules_review import queue_older_answers
from annotations.work.workbench import Submission, submit_annotation
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.guideline.guidelines import publish_guideline
from projects.models import Assignment, Membership, Task
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


def say(member, task, value, *, guideline):
    expires_at = timezone.now() + timedelta(hours=1)
    Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=expires_at)
    submission = Submission(key=uuid.uuid4(), answers={"topic": value}, guideline_number=guideline)
    return submit_annotation(member.user, task.pk, submission)[0]


@pytest.fixture
def tasks(project, ben):
    """Answered sports, music, music under version 1, and music under version 2, which decides music anew."""
    tasks = make_tasks(project, 5)
    publish_guideline(project=project, author=None, text="one")
    for task, value in zip(tasks, ("sports", "music", "music"), strict=False):
        say(ben, task, value, guideline=1)
    publish_guideline(project=project, author=None, text="two", options_touched={"topic": ["music"]})
    say(ben, tasks[3], "music", guideline=2)
    return tasks


def test_answers_with_a_touched_option_from_before_are_counted_and_listed(client, project, ada, tasks):
    guideline = project.guidelines.get(number=2)
    found = older_answers(ada, guideline)
    assert (found.count, found.is_capped) == (2, False)
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/guideline/2/").content.decode()
    assert f'<a href="{found.url}">2 tasks have</a>' in page
    assert "Queue them for review" in page
    listed = client.get(found.url).content.decode()
    shown = [task.external_id in listed for task in tasks]
    assert shown == [False, True, True, False, False]
    assert "Before guideline 2" in listed


def test_a_filter_for_a_version_that_touched_nothing_is_left_out(client, project, ada, tasks):
    client.force_login(ada.user)
    for number in ("1", "7", "x", "9" * 30):
        page = client.get(f"/projects/{project.slug}/data/?rules_before={number}").content.decode()
        assert "the filter is left out" in page


def test_many_are_walked_in_order_without_listing_them_all(monkeypatch, project, ada, tasks):
    guideline = project.guidelines.get(number=2)
    guideline.options_touched = {"topic": ["music", "sports"]}
    guideline.save()
    listed = TasksUnderOlderRules(guideline)
    steps = [
        {"start": None, "inclusive": True, "descending": False, "limit": 2},
        {"start": tasks[1].pk, "inclusive": False, "descending": False, "limit": 5},
        {"start": tasks[1].pk, "inclusive": True, "descending": True, "limit": 5},
        {"start": None, "inclusive": True, "descending": True, "limit": 1},
    ]
    few = [listed.walk(**step) for step in steps]
    monkeypatch.setattr(older_rules, "COUNT_LIMIT", 1)
    cache.clear()
    many = TasksUnderOlderRules(guideline)
    assert [many.walk(**step) for step in steps] == few
    assert few[0] == [(tasks[0].pk, tasks[0].pk), (tasks[1].pk, tasks[1].pk)]
    assert many.count() == 2  # one more than the limit
    assert older_answers(ada, guideline).is_capped
    assert many.keep([task.pk for task in tasks]) == {task.pk for task in tasks[:3]}


def test_a_question_may_be_named_like_anything(project):
    guideline = publish_guideline(project=project, author=None, text="one")
    for name in ("in", "contains", "0", "a b", "a'b"):
        guideline.options_touched = {name: ["x"]}
        assert list(TasksUnderOlderRules(guideline).rows()) == []


def test_a_guideline_number_that_never_existed_is_not_believed(project, ben):
    first, second = make_tasks(project, 2)
    publish_guideline(project=project, author=None, text="one")
    assert say(ben, first, "music", guideline=7).guideline_number == 0
    made = say(ben, second, "music", guideline=1)
    assert made.guideline_number == 1
    change = Submission(key=uuid.uuid4(), answers={"topic": "sports"}, version=made.version, guideline_number=9)
    submit_annotation(ben.user, second.pk, change)
    assert Annotation.objects.get(pk=made.pk).guideline_number == 0


def test_one_button_has_them_reviewed_again_and_those_decided_since_are_done(client, project, ada, rae, tasks):
    guideline = project.guidelines.get(number=2)
    client.force_login(ada.user)
    for _ in range(2):  # pressed twice it is one job
        client.post(f"/projects/{project.slug}/guideline/2/follow-up/")
    job = Job.objects.get(kind="review_older_answers")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "2 tasks wait for review.")
    assert [Task.objects.get(pk=task.pk).stage for task in tasks[:4]] == ["done", "review", "review", "done"]
    queue_older_answers(ada, guideline)
    again = Job.objects.filter(kind="review_older_answers").latest("pk")
    run_job(again.pk)
    again.refresh_from_db()
    assert again.message == "0 tasks wait for review."  # those in review are left alone
    Review.objects.create(
        task=tasks[1],
        project=project,
        reviewer=rae.user,
        key=uuid.uuid4(),
        decision="accept",
        schema_version=project.current_schema_version,
    )
    cache.clear()
    assert older_answers(ada, guideline).count == 1


def test_who_may_manage_work_no_more_has_nothing_queued(project, ada, tasks):
    job = queue_older_answers(ada, project.guidelines.get(number=2))
    Membership.objects.filter(pk=ada.pk).update(role="annotator")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, "may not do so" in job.error) == ("failed", True)
    assert not Task.objects.filter(project=project, stage="review").exists()
