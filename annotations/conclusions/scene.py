"""A locked task with all that decides about it: who has it, how far it is, and what else the person has in hand."""

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404

from annotations.conclusions.settling import settle_task
from annotations.models import Annotation
from annotations.work.suggestions import suggester_for
from labelplatform.refusals import Conflict
from labelplatform.roles import Capability
from projects.access import open_project_by_id
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Task
from projects.queueing.queue import ClaimedTask, Lease, claim_next_task
from projects.queueing.task_locks import lock_task


@dataclass
class Scene:
    """A locked task with all that decides about it, and what else the person has in hand, read in three queries."""

    task: Task
    member: Membership
    assignments: list[Assignment] = field(default_factory=list)
    reviews: list[Assignment] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    returned: list[Lease] = field(default_factory=list)
    has_assigned: bool = False

    @property
    def mine(self) -> Assignment | None:
        return next((row for row in self.assignments if row.user_id == self.member.user_id), None)


# The person's other rows once for each status: SQLite uses a partial index only for its very condition. The last part
# tells whether a manager has given the person tasks; one is enough, for they may be thousands.
_ASSIGNMENTS = """
    SELECT id, task_id, user_id, purpose, round, status, started_at, lease_expires_at, suggestions, source, due_at
      FROM projects_assignment
     WHERE task_id = %s
        OR (user_id = %s AND project_id = %s AND status = 'working')
        OR (user_id = %s AND project_id = %s AND status = 'returned')
    UNION ALL
    SELECT * FROM (
        SELECT id, task_id, user_id, purpose, round, status, started_at, lease_expires_at, suggestions, source, due_at
          FROM projects_assignment
         WHERE user_id = %s AND project_id = %s AND status = 'assigned' AND purpose = 'annotate' AND task_id <> %s
         LIMIT 1) waiting
     ORDER BY id
"""


def set_scene(user: Any, task_id: int) -> Scene:
    """Lock the task and read who has it; 404 unless the user holds it, answered it, or may browse the project."""
    task, member = lock_task(user, task_id)
    scene = Scene(task, member)
    own = [user.pk, task.project_id]
    for row in Assignment.objects.raw(_ASSIGNMENTS, [task_id, *own, *own, *own, task_id]):
        if row.purpose == Purpose.REVIEW:
            if row.task_id == task_id:
                scene.reviews.append(row)
            continue
        if row.task_id == task_id:
            scene.assignments.append(row)
        elif row.status == AssignmentStatus.ASSIGNED:
            scene.has_assigned = True
        elif row.user_id == user.pk:
            (scene.leases if row.status == AssignmentStatus.WORKING else scene.returned).append(Lease.of(row))
    if scene.mine is None and not member.may(Capability.VIEW_DATA):
        raise Http404
    if not member.may(Capability.ANNOTATE):
        open_project_by_id(user, task.project_id, Capability.ANNOTATE)
    return scene


def next_after(scene: Scene) -> ClaimedTask | None:
    """Lease the person's next task, after what was done to this one."""
    return claim_next_task(
        scene.member,
        leases=scene.leases,
        returned=scene.returned,
        has_assigned=scene.has_assigned,
        suggest=suggester_for(scene.member.project),
    )


def refuse_if_reviewed(scene: Scene) -> None:
    """Finished work is locked: what a reviewer has decided, only a recorded reopening opens again."""
    mine = scene.mine
    if mine is not None and mine.status == AssignmentStatus.RETURNED:
        return
    if any(row.status == AssignmentStatus.SUBMITTED for row in scene.reviews):
        raise Conflict("A reviewer has decided about this task, so its answers are locked. A manager can reopen it.")


def settle_scene(scene: Scene, newest: Annotation | None = None) -> None:
    """Bring the task's stage, open slots and final labels in line with its assignments and answers."""
    settle_task(scene.member.project, scene.task, scene.assignments, scene.reviews, newest)
