"""Bring every task of a project in line with its overlap, in slices."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from labelplatform.jobs.running import JobRun
from labelplatform.registry import Registry
from projects.models import Fills, Project, Task
from projects.queueing.lanes import BEHIND
from projects.queueing.staging import restage_tasks, task_facts

_BATCH = 1000

# (project_id: int, task_ids: list[int]) -> number of tasks changed; what else follows from a task's stage.
# Called with the tasks locked, in the transaction that has put them into their stage.
restaging_follow_ups = Registry("follow-up of restaging")


def restage_and_follow_up(project_id: int, task_ids: Iterable[int]) -> int:
    """Put tasks into the stage that is right by now and let what depends on it follow, all or nothing."""
    ids = list(task_ids)
    if not ids:
        return 0
    with transaction.atomic():
        changed = restage_tasks(ids)
        followed = [follow_up(project_id, ids) for follow_up in restaging_follow_ups.objects()]
    return max([changed, *followed])


def restage_project(run: JobRun) -> None:
    """Job kind: recompute stage, open slots and order of all tasks of the project, a thousand at a time."""
    project_id = int(run.params["project_id"])
    fills = Project.objects.values_list("fills", flat=True).get(pk=project_id)
    tasks = Task.objects.filter(project_id=project_id)
    if run.job.total is None:
        run.advance(total=tasks.count())
    while not run.time_is_up():
        last = run.cursor.get("last_id", 0)
        ids = list(tasks.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH])
        with transaction.atomic():
            changed = run.cursor.get("changed", 0) + (restage_and_follow_up(project_id, ids) if ids else 0)
            _reorder(ids, fills)
            if len(ids) < _BATCH:
                run.finish(done=run.job.done + len(ids), message=f"{changed:,} tasks changed.")
                return
            run.advance(cursor={"last_id": ids[-1], "changed": changed}, done=run.job.done + len(ids))


def _reorder(task_ids: list[int], fills: str) -> None:
    """Put begun tasks behind the others where the project wants breadth, else back to their old place."""
    tasks = Task.objects.filter(pk__in=task_ids)
    if fills == Fills.DEPTH:
        for task_id, rank in tasks.filter(rank__gte=BEHIND).values_list("pk", "rank"):
            Task.objects.filter(pk=task_id).update(rank=rank % BEHIND)
        return
    begun = [pk for pk, facts in task_facts(tasks).items() if facts.held + facts.submitted]
    tasks.filter(pk__in=begun, open_slots__gt=0, rank__lt=BEHIND).update(rank=F("rank") + BEHIND)
