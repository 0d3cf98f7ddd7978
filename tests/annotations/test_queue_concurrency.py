"""Many people with several tabs each at once, on a real database: nobody gets a task twice, and none is left over."""

import random
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from annotations.conclusions.recount import recount_project
from annotations.models import Annotation, FinalLabel
from annotations.work import workbench
from annotations.work.workbench import AnsweredAlready
from projects.assignment.assigning import assign_tasks
from projects.browsing.bulk_acts import Selection
from projects.models import Assignment, Membership, Task
from projects.queueing.queue import own_leases
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db(transaction=True)

TASKS, OVERLAP, PEOPLE, TABS = 300, 2, 8, 2
SECONDS = 60
needs_row_locks = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")


def run_in_threads(jobs):
    """Run them all at once, each on a database connection of its own; the first error is raised."""

    def run(job):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(SECONDS) for future in [pool.submit(run, job) for job in jobs]]


def label_until_empty(member_id, together):
    """One tab: answer and take the next in one call, as the workbench does; ask again until nothing is given."""
    member = Membership.objects.select_related("project__schema_version", "user").get(pk=member_id)
    together.wait(SECONDS)
    answered = 0
    while (work := workbench.next_work(member, [lease.task_id for lease in own_leases(member)])) is not None:
        while work is not None:
            submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": random.choice(["sports", "music"])})
            try:
                _, _, work, _ = workbench.submit_annotation(member.user, work.id, submission, then_next=True)
            except AnsweredAlready:  # the other tab was handed the same task and was faster
                work = None
            else:
                answered += 1
    return answered


@pytest.mark.slow
def test_sixteen_tabs_finish_a_project_with_no_task_given_twice():
    project = make_project(overlap=OVERLAP)
    make_tasks(project, TASKS)
    members = [make_member(project, "annotator") for _ in range(PEOPLE)]
    together = threading.Barrier(PEOPLE * TABS)
    answered = run_in_threads([lambda pk=member.pk: label_until_empty(pk, together) for member in members * TABS])
    assert sum(answered) == TASKS * OVERLAP
    assert Annotation.objects.filter(status="submitted").count() == TASKS * OVERLAP
    by_task = Counter(Assignment.objects.values_list("task_id", flat=True))
    assert set(by_task.values()) == {OVERLAP}, "every task was given to exactly as many people as it needed"
    assert set(Task.objects.values_list("stage", "open_slots")) == {("done", 0)}
    assert list(recount_project(project)) == []
    agreed = sum(len(set(answers)) == 1 for answers in _answers_by_task().values())
    assert FinalLabel.objects.count() == agreed


def _answers_by_task():
    found = {}
    for task_id, answers in Annotation.objects.values_list("task_id", "answers"):
        found.setdefault(task_id, []).append(answers["topic"])
    return found


@needs_row_locks
def test_who_asks_for_work_waits_for_a_task_that_somebody_is_busy_with_instead_of_being_sent_away():
    project = make_project(overlap=2)
    (task,) = make_tasks(project, 1)
    first, second = (make_member(project, "annotator") for _ in range(2))

    is_locked = threading.Event()

    def busy():
        with transaction.atomic():
            assert workbench.next_work(first, []).id == task.pk
            is_locked.set()
            _until_somebody_waits()
        return True

    def ask():
        is_locked.wait(SECONDS)
        return workbench.next_work(second, [])

    _, work = run_in_threads([busy, ask])
    assert work is not None
    assert work.id == task.pk


def _until_somebody_waits():
    """Come back when another connection waits for a lock."""
    for _ in range(100_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


@needs_row_locks
def test_two_late_answers_that_meet_expired_leases_do_not_lock_each_other_out():
    """Each holds its own task's lock and finds the other's expired lease: it must pass, not wait."""
    project = make_project(overlap=1)
    tasks = make_tasks(project, 2)
    members = [make_member(project, "annotator") for _ in tasks]
    for member in members:
        workbench.next_work(member, [])
    held = {row.user_id: row.task_id for row in Assignment.objects.all()}
    Assignment.objects.update(lease_expires_at="2020-01-01T00:00:00Z")
    together = threading.Barrier(2)

    def answer(member):
        submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": "sports"})
        with transaction.atomic():
            Task.objects.select_for_update().get(pk=held[member.user_id])
            together.wait(SECONDS)
            return workbench.submit_annotation(member.user, held[member.user_id], submission, then_next=True)

    assert len(run_in_threads([lambda member=member: answer(member) for member in members])) == 2
    assert list(recount_project(project)) == []


def test_two_managers_who_assign_the_same_tasks_at_once_give_each_to_one_person():
    project = make_project(overlap=1)
    make_tasks(project, 40)
    managers = [make_member(project, "manager") for _ in range(2)]
    people = [make_member(project, "annotator") for _ in range(4)]
    together = threading.Barrier(2)

    def assign(manager):
        together.wait(SECONDS)
        return assign_tasks(manager, Selection(None, {}), to=[person.pk for person in people])

    first, second = run_in_threads([lambda manager=manager: assign(manager) for manager in managers])
    assert first.changed + second.changed == 40
    assert sum(first.skipped.values()) + sum(second.skipped.values()) == 40
    assert set(Counter(Assignment.objects.values_list("task_id", flat=True)).values()) == {1}
    assert list(recount_project(project)) == []


def test_tasks_moved_away_while_their_person_begins_them_end_in_one_pair_of_hands():
    project = make_project(overlap=1)
    make_tasks(project, 12)
    manager = make_member(project, "manager")
    giver, taker = (make_member(project, "annotator") for _ in range(2))
    assign_tasks(manager, Selection(None, {}), to=[giver.pk])
    together = threading.Barrier(2)

    def begin():
        together.wait(SECONDS)
        return [workbench.next_work(giver, [lease.task_id for lease in own_leases(giver)]) for _ in range(6)]

    def move():
        together.wait(SECONDS)
        return assign_tasks(manager, Selection(None, {}), to=[taker.pk], moved_from=giver.pk)

    _, tally = run_in_threads([begin, move])
    held = Assignment.objects.filter(status__in=["assigned", "working"])
    assert set(Counter(held.values_list("task_id", flat=True)).values()) == {1}
    assert held.filter(user=taker.user).count() == tally.changed
    assert list(recount_project(project)) == []
