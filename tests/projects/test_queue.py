"""Who gets which task next: lanes, the place in the base lane, leases."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Assignment, AssignmentStatus, Membership, Task
from projects.queueing import queue, releasing
from projects.queueing.empty_queue import reason_for_empty_queue
from projects.queueing.holds import hold_on
from projects.queueing.queue import MAX_LEASES, claim_next_task, own_leases
from projects.queueing.releasing import release_expired_leases, return_skipped_tasks
from projects.queueing.stages import overlap_of
from projects.queueing.staging import restage_tasks
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db


def claim(member, count=1):
    """Claim as a page does that answers each task at once; returns ids, with None where the queue was empty."""
    claimed = []
    for _ in range(count):
        task = claim_next_task(Membership.objects.select_related("project").get(pk=member.pk), leases=[])
        claimed.append(task.id if task else None)
        Assignment.objects.filter(user=member.user).update(status=AssignmentStatus.SUBMITTED)
    return claimed


def test_selected_tasks_come_before_all_others_in_the_order_of_their_rank(ben):
    base = make_tasks(ben.project, 2)
    later, sooner = (
        make_tasks(ben.project, 1, lane="selected", rank=2.0),
        make_tasks(ben.project, 1, lane="selected", rank=1.0),
    )
    ids = claim(ben, 5)
    assert ids[:2] == [sooner[0].pk, later[0].pk]
    assert set(ids[2:4]) == {task.pk for task in base}
    assert ids[4] is None


def test_everybody_gets_every_task_once_however_many_opinions_are_wanted(api):
    project = make_project(overlap=3)
    ids = {task.pk for task in make_tasks(project, 40)}
    for _ in range(3):
        member = make_member(project, "annotator")
        given = claim(member, 41)
        assert given[-1] is None
        assert sorted(given[:-1]) == sorted(ids)
    assert claim(make_member(project, "annotator")) == [None]


def test_tasks_that_come_in_before_a_persons_place_are_found_at_the_end_of_the_lane(ben):
    make_tasks(ben.project, 20, rank=0.9)
    claim(ben, 20)
    (new,) = make_tasks(ben.project, 1, rank=0.1)
    assert claim(ben) == [new.pk]


def test_nobody_holds_more_leases_than_fit_into_a_page(ben):
    make_tasks(ben.project, MAX_LEASES + 1)
    for _ in range(MAX_LEASES):
        assert claim_next_task(ben, holding=[lease.task_id for lease in own_leases(ben)])
    assert claim_next_task(ben, holding=[lease.task_id for lease in own_leases(ben)]) is None


def test_an_expired_lease_goes_to_the_next_who_asks_and_may_come_back(ben):
    (task,) = make_tasks(ben.project, 1)
    other = make_member(ben.project, "annotator")
    assert claim_next_task(ben).id == task.pk
    assert claim_next_task(other) is None
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert claim_next_task(other).id == task.pk
    Assignment.objects.filter(user=other.user).update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert release_expired_leases() == 1
    assert claim_next_task(ben).id == task.pk
    assert Assignment.objects.count() == 2
    assert Task.objects.get().open_slots == 0


def test_a_task_that_another_tab_of_the_same_person_took_meanwhile_loses_no_slot(monkeypatch):
    """Two submits of one person may claim at once; on PostgreSQL the second may not see yet what the first wrote."""
    project = make_project(overlap=3)
    first, second = make_tasks(project, 2)
    ben = make_member(project, "annotator")
    held = claim_next_task(ben, leases=[])
    stale = [dataclasses.replace(held, assignment_id=0)]
    really_take = queue._take_first

    def take_the_same_first(member, probes, **how):
        if not stale:
            return really_take(member, probes, **how)
        Task.objects.filter(pk=held.id).update(open_slots=F("open_slots") - 1)
        return stale.pop()

    monkeypatch.setattr(queue, "_take_first", take_the_same_first)
    other = {first.pk, second.pk} - {held.id}
    assert {claim_next_task(ben, leases=own_leases(ben)).id} == other
    assert list(Task.objects.values_list("open_slots", flat=True)) == [2, 2]
    assert Assignment.objects.count() == 2


def test_who_holds_enough_is_told_so_though_they_skipped_some(ben):
    tasks = make_tasks(ben.project, MAX_LEASES + 2)
    skipped = claim_next_task(ben, leases=[])
    Assignment.objects.filter(task_id=skipped.id).update(status=AssignmentStatus.SKIPPED)
    restage_tasks([task.pk for task in tasks])
    for _ in range(MAX_LEASES):
        assert claim_next_task(ben, holding=[lease.task_id for lease in own_leases(ben)])
    assert reason_for_empty_queue(ben)["code"] == "holding_enough"


def test_an_empty_project_tells_who_may_import_to_do_so_and_others_to_wait(ada, ben):
    assert "Import some" in reason_for_empty_queue(ada)["message"]
    assert "A manager can import some" in reason_for_empty_queue(ben)["message"]


def test_a_lease_that_was_renewed_in_time_is_not_taken_back(monkeypatch, ben):
    """The sweep reads which leases ran out, then waits for their tasks; a draft may renew one of them meanwhile."""
    make_tasks(ben.project, 1)
    claim_next_task(ben)
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    lock = releasing.lock_tasks

    def renew_then_lock(task_ids, **how):
        Assignment.objects.update(lease_expires_at=timezone.now() + timedelta(minutes=1))
        return lock(task_ids, **how)

    monkeypatch.setattr(releasing, "lock_tasks", renew_then_lock)
    assert release_expired_leases() == 0
    assert Assignment.objects.get().status == "working"


def test_a_lease_that_was_taken_back_meanwhile_is_not_handed_out_again(monkeypatch, ben):
    (task,) = make_tasks(ben.project, 1)
    claim_next_task(ben)
    leases = own_leases(ben)
    Assignment.objects.update(status=AssignmentStatus.EXPIRED)
    restage_tasks([task.pk])
    other = make_member(ben.project, "annotator")
    assert claim_next_task(other).id == task.pk
    monkeypatch.setattr(queue, "own_leases", lambda member: leases)
    assert claim_next_task(ben) is None


# --- skills, limits, breadth ------------------------------------------------------------------------------------------


def needing(project, skill, count=1, **fields):
    project.skills_needed = sorted({*project.skills_needed, skill})
    project.save()
    return make_tasks(project, count, skill=skill, **fields)


def test_only_who_has_every_part_of_a_skill_is_asked_and_then_first(ben):
    (hard,) = needing(ben.project, "german+law")
    (plain,) = make_tasks(ben.project, 1)
    half = make_member(ben.project, "annotator", skills=["german"])
    able = make_member(ben.project, "annotator", skills=["LAW", "german", "music"])
    assert claim(able) == [hard.pk]
    Assignment.objects.all().delete()
    Task.objects.update(open_slots=1)
    assert claim(half, 2) == [plain.pk, None]
    reason = reason_for_empty_queue(Membership.objects.select_related("project").get(pk=half.pk))
    assert reason["code"] == "lacks_skill"
    assert "german+law" in reason["message"]


def test_who_opted_out_is_not_asked(ben):
    needing(ben.project, "violence")
    spared = make_member(ben.project, "annotator", skills=["violence"], opted_out=["violence"])
    assert claim(spared) == [None]


def test_a_skipped_task_that_is_wanted_again_comes_next_also_where_it_needs_a_skill():
    project = make_project()
    needing(project, "law", 12)
    member = make_member(project, "annotator", skills=["law"])
    skipped = claim(member)
    for _ in range(2):
        claim(member, 2)
        Assignment.objects.filter(user=member.user, task_id__in=skipped).update(status=AssignmentStatus.SKIPPED)
        restage_tasks(skipped)
        assert return_skipped_tasks(Membership.objects.get(pk=member.pk)) == 1
        assert claim(member) == skipped


def test_every_task_comes_once_whatever_skills_it_needs():
    project = make_project(overlap=2)
    ids = {task.pk for skill in ("law", "german") for task in needing(project, skill, 15)}
    ids |= {task.pk for task in make_tasks(project, 15)}
    for _ in range(2):
        member = make_member(project, "annotator", skills=["law", "german"])
        assert set(claim(member, 45)) == ids
    assert claim(member) == [None]


def test_each_probe_is_served_by_the_index_of_open_tasks(ben):
    needing(ben.project, "law", 300)
    make_tasks(ben.project, 300)
    member = make_member(ben.project, "annotator", skills=["law"], queue_rank=0.5, queue_task=1)
    with CaptureQueriesContext(connection) as queries:
        assert claim_next_task(Membership.objects.select_related("project").get(pk=member.pk), leases=[])
    (take,) = [query["sql"] for query in queries if query["sql"].strip().startswith("UPDATE projects_task SET open")]
    n_probes = take.count("SELECT t.id FROM")
    assert n_probes == 9  # two skills in four lanes, and the place in the base lane of what needs none
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE projects_task")
            cursor.execute("SET enable_seqscan = off")  # a table of a few hundred rows is read whole
            cursor.execute("EXPLAIN " + take)
            plan = " ".join(line for (line,) in cursor.fetchall())
            cursor.execute("RESET enable_seqscan")
            assert plan.count("task_open") == n_probes
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + take)
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
            wanted = "USING INDEX task_open (project_id=? AND skill=? AND lane=? AND "
            assert plan.count(wanted) == n_probes


def test_in_breadth_what_nobody_has_begun_comes_before_the_second_opinion():
    project = make_project(overlap=2, fills="breadth")
    make_tasks(project, 6)
    people = [make_member(project, "annotator") for _ in range(2)]
    first, second = claim(people[0], 3), claim(people[1], 3)
    assert not set(first) & set(second)
    assert set(claim(people[1], 3)) == set(first)
    assert set(claim(people[0], 3)) == set(second)
    assert set(Task.objects.values_list("open_slots", flat=True)) == {0}


def test_in_depth_what_others_began_is_finished_first():
    project = make_project(overlap=2)
    make_tasks(project, 6)
    people = [make_member(project, "annotator") for _ in range(2)]
    assert claim(people[0], 3) == claim(people[1], 3)


def test_who_may_hold_few_gets_no_more_and_is_told_so(ben):
    make_tasks(ben.project, 3)
    Membership.objects.filter(pk=ben.pk).update(open_limit=1)
    member = Membership.objects.select_related("project").get(pk=ben.pk)
    assert claim_next_task(member, leases=[]) is not None
    assert claim_next_task(member, leases=[]) is None
    assert reason_for_empty_queue(member)["code"] == "open_limit"
    assert claim(ben, 0) == []
    Assignment.objects.update(status=AssignmentStatus.SUBMITTED)
    assert claim_next_task(member, leases=[]) is not None


def test_only_members_with_a_limit_cost_a_query(ben, django_assert_num_queries):
    ben.open_limit = ben.daily_limit = None
    with django_assert_num_queries(0):
        assert hold_on(ben) is None


@pytest.mark.parametrize("percent", [1, 30, 100])
def test_an_overlap_on_a_share_holds_for_about_that_share(percent):
    project = make_project(overlap=3, overlap_percent=percent, seed=11)
    tasks = [Task(project=project, external_id=f"a-{number}") for number in range(2_000)]
    several = {task.external_id for task in tasks if overlap_of(task, project) == 3}
    assert abs(len(several) - 20 * percent) <= 80
    project.overlap_percent = min(100, percent + 20)
    assert several <= {task.external_id for task in tasks if overlap_of(task, project) == 3}
    assert overlap_of(Task(external_id="a-1", overlap=5), project) == 5
