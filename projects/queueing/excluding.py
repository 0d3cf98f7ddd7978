"""Take tasks out of a project and bring them back. What was said about them stays."""

from collections.abc import Iterable

from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.refusals import Refusal
from projects.models import Assignment, AssignmentStatus, Membership, Stage, Task
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.task_locks import lock_tasks

MAX_TASKS = 200
MAX_REASON = 200


@transaction.atomic
def exclude_tasks(member: Membership, task_ids: Iterable[int], *, reason: str = "") -> list[Task]:
    """Take tasks out: nobody gets them, leases are given back, final labels are withdrawn. Returns those that changed.

    Answers that are on their way are still kept and count once the task is brought back. Ids of other projects, and
    of tasks that are out already, are passed over.
    """
    reason = _checked_reason(reason)
    tasks = [task for task in _lock(member, task_ids) if task.stage != Stage.EXCLUDED]
    ids = [task.pk for task in tasks]
    Assignment.objects.filter(task_id__in=ids).leased().update(status=AssignmentStatus.EXPIRED)
    Task.objects.filter(pk__in=ids).update(stage=Stage.EXCLUDED, open_slots=0, review_level=0)
    restage_and_follow_up(member.project_id, ids)
    for task in tasks:  # one each, for each task tells its own story and can be brought back by itself
        after = {"stage": Stage.EXCLUDED.value, **({"reason": reason} if reason else {})}
        record_event(actor=member.user, verb="removed", object=task, before={"stage": task.stage}, after=after)
    return tasks


@transaction.atomic
def restore_tasks(member: Membership, task_ids: Iterable[int]) -> list[Task]:
    """Bring tasks back to where their answers put them; final labels come back with them. Returns what changed."""
    tasks = [task for task in _lock(member, task_ids) if task.stage == Stage.EXCLUDED]
    ids = [task.pk for task in tasks]
    Task.objects.filter(pk__in=ids).update(stage=Stage.ANNOTATE, open_slots=0)
    restage_and_follow_up(member.project_id, ids)
    stages = dict(Task.objects.filter(pk__in=ids).values_list("pk", "stage"))
    for task in tasks:
        before, after = {"stage": Stage.EXCLUDED.value}, {"stage": stages[task.pk]}
        record_event(actor=member.user, verb="brought back", object=task, before=before, after=after)
    return tasks


def _lock(member: Membership, task_ids: Iterable[int]) -> list[Task]:
    ids = sorted(set(task_ids))
    if len(ids) > MAX_TASKS:
        message = f"Send at most {MAX_TASKS} tasks at a time."
        raise Refusal(message, errors=[{"path": "tasks", "message": message}])
    ours = Task.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", flat=True)
    return list(lock_tasks(ours).values())


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MAX_REASON or "\x00" in reason:
        message = f"Say it in at most {MAX_REASON} characters."
        raise Refusal(message, errors=[{"path": "reason", "message": message}])
    return reason
