"""Tasks that managers give to people: shared out, moved, taken back; by few at once, by many in a job."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from annotations.conclusions.recount import recount_project
from annotations.work import workbench
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from labelplatform.refusals import Conflict, Refusal
from projects.assignment.assigning import assign_tasks, change_assignment
from projects.assignment.taking_back import take_back_assignment, take_back_tasks
from projects.browsing import bulk_acts
from projects.browsing.bulk_acts import Selection
from projects.membership.people import change_member, hand_over, remove_member, set_role
from projects.models import Assignment, Membership, Project, Task
from projects.queueing.releasing import release_expired_leases, release_leases, return_skipped_tasks
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db

ALL = Selection(None, {})


def these(*tasks):
    return Selection(tuple(task.pk for task in tasks))


def assigned():
    """Who has been given how many, by user."""
    return dict(Counter(Assignment.objects.filter(status="assigned").values_list("user_id", flat=True)))


def fresh(member):
    return Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)


def claim(member):
    return workbench.next_work(fresh(member), [])


def answer(member, task_id, then_next=False):
    submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": "sports"})
    return workbench.submit_annotation(member.user, task_id, submission, then_next=then_next)


def nothing_differs(project):
    assert list(recount_project(Project.objects.get(pk=project.pk))) == []


@pytest.fixture
def cem(project):
    return make_member(project, "annotator")


# --- what the person gets ---------------------------------------------------------------------------------------------


def test_assigned_tasks_come_first_by_due_date_then_by_priority(ada, ben):
    tasks = make_tasks(ben.project, 6)
    soon, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=2)
    assign_tasks(ada, these(tasks[0]), to=[ben.pk], due_at=later)
    assign_tasks(ada, these(tasks[1]), to=[ben.pk])
    assign_tasks(ada, these(tasks[2]), to=[ben.pk], due_at=soon)
    assign_tasks(ada, these(tasks[3]), to=[ben.pk], due_at=later, priority=5)
    first = claim(ben)
    got = [first.id]
    for _ in range(3):
        _, _, work, _ = answer(ben, got[-1], then_next=True)
        got.append(work.id)
    assert got == [tasks[2].pk, tasks[3].pk, tasks[0].pk, tasks[1].pk]
    assert answer(ben, got[-1], then_next=True)[2].id in {tasks[4].pk, tasks[5].pk}
    nothing_differs(ben.project)


def test_an_assigned_task_is_nobody_elses_and_its_lease_ends_in_an_assignment(ada, ben, cem):
    (task,) = make_tasks(ben.project, 1)
    assign_tasks(ada, ALL, to=[ben.pk])
    assert Task.objects.get().open_slots == 0
    assert claim(cem) is None
    assert claim(ben).id == task.pk
    assert Task.objects.get().open_slots == 0
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert release_expired_leases() == 1
    assert Assignment.objects.get().status == "assigned"
    assert claim(cem) is None
    work = claim(ben)
    assert (work.id, work.is_assigned) == (task.pk, True)
    release_leases(fresh(ben), [task.pk])
    assert Assignment.objects.get().status == "assigned"
    nothing_differs(ben.project)


def test_a_skipped_assigned_task_goes_to_others(ada, ben, cem):
    (task,) = make_tasks(ben.project, 1)
    assign_tasks(ada, ALL, to=[ben.pk])
    workbench.skip_task(ben.user, task.pk, reason="not mine")
    return_skipped_tasks(fresh(ben))
    row = Assignment.objects.get()
    assert (row.status, row.source, row.assigned_by) == ("expired", "queue", None)
    assert claim(cem).id == task.pk
    nothing_differs(ben.project)


# --- sharing out ------------------------------------------------------------------------------------------------------


def test_tasks_are_shared_evenly_or_by_capacity(ada, ben, cem):
    make_tasks(ben.project, 9)
    tally = assign_tasks(ada, ALL, to=[ben.pk, cem.pk])
    assert tally.changed == 9
    assert sorted(assigned().values()) == [4, 5]
    assert tally.given == assigned()
    take_back_tasks(ada, ALL)
    Membership.objects.filter(pk=ben.pk).update(capacity=2.0)
    assign_tasks(ada, ALL, to=[ben.pk, cem.pk], how="capacity")
    assert assigned() == {ben.user_id: 6, cem.user_id: 3}
    nothing_differs(ben.project)


def test_whoever_has_a_capacity_of_nothing_gets_nothing(ada, ben, cem):
    make_tasks(ben.project, 3)
    Membership.objects.filter(pk=ben.pk).update(capacity=0.0)
    assign_tasks(ada, ALL, to=[ben.pk, cem.pk], how="capacity")
    assert assigned() == {cem.user_id: 3}


def test_each_of_them_gets_every_task_as_far_as_there_are_places(ada):
    project = make_project(overlap=2)
    ada = make_member(project, "admin")
    people = [make_member(project, "annotator") for _ in range(3)]
    make_tasks(project, 4)
    tally = assign_tasks(ada, ALL, to=[person.pk for person in people[:2]], how="each")
    assert assigned() == {people[0].user_id: 4, people[1].user_id: 4}
    assert tally.changed == 4
    again = assign_tasks(ada, ALL, to=[people[2].pk])
    assert (again.changed, again.skipped) == (0, {"full": 4})
    nothing_differs(project)


def test_only_those_who_have_the_skill_get_what_needs_it(ada, ben, cem):
    Membership.objects.filter(pk=cem.pk).update(skills=["German", "law"])
    german = make_tasks(ben.project, 3, skill="german+law")
    plain = make_tasks(ben.project, 3)
    Project.objects.update(skills_needed=["german+law"])
    assign_tasks(fresh(ada), ALL, to=[ben.pk, cem.pk], how="skill")
    given = dict(Assignment.objects.values_list("task_id", "user_id"))
    assert {given[task.pk] for task in german} == {cem.user_id}
    assert {given[task.pk] for task in plain} == {ben.user_id}
    take_back_tasks(ada, ALL)
    tally = assign_tasks(ada, ALL, to=[ben.pk])
    assert (tally.changed, tally.skipped) == (3, {"skill": 3})


def test_who_opted_out_is_spared(ada, ben):
    make_tasks(ben.project, 1, skill="law")
    Membership.objects.filter(pk=ben.pk).update(skills=["law"], opted_out=["law"])
    with pytest.raises(Refusal, match="skill"):
        assign_tasks(ada, ALL, to=[ben.pk])
    assert not Assignment.objects.exists()


def test_what_cannot_be_given_is_counted_with_its_reason(ada, ben, cem):
    done, had, full, free = make_tasks(ben.project, 4)
    for task in (done,):
        assign_tasks(ada, these(task), to=[cem.pk])
        answer(cem, task.pk)
    Task.objects.filter(pk=had.pk).update(open_slots=2, overlap=2)
    Task.objects.filter(pk=had.pk).update(open_slots=2)
    assign_tasks(ada, these(had), to=[ben.pk])
    assign_tasks(ada, these(full), to=[cem.pk])
    tally = assign_tasks(ada, ALL, to=[ben.pk])
    assert tally.skipped == {"done": 1, "had": 1, "full": 1}
    assert (tally.changed, tally.given) == (1, {ben.user_id: 1})
    assert Assignment.objects.get(task=free).user_id == ben.user_id
    nothing_differs(ben.project)


def test_the_filters_of_the_data_page_choose_the_tasks(ada, ben):
    make_tasks(ben.project, texts=["a goal", "a vote", "a song"])
    tally = assign_tasks(ada, Selection(None, {"search": "vote"}), to=[ben.pk])
    assert tally.changed == 1
    assert assign_tasks(ada, Selection(None, {"assigned": str(ben.user_id)}), to=[ben.pk]).skipped == {"full": 1}
    with pytest.raises(Refusal, match="no filter"):
        assign_tasks(ada, Selection(None, {"color": "red"}), to=[ben.pk])


# --- who and what may be named ----------------------------------------------------------------------------------------


def test_a_due_date_in_the_past_is_refused(ada, ben):
    make_tasks(ben.project, 1)
    with pytest.raises(Refusal, match="in the past"):
        assign_tasks(ada, ALL, to=[ben.pk], due_at=timezone.now() - timedelta(minutes=1))
    assert not Assignment.objects.exists()


def test_others_tasks_and_members_do_not_exist(ada, ben, eve):
    (task,) = make_tasks(ben.project, 1)
    (hers,) = make_tasks(eve.project, 1)
    for selection, to in ((these(hers), ben), (these(task, hers), ben), (these(task), eve)):
        with pytest.raises(Http404):
            assign_tasks(ada, selection, to=[to.pk])
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("change", [{"suspended": True}, {"role": "viewer"}])
def test_who_may_not_label_is_given_nothing(ada, ben, change):
    make_tasks(ben.project, 1)
    Membership.objects.filter(pk=ben.pk).update(**change)
    with pytest.raises(Refusal, match="choose somebody who may label"):
        assign_tasks(ada, ALL, to=[ben.pk])


def test_the_same_call_again_has_one_effect(ada, ben, cem):
    project = Project.objects.get(pk=ben.project_id)
    make_tasks(project, 4, overlap=2, open_slots=2)
    key = uuid.uuid4()
    first = assign_tasks(ada, ALL, to=[ben.pk, cem.pk], key=key)
    again = assign_tasks(ada, ALL, to=[ben.pk, cem.pk], key=key)
    assert first.as_json() == again.as_json()
    assert Assignment.objects.count() == 4


# --- moving and taking back -------------------------------------------------------------------------------------------


def test_moving_keeps_the_due_date_unless_another_is_given(ada, ben, cem):
    first, second = make_tasks(ben.project, 2)
    due = timezone.now() + timedelta(days=3)
    assign_tasks(ada, ALL, to=[ben.pk], due_at=due, priority=2)
    assign_tasks(ada, these(first), to=[cem.pk], moved_from=ben.pk)
    moved = Assignment.objects.get(task=first, status="assigned")
    assert (moved.user_id, moved.due_at, moved.priority) == (cem.user_id, due, 2)
    assign_tasks(ada, these(second), to=[cem.pk], moved_from=ben.pk, due_at=due + timedelta(days=1))
    assert Assignment.objects.get(task=second, status="assigned").due_at == due + timedelta(days=1)
    assert assigned() == {cem.user_id: 2}
    nothing_differs(ben.project)


def test_what_was_begun_is_neither_moved_nor_taken_back(ada, ben, cem):
    make_tasks(ben.project, 2)
    assign_tasks(ada, ALL, to=[ben.pk])
    held = claim(ben).id
    tally = assign_tasks(ada, ALL, to=[cem.pk], moved_from=ben.pk)
    assert (tally.changed, tally.skipped) == (1, {"begun": 1})
    assert Assignment.objects.get(task=held).user_id == ben.user_id
    assert take_back_tasks(ada, ALL, of=ben.pk).skipped == {"begun": 1, "not_assigned": 1}
    nothing_differs(ben.project)


def test_who_had_a_task_does_not_get_it_by_a_move(ada, ben, cem):
    (task,) = make_tasks(ben.project, 1, overlap=2, open_slots=2)
    assign_tasks(ada, ALL, to=[ben.pk, cem.pk], how="each")
    answer(cem, task.pk)
    tally = assign_tasks(ada, ALL, to=[cem.pk], moved_from=ben.pk)
    assert tally.skipped == {"had": 1}
    assert assigned() == {ben.user_id: 1}


def test_a_task_taken_back_is_the_queues_again_and_may_be_given_again(ada, ben):
    (task,) = make_tasks(ben.project, 1)
    assign_tasks(ada, ALL, to=[ben.pk])
    assert take_back_tasks(ada, ALL).changed == 1
    row = Assignment.objects.get()
    assert (row.status, row.source, row.due_at) == ("expired", "queue", None)
    work = claim(ben)
    assert (work.id, work.is_assigned) == (task.pk, False)
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    release_expired_leases()
    assert Assignment.objects.get().status == "expired"
    assert assign_tasks(ada, ALL, to=[ben.pk]).changed == 1
    assert Assignment.objects.get().assigned_by == ada.user
    nothing_differs(ben.project)


def test_one_assignment_is_changed_moved_and_taken_back(ada, ben, cem):
    make_tasks(ben.project, 1)
    assign_tasks(ada, ALL, to=[ben.pk])
    row = Assignment.objects.get()
    due = timezone.now() + timedelta(days=2)
    assert change_assignment(ada, row.pk, due_at=due).due_at == due
    with pytest.raises(Refusal, match="in the past"):
        change_assignment(ada, row.pk, due_at=timezone.now() - timedelta(days=1))
    moved = change_assignment(ada, row.pk, to=cem.pk)
    assert (moved.user_id, moved.due_at) == (cem.user_id, due)
    with pytest.raises(Conflict):
        take_back_assignment(ada, row.pk)
    take_back_assignment(ada, moved.pk)
    assert assigned() == {}
    nothing_differs(ben.project)


@pytest.mark.parametrize(
    "leave",
    [
        lambda ada, ben: remove_member(ada, ben),
        lambda ada, ben: change_member(ada, ben, suspended=True),
        lambda ada, ben: change_member(ada, ben, role="viewer"),
        lambda ada, ben: set_role(ben, "viewer", actor=None),
        lambda ada, ben: hand_over(change_member(ada, ben, role="admin"), ada, leave=True),
    ],
    ids=["removed", "suspended", "made a viewer", "made a viewer by their group", "handed over and left"],
)
@pytest.mark.parametrize("at_once", [1000, 2])
def test_the_tasks_of_who_leaves_go_back_to_the_queue(monkeypatch, ada, ben, cem, leave, at_once):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", at_once)
    monkeypatch.setattr("projects.assignment.taking_back.AT_ONCE", at_once)
    tasks = make_tasks(ben.project, 5)
    Assignment.objects.bulk_create(
        Assignment(task=task, project=ben.project, user=ben.user, status="assigned", source="manager") for task in tasks
    )
    Task.objects.update(open_slots=0)
    leave(ada, ben)
    for job in Job.objects.all():
        run_job(job.pk)
    assert assigned() == {}
    assert set(Task.objects.values_list("open_slots", flat=True)) == {1}
    assert claim(cem) is not None
    nothing_differs(ben.project)


# --- many -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 3)
    monkeypatch.setattr(bulk_acts, "_BATCH", 4)


@pytest.mark.parametrize("by", ["ids", "filter", "everything"])
def test_many_are_assigned_by_a_job_with_its_progress(small_batches, ada, ben, cem, by):
    tasks = make_tasks(ben.project, 11)
    selection = {"ids": these(*tasks), "filter": Selection(None, {"stage": "annotate"}), "everything": ALL}[by]
    job = assign_tasks(ada, selection, to=[ben.pk, cem.pk])
    assert isinstance(job, Job)
    assert not Assignment.objects.exists()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 11, 11)
    assert job.result["changed"] == 11
    assert sorted(assigned().values()) == [5, 6]
    nothing_differs(ben.project)


def test_a_killed_job_goes_on_where_it_was_and_doubles_nothing(monkeypatch, small_batches, ada, ben, cem):
    make_tasks(ben.project, 10, overlap=3, open_slots=3)
    job = assign_tasks(ada, ALL, to=[ben.pk, cem.pk])
    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", lambda run: True)  # one batch a slice
    run_job(job.pk)
    assert Assignment.objects.count() == 4
    with monkeypatch.context() as broken:
        broken.setattr("projects.assignment.assigning.restage_locked", lambda tasks: 1 / 0)
        run_job(job.pk)
    assert Assignment.objects.count() == 4, "what a dying worker had begun is undone"
    Job.objects.update(state="queued")
    for _ in range(3):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 10)
    assert set(Counter(Assignment.objects.values_list("task_id", flat=True)).values()) == {1}
    assert sorted(assigned().values()) == [5, 5]
    nothing_differs(ben.project)


def test_a_cancelled_job_stops_and_leaves_whole_batches(monkeypatch, small_batches, ada, ben):
    make_tasks(ben.project, 10)
    job = assign_tasks(ada, ALL, to=[ben.pk])
    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", lambda run: True)
    run_job(job.pk)
    cancel_job(job)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Assignment.objects.count() == 4
    nothing_differs(ben.project)


def test_who_was_suspended_meanwhile_gets_nothing_from_the_job(small_batches, ada, ben, cem):
    make_tasks(ben.project, 6)
    job = assign_tasks(ada, ALL, to=[ben.pk, cem.pk])
    Membership.objects.filter(pk=ben.pk).update(suspended=True)
    run_job(job.pk)
    assert assigned() == {cem.user_id: 6}


def test_a_job_takes_back_many(small_batches, ada, ben):
    make_tasks(ben.project, 9)
    run_job(assign_tasks(ada, ALL, to=[ben.pk]).pk)
    run_job(take_back_tasks(ada, Selection(None, {"assigned": str(ben.user_id)})).pk)
    assert assigned() == {}
    nothing_differs(ben.project)
