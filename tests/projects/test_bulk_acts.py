"""Acts on many tasks: what people hear and read of them, also of those that were cancelled half-way."""

import pytest

from labelplatform.events.models import Event
from labelplatform.jobs import running
from labelplatform.jobs.models import STALE_AFTER, Job
from labelplatform.jobs.running import cancel_job, run_job
from labelplatform.notifications.models import Notification
from labelplatform.refusals import Refusal
from projects.assignment.assigning import assign_tasks
from projects.browsing import bulk_acts
from projects.browsing.bulk_acts import Selection
from projects.queueing.skills import normal_skill
from projects.queueing.task_needs import set_needs
from tests.factories import make_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_batches")]

ALL = Selection(None, {})


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 3)
    monkeypatch.setattr(bulk_acts, "_BATCH", 4)
    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", lambda run: True)


@pytest.fixture
def half_done(ada, ben):
    """A job that has given ben four of ten tasks."""
    make_tasks(ben.project, 10)
    job = assign_tasks(ada, ALL, to=[ben.pk])
    run_job(job.pk)
    assert not Notification.objects.exists()
    return job


def told(member):
    return [row.text for row in Notification.objects.filter(user=member.user)]


def test_who_was_given_tasks_before_a_job_was_cancelled_hears_of_those(
    half_done, ada, ben, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        cancel_job(half_done, actor=ada.user)
        cancel_job(half_done, actor=ada.user)
    assert told(ben) == [f"ada gave you 4 tasks in {ben.project.name}."]
    assert told(ada) == []
    act = Event.objects.get(verb="assigned")
    assert (act.actor, act.after["changed"], act.after["stopped"]) == (ada.user, 4, "cancelled")


def test_so_does_who_was_given_tasks_by_a_job_that_is_cancelled_while_it_runs(
    half_done, ben, django_capture_on_commit_callbacks
):
    Job.objects.filter(pk=half_done.pk).update(cancel_requested=True)
    with django_capture_on_commit_callbacks(execute=True):
        run_job(half_done.pk)
    half_done.refresh_from_db()
    assert half_done.state == "cancelled"
    assert told(ben) == [f"ada gave you 4 tasks in {ben.project.name}."]


def test_and_by_a_job_whose_worker_died_after_it_was_cancelled(half_done, ben, django_capture_on_commit_callbacks):
    long_ago = half_done.created_at - STALE_AFTER * 2
    Job.objects.filter(pk=half_done.pk).update(state="running", cancel_requested=True, heartbeat_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        running.requeue_stale_jobs()
    assert told(ben) == [f"ada gave you 4 tasks in {ben.project.name}."]


def test_a_job_that_is_cancelled_before_it_did_anything_says_nothing(ada, ben, django_capture_on_commit_callbacks):
    make_tasks(ben.project, 10)
    job = assign_tasks(ada, ALL, to=[ben.pk])
    with django_capture_on_commit_callbacks(execute=True):
        cancel_job(job, actor=ada.user)
    assert told(ben) == []
    assert not Event.objects.filter(verb="assigned").exists()


def test_the_audit_log_names_the_tasks_by_what_people_call_them(client, ada, ben, monkeypatch):
    monkeypatch.setattr(bulk_acts, "_TASKS_TOLD", 5)
    tasks = make_tasks(ben.project, 10)
    job = assign_tasks(ada, ALL, to=[ben.pk])
    for _ in range(3):
        run_job(job.pk)
    act = Event.objects.get(verb="assigned")
    assert (act.after["changed"], act.after["tasks"]) == (10, [task.external_id for task in tasks[:5]])
    set_needs(ada, Selection((tasks[0].pk, tasks[7].pk)), skill="german")
    client.force_login(ada.user)
    page = client.get(f"/projects/{ben.project.slug}/audit-log/").content.decode()
    assert f"{tasks[0].external_id}, {tasks[7].external_id}" in page


@pytest.mark.parametrize("skill", ["german, law", "german;law", ","])
def test_a_skill_with_a_comma_is_refused_with_the_reason(ada, skill):
    (task,) = make_tasks(ada.project, 1)
    with pytest.raises(ValueError, match="by “\\+”"):
        normal_skill(skill)
    with pytest.raises(Refusal, match="A comma or a semicolon parts no skills here"):
        set_needs(ada, Selection((task.pk,)), skill=skill)
    task.refresh_from_db()
    assert task.skill == ""
