"""Put tasks where what happened to them says they are: stage, open slots and level of review, from first principles."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from labelplatform.bulk_rows import one_of
from projects.models import Assignment, AssignmentStatus, Lane, Purpose, Stage, Task
from projects.queueing.stages import NextStage, TaskFacts, next_stage, overlap_of
from projects.queueing.task_locks import lock_tasks


def task_facts(tasks: Iterable[Task]) -> dict[int, TaskFacts]:
    """What has happened to tasks, from their assignments; one query."""
    known = {task.pk: task for task in tasks}
    annotating = Q(purpose=Purpose.ANNOTATE, round=1)
    rows = (
        Assignment.objects.filter(one_of("task_id", list(known)))
        .order_by()
        .values("task_id")
        .annotate(
            assigned=Count("pk", filter=annotating & Q(status=AssignmentStatus.ASSIGNED)),
            leased=Count("pk", filter=annotating & Q(status=AssignmentStatus.WORKING)),
            submitted=Count("pk", filter=annotating & Q(status=AssignmentStatus.SUBMITTED)),
            returned=Count("pk", filter=annotating & Q(status=AssignmentStatus.RETURNED)),
            reviewed=Count("round", filter=Q(purpose=Purpose.REVIEW, status=AssignmentStatus.SUBMITTED), distinct=True),
        )
    )
    counts: dict[int, dict[str, Any]] = {row["task_id"]: {**row} for row in rows}
    for row in counts.values():
        del row["task_id"]
    return {
        pk: TaskFacts(
            **counts.get(pk, {}),
            review_levels=task.review_levels,
            gold=task.lane == Lane.GOLD,
            accepted=task.lane == Lane.ACCEPTED,
            excluded=task.stage == Stage.EXCLUDED,
        )
        for pk, task in known.items()
    }


def staging_differences(tasks: Iterable[Task]) -> list[tuple[Task, NextStage]]:
    """Those of the tasks (with their project) whose stage or open slots are not what was done with them says."""
    tasks = list(tasks)
    facts = task_facts(tasks)
    right = [(task, next_stage(facts[task.pk], overlap_of(task, task.project))) for task in tasks]
    return [(task, outcome) for task, outcome in right if staging_of(task) != outcome]


def staging_of(task: Task) -> NextStage:
    """What a task's row says about where it is."""
    return NextStage(task.stage, task.open_slots, task.review_level)


def set_staging(task: Task, outcome: NextStage) -> None:
    task.stage, task.open_slots, task.review_level = outcome.stage, outcome.open_slots, outcome.level


def restage_locked(tasks: Iterable[Task]) -> int:
    """Recompute stage and open slots of locked tasks from first principles; returns how many changed."""
    changed: dict[NextStage, list[int]] = defaultdict(list)
    for task, right in staging_differences(tasks):
        set_staging(task, right)
        changed[right].append(task.pk)
    for right, ids in changed.items():
        Task.objects.filter(one_of("pk", ids)).update(
            stage=right.stage, open_slots=right.open_slots, review_level=right.level
        )
    return sum(map(len, changed.values()))


@transaction.atomic
def restage_tasks(task_ids: Iterable[int]) -> int:
    """Bring stage and open slots of tasks in line with what happened to them and their overlap."""
    return restage_locked(lock_tasks(task_ids).values())
