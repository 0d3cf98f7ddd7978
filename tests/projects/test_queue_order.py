"""Putting tasks first in the queue, and back in line."""

import pytest
from django.db import transaction

from labelplatform.events.models import Event
from labelplatform.jobs.running import run_job
from labelplatform.refusals import Refusal
from projects.browsing import bulk_acts
from projects.browsing.bulk_acts import Selection
from projects.models import AssignmentStatus, Lane, Stage, Task
from projects.queueing.queue import claim_next_task
from projects.queueing.queue_order import put_in_order
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db


def chosen(*tasks):
    return Selection(tuple(task.pk for task in tasks))


def order_of(project):
    return list(Task.objects.filter(project=project).order_by("rank", "pk").values_list("pk", flat=True))


@pytest.mark.parametrize("task_order", ["random", "import"])
def test_what_is_put_first_comes_first_in_its_own_order_and_goes_back_exactly(task_order):
    project = make_project(task_order=task_order)
    tasks = make_tasks(project, 12)
    if task_order == "import":
        for task in tasks:
            Task.objects.filter(pk=task.pk).update(rank=float(task.pk))
    manager = make_member(project, "manager")
    before = order_of(project)
    wanted = [before[7], before[3], before[11]]
    selection = Selection(tuple(wanted))
    assert put_in_order(manager, selection, first=True).changed == 3
    assert order_of(project) == sorted(wanted, key=before.index) + [pk for pk in before if pk not in wanted]
    assert put_in_order(manager, selection, first=True).skipped == {"same": 3}
    assert put_in_order(manager, selection, first=False).changed == 3
    assert order_of(project) == before


def test_people_who_are_past_them_get_them_next():
    project = make_project()
    tasks = make_tasks(project, 30, lane=Lane.BASE)
    ben = make_member(project, "annotator")
    by_rank = sorted(tasks, key=lambda task: task.rank)
    ben.queue_rank, ben.queue_task = by_rank[9].rank, by_rank[9].pk
    ben.save()
    put_in_order(make_member(project, "manager"), chosen(by_rank[4]), first=True)
    ben.refresh_from_db()
    with transaction.atomic():
        assert claim_next_task(ben).id == by_rank[4].pk


def test_what_has_a_turn_of_its_own_or_is_done_stays_and_says_why():
    project = make_project()
    gold, holdout, selected = (
        make_tasks(project, 1, lane=lane, rank=5.0)[0] for lane in (Lane.GOLD, Lane.HOLDOUT, Lane.SELECTED)
    )
    done = make_tasks(project, 1, lane=Lane.BASE, stage=Stage.DONE, open_slots=0)[0]
    tally = put_in_order(make_member(project, "manager"), chosen(gold, holdout, selected, done), first=True)
    assert (tally.changed, tally.skipped) == (0, {"measures": 2, "selected": 1, "done": 1})


def test_it_is_recorded_and_many_are_moved_by_a_job(monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 3)
    monkeypatch.setattr(bulk_acts, "_BATCH", 4)
    project = make_project()
    make_tasks(project, 10, lane=Lane.BASE)
    job = put_in_order(make_member(project, "manager"), Selection(None, {"stage": "annotate"}), first=True)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "10 tasks changed.")
    assert Event.objects.get(verb="reordered").after["changed"] == 10
    assert all(rank < 1e-11 for rank in Task.objects.filter(project=project).values_list("rank", flat=True))


def test_by_api_and_by_the_page_behind_the_bulk_bar(api, client):
    project = make_project()
    tasks = make_tasks(project, 3, lane=Lane.BASE)
    manager = make_member(project, "manager")
    body = {"task_ids": [tasks[2].pk], "first": True}
    assert api(manager.user).send(f"projects/{project.slug}/tasks/order/", body).json()["tasks"] == 1
    assert order_of(project)[0] == tasks[2].pk
    client.force_login(manager.user)
    address = f"/projects/{project.slug}/data/bulk/?act=in-line&task={tasks[2].pk}"
    assert "Put tasks back in line" in client.get(address).content.decode()
    client.post(address, {"act": "in-line", "task": tasks[2].pk})
    assert Task.objects.get(pk=tasks[2].pk).rank == tasks[2].rank


def test_whoever_may_not_assign_may_not_reorder():
    project = make_project()
    with pytest.raises(Refusal):
        put_in_order(make_member(project, "manager"), Selection(None, {"nonsense": "1"}), first=True)


def test_people_with_a_skill_who_are_past_them_get_them_next():
    project = make_project(skills_needed=["law"])
    tasks = make_tasks(project, 30, lane=Lane.BASE, skill="law")
    ben = make_member(project, "annotator", skills=["law"])
    by_rank = sorted(tasks, key=lambda task: task.rank)
    Task.objects.filter(pk=by_rank[4].pk).update(open_slots=0)  # somebody else has it
    for _ in range(8):
        with transaction.atomic():
            held = claim_next_task(ben)
        submit(held, ben)
    Task.objects.filter(pk=by_rank[4].pk).update(open_slots=1)
    for wanted in (by_rank[20], by_rank[4]):
        put_in_order(make_member(project, "manager"), chosen(wanted), first=True)
        ben.refresh_from_db()
        with transaction.atomic():
            held = claim_next_task(ben)
        assert held.id == wanted.pk
        submit(held, ben)
    with transaction.atomic():
        assert claim_next_task(ben).id == by_rank[9].pk, "Then it goes on where it was, or from the beginning."


def submit(task, member):
    task_assignments = Task.objects.get(pk=task.id).assignments.filter(user=member.user)
    task_assignments.update(status=AssignmentStatus.SUBMITTED)
