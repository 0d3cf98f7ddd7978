"""Take assigned tasks back: what is not begun gives its slot to the queue again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from labelplatform.bulk_rows import one_of
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Conflict
from projects.access import open_assignment, open_member
from projects.browsing.bulk_acts import AT_ONCE, Selection, Tally, carry_out, do_now
from projects.models import Assignment, AssignmentStatus, Membership, Project, Purpose, Task
from projects.queueing.releasing import NOT_ASSIGNED
from projects.queueing.staging import restage_locked


@dataclass(frozen=True)
class TakeBack:
    """Return assigned tasks to the queue: everybody's, or only ``user_id``'s."""

    user_id: int | None = None

    job_kind: ClassVar[str] = "take_back_tasks"
    verb: ClassVar[str] = "took back"

    def as_json(self) -> dict[str, Any]:
        return {"user_id": self.user_id}

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        rows = Assignment.objects.filter(
            one_of("task_id", [task.pk for task in tasks]), purpose=Purpose.ANNOTATE, round=1
        )
        rows = rows.filter(user_id=self.user_id) if self.user_id is not None else rows
        by_task: dict[int, set[str]] = defaultdict(set)
        assigned = []
        locked = rows.select_for_update().order_by("pk")  # nobody begins one meanwhile
        for pk, task_id, status in locked.values_list("pk", "task_id", "status"):
            by_task[task_id].add(status)
            if status == AssignmentStatus.ASSIGNED:
                assigned.append(pk)
        for task in tasks:
            if AssignmentStatus.ASSIGNED in by_task[task.pk]:
                tally.change([task])
            else:
                tally.skip("begun" if AssignmentStatus.WORKING in by_task[task.pk] else "not_assigned")
        take_from_hands(assigned)
        restage_locked(tasks)

    def finish(self, project: Project, tally: Tally) -> None:
        pass

    def check(self, tally: Tally) -> None:
        pass


def take_back_tasks(member: Membership, selection: Selection, *, of: int | None = None) -> Tally | Job:
    """Return what is assigned, and not begun, to the queue; ``of`` names one member whose tasks alone are meant."""
    return carry_out(member, TakeBack(None if of is None else open_member(member, of).user_id), selection)


def take_back_assignment(member: Membership, assignment_id: int) -> None:
    """Return one assigned task to the queue."""
    assignment = open_assignment(member, assignment_id)
    act = TakeBack(assignment.user_id)
    tally = carry_out(member, act, Selection((assignment.task_id,)))
    if isinstance(tally, Tally) and not tally.changed:
        raise Conflict("This task is no longer waiting for its person: it was begun, answered or taken back.")


def return_all_assigned(other: Membership, *, actor: Any) -> None:
    """Everything that waits for somebody who leaves, or may not label any more, goes back to the queue."""
    waiting = Assignment.objects.filter(
        user_id=other.user_id, project_id=other.project_id, status=AssignmentStatus.ASSIGNED, purpose=Purpose.ANNOTATE
    )
    ids = sorted(waiting.values_list("task_id", flat=True)[: AT_ONCE + 1])
    if not ids:
        return
    if len(ids) <= AT_ONCE:
        do_now(other.project, TakeBack(other.user_id), ids, actor=actor)
        return
    enqueue_job(
        TakeBack.job_kind,
        project_id=other.project_id,
        params={
            "selection": Selection(None, {"assigned": str(other.user_id)}).as_json(),
            "act": TakeBack(other.user_id).as_json(),
        },
        requested_by=actor,
        exclusive_key=f"bulk:{other.project_id}",
    )


def read_take_back(project: Project, act: Mapping[str, Any], asked_by: Any) -> TakeBack:
    return TakeBack(act["user_id"])


def take_from_hands(assignment_ids: list[int]) -> None:
    """Only what is still assigned: who began one at this very moment keeps it."""
    rows = Assignment.objects.filter(one_of("pk", assignment_ids), status=AssignmentStatus.ASSIGNED)
    rows.update(status=AssignmentStatus.EXPIRED, **NOT_ASSIGNED)
