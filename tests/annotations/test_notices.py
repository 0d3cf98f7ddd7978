"""Who is told that work came to them, came back, or is to be done otherwise: once an act, never its actor."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.reviewing.review import Decision, decide_review
from annotations.reviewing.review_queue import next_review
from annotations.reviewing.review_requests import assign_reviews, reopen_task, send_to_review
from annotations.work import workbench
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from labelplatform.notifications.models import Notification
from labelplatform.notifications.preferences import choose_deliveries
from labelplatform.notifications.reading import unread_count
from projects.assignment.assigning import assign_tasks
from projects.browsing import bulk_acts
from projects.browsing.bulk_acts import Selection
from projects.guideline.guidelines import publish_guideline
from projects.membership.people import change_member, remove_member
from projects.models import Membership, Project, Task
from tests.factories import make_member, make_tasks, make_user

pytestmark = pytest.mark.django_db

ALL = Selection(None, {})


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(member):
    rows = Notification.objects.filter(user=member.user).order_by("id")
    return [row.text for row in rows]


def fresh(member):
    return Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)


def answered(member, count=1):
    """The member's next tasks, answered."""
    tasks = []
    for _ in range(count):
        work = workbench.next_work(fresh(member), [])
        workbench.submit_annotation(member.user, work.id, workbench.Submission(uuid.uuid4(), {"topic": "sports"}))
        tasks.append(Task.objects.get(pk=work.id))
    return tasks


def reviewed(project):
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    project.refresh_from_db()


def send_back(member, task, **fields):
    others = Task.objects.filter(stage="review").exclude(pk=task.pk)
    next_review(fresh(member), others.values_list("pk", flat=True))
    decision = Decision(key=uuid.uuid4(), decision="return", **{"reason": "Wrong option", **fields})
    return decide_review(member.user, task.pk, decision)


# --- given ------------------------------------------------------------------------------------------------------------


def test_whoever_is_given_tasks_hears_it_once_with_their_number_and_the_day(project, ada, ben, rae, committed):
    make_tasks(project, 6)
    due = timezone.now() + timedelta(days=3)
    with committed():
        assign_tasks(ada, ALL, to=[ben.pk, rae.pk, ada.pk], due_at=due)
    day = f"{due:%-d %b %Y}"
    texts = told(ben) + told(rae)
    assert sorted(texts) == [f"ada gave you 2 tasks in Topics, due {day}."] * 2
    assert told(ada) == [], "who gave them knows"
    assert Notification.objects.get(user=ben.user).path == f"/projects/{project.slug}/label/"


def test_one_task_is_one_and_nothing_given_is_nothing_told(project, ada, ben, committed):
    (task,) = make_tasks(project, 1)
    with committed():
        assign_tasks(ada, Selection((task.pk,)), to=[ben.pk])
        assign_tasks(ada, Selection((task.pk,)), to=[ben.pk])
    assert told(ben) == ["ada gave you a task in Topics."]


def test_what_is_moved_is_told_to_who_gets_it(project, ada, ben, rae, committed):
    make_tasks(project, 2)
    assign_tasks(ada, ALL, to=[ben.pk])
    with committed():
        assign_tasks(ada, ALL, to=[rae.pk], moved_from=ben.pk)
    assert (told(ben), told(rae)) == ([], ["ada gave you 2 tasks in Topics."])


def test_a_job_tells_once_after_its_last_batch_and_passes_over_who_was_suspended(
    project, ada, ben, rae, committed, monkeypatch
):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 2)
    monkeypatch.setattr(bulk_acts, "_BATCH", 2)
    make_tasks(project, 7)
    job = assign_tasks(ada, ALL, to=[ben.pk, rae.pk])
    change_member(ada, rae, suspended=True)
    with committed():
        run_job(job.pk)
    assert Job.objects.get(pk=job.pk).state == "done"
    assert told(ben) == ["ada gave you 7 tasks in Topics."]
    assert told(rae) == []


def test_fifty_people_are_told_by_as_many_queries_as_two(project, ada, django_capture_on_commit_callbacks):
    captured, counts = django_capture_on_commit_callbacks, []
    for many in (2, 50):
        people = [make_member(project, "annotator", make_user()) for _ in range(many)]
        tasks = make_tasks(project, many)
        selection = Selection(tuple(task.pk for task in tasks))
        with captured() as callbacks:
            assign_tasks(ada, selection, to=[person.pk for person in people])
        with CaptureQueriesContext(connection) as asked:
            for call in callbacks:
                call()
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- came back --------------------------------------------------------------------------------------------------------


def test_the_author_of_what_comes_back_hears_why(project, ben, rae, committed):
    reviewed(project)
    make_tasks(project, 1)
    (task,) = answered(ben)
    with committed():
        send_back(rae, task, comment="See “Music”.")
    (row,) = Notification.objects.filter(user=ben.user)
    assert row.kind == "returned"
    assert row.text == (
        f"Your answer to {task.external_id} in Topics came back from review: Wrong option – See “Music”."
    )
    assert row.path == f"/projects/{project.slug}/label/"
    assert told(rae) == []


def test_of_two_authors_only_the_one_it_goes_back_to_hears_it(project, ada, ben, rae, committed):
    Project.objects.filter(pk=project.pk).update(overlap=2)
    project.refresh_from_db()
    reviewed(project)
    cem = make_member(project, "annotator", make_user("cem"))
    make_tasks(project, 1)
    (task,) = answered(ben)
    answered(cem)
    with committed():
        send_back(rae, task, returned_to=(cem.user_id,))
    assert (len(told(cem)), told(ben)) == (1, [])


@pytest.mark.parametrize(
    "lose",
    [
        lambda ada, ben: remove_member(ada, ben),
        lambda ada, ben: change_member(ada, ben, suspended=True),
        lambda ada, ben: change_member(ada, ben, role="viewer"),
    ],
    ids=["removed", "suspended", "labels no more"],
)
def test_who_cannot_label_any_more_neither_hears_nor_sees_what_came_back(project, ada, ben, rae, committed, lose):
    reviewed(project)
    make_tasks(project, 2)
    first, second = answered(ben, 2)
    with committed():
        send_back(rae, first)
    assert unread_count(ben.user) == 1
    lose(ada, ben)
    assert unread_count(ben.user) == 0
    with committed():
        send_back(rae, second)
    assert len(told(ben)) == 1


# --- a new guideline --------------------------------------------------------------------------------------------------


def test_who_labels_hears_of_a_new_version_what_changed_and_whether_to_read_it_first(project, ada, ben, rae, committed):
    viewer = make_member(project, "viewer")
    with committed():
        publish_guideline(project=project, author=ada.user, text="one")
    assert told(ben) == [], "a first version is not new"
    with committed():
        publish_guideline(
            project=project, author=ada.user, text="two", summary="Chess is sports", needs_acknowledgement=True
        )
        publish_guideline(project=project, author=ada.user, text="three", needs_acknowledgement=False)
    must = "ada published version 2 of the guideline of Topics: “Chess is sports”. Read it before your next task."
    assert told(ben) == told(rae) == [must, "ada published version 3 of the guideline of Topics."]
    assert (told(ada), told(viewer)) == ([], [])
    assert Notification.objects.filter(user=ben.user).first().path == f"/projects/{project.slug}/guideline/"


def test_who_left_was_suspended_or_wants_none_hears_nothing_of_it(project, ada, ben, rae, committed):
    cem = make_member(project, "annotator", make_user("cem"))
    publish_guideline(project=project, author=ada.user, text="one")
    remove_member(ada, ben)
    change_member(ada, rae, suspended=True)
    choose_deliveries(cem.user, {"guideline": "off"})
    with committed():
        publish_guideline(project=project, author=ada.user, text="two")
    assert not Notification.objects.exists()


# --- to be reviewed ---------------------------------------------------------------------------------------------------


def test_a_reviewer_hears_how_many_they_are_asked_to_review(project, ada, ben, rae, committed):
    reviewed(project)
    tasks = make_tasks(project, 3)
    answered(ben, 2)
    due = timezone.now() + timedelta(days=2)
    ids = [task.pk for task in tasks]
    with committed():
        assign_reviews(ada, ids, rae, due_at=due)
        assign_reviews(ada, ids, fresh(ada))
    assert told(rae) == [f"ada asks you to review 2 tasks in Topics, due {due:%-d %b %Y}."]
    assert told(ada) == []
    assert Notification.objects.get().path == f"/projects/{project.slug}/review/"


def test_work_that_is_sent_to_review_is_told_once_to_whoever_reviews(project, ada, ben, rae, committed):
    make_tasks(project, 3)
    answered(ben, 3)
    with committed():
        send_to_review(ada, ALL, reason="The rule has changed")
    assert told(rae) == ["ada sent 3 tasks in Topics to review: “The rule has changed”"]
    assert (told(ada), told(ben)) == ([], [])


def test_experts_who_see_only_what_is_assigned_hear_of_nothing_else(project, ada, ben, rae, committed):
    Project.objects.filter(pk=project.pk).update(reviewers_see_assigned_only=True)
    manager = make_member(project, "manager", make_user("max"))
    make_tasks(project, 1)
    (task,) = answered(ben)
    with committed():
        reopen_task(fresh(ada), task, reason="Look again")
    assert told(rae) == []
    assert told(manager) == ["ada sent a task in Topics to review: “Look again”"]


def test_who_reviews_no_more_does_not_see_that_they_were_asked(project, ada, ben, rae, committed):
    make_tasks(project, 1)
    answered(ben)
    with committed():
        send_to_review(ada, ALL, reason="Once more")
    assert unread_count(rae.user) == 1
    change_member(ada, rae, role="annotator")
    assert unread_count(rae.user) == 0
