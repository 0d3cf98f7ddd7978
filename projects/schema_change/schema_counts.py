"""How much a schema change is about: counted at once where there are few tasks, by a job where there are many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import JobRun, enqueue_job
from labelplatform.registry import Registry
from projects.models import Membership, SchemaVersion, Task
from projects.schema import Schema
from projects.schema.mapping import read_mapping
from projects.schema_change.schema_plan import ChangePlan, Values

KIND = "count_what_changes"
AT_ONCE = 5_000
_BATCH = 2_000
# So long the same question gets the same answer.
_KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class Touched:
    """How many rows of one kind a change is about."""

    what: str
    count: int


# Each is a function (Schema in force, Values that a change is about, task ids) -> list[Touched] of those tasks.
touched_in_tasks = Registry("what a schema change touches in tasks")
# Each is a function (project_id) -> list[Touched], of the project as a whole.
touched_in_project = Registry("what a schema change touches in a project")


@dataclass(frozen=True)
class Preview:
    """``touched`` is None while the ``job`` counts."""

    touched: list[Touched] | None
    job: Job | None = None


def preview_plan(member: Membership, plan: ChangePlan) -> Preview:
    """What the plan is about, in numbers; the same call again finds the job that counts them, and what it found."""
    tasks = Task.objects.filter(project=member.project)
    ids = list(tasks.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(ids) <= AT_ONCE:
        counts = _count(plan.current, plan.values(), ids)
        return Preview(_all_touched(member.project_id, counts))
    job = _job_for(member, plan)
    if job.state == JobState.DONE:
        return Preview(_all_touched(member.project_id, job.result), job)
    return Preview(None, job)


def count_touched(run: JobRun) -> None:
    """Job kind: the tasks in the order of their ids, some thousands at a time. It writes nothing but its counts."""
    version = SchemaVersion.objects.get(pk=run.params["schema_version"], project=run.job.project_id)
    plan = ChangePlan(version.schema, read_mapping(run.params["operations"], version.schema))
    values = plan.values()
    tasks = Task.objects.filter(project=version.project_id)
    if run.job.total is None:
        run.advance(total=tasks.count())
    while not run.time_is_up():
        following = tasks.filter(pk__gt=run.cursor.get("last_id", 0)).order_by("pk")
        ids = list(following.values_list("pk", flat=True)[:_BATCH])
        counts = _count(plan.current, values, ids)
        for what, count in run.job.result.items():
            counts[what] += count
        done = run.job.done + len(ids)
        with transaction.atomic():
            if len(ids) < _BATCH:
                run.finish(result=counts, done=done, message="Counted.")
                return
            run.advance(result=counts, done=done, cursor={"last_id": ids[-1]})


def _count(schema: Schema, values: Values, task_ids: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for count in touched_in_tasks.objects():
        for one in count(schema, values, task_ids):
            counts[one.what] += one.count
    return counts


def _all_touched(project_id: int, counts: dict[str, int]) -> list[Touched]:
    touched = [Touched(what, count) for what, count in counts.items()]
    return [*touched, *(one for count in touched_in_project.objects() for one in count(project_id))]


def _job_for(member: Membership, plan: ChangePlan) -> Job:
    version = member.project.current_schema_version
    params: dict[str, Any] = {"schema_version": version.pk, "operations": plan.definitions}
    jobs = Job.objects.for_project(member.project_id).filter(kind=KIND, created_at__gt=timezone.now() - _KEPT)
    same = next((job for job in jobs[:20] if job.params == params), None)
    return same or enqueue_job(KIND, project_id=member.project_id, params=params, requested_by=member.user)
