"""How tasks come back from people's hands: given back, run out, skipped and wanted again."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When

from projects.models import Assignment, AssignmentSource, AssignmentStatus, Membership
from projects.queueing.places import begin_again
from projects.queueing.staging import restage_locked
from projects.queueing.task_locks import lock_tasks


@transaction.atomic
def release_leases(member: Membership, task_ids: Iterable[int]) -> int:
    """Give back tasks the member holds; they may get them again, and what was assigned to them stays so.

    Returns how many were given back.
    """
    mine = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, task_id__in=list(task_ids))
    return _expire(mine.leased())


@transaction.atomic
def release_expired_leases(*, project_id: int | None = None, limit: int = 500) -> int:
    """Take back leases that ran out, some hundred at a time. A late submit is still kept, as an extra opinion."""
    expired = Assignment.objects.expired().order_by("lease_expires_at")
    if project_id is not None:
        expired = expired.filter(project_id=project_id)
    return _expire(expired, limit=limit, skip_locked=True)


def _expire(assignments: Any, *, limit: int = 500, skip_locked: bool = False) -> int:
    pairs = list(assignments.values_list("pk", "task_id")[:limit])
    tasks = lock_tasks((task_id for _, task_id in pairs), skip_locked=skip_locked)
    # ask again under the tasks' locks: in between somebody may have submitted, released or renewed the lease
    ids = [pk for pk, task_id in pairs if task_id in tasks]
    released = (
        assignments.order_by()
        .filter(pk__in=ids)
        .update(
            status=Case(
                When(source=AssignmentSource.MANAGER, then=Value(AssignmentStatus.ASSIGNED.value)),
                default=Value(AssignmentStatus.EXPIRED.value),
            )
        )
    )
    restage_locked(tasks.values())
    return released


# An assignment that is no manager's any more.
NOT_ASSIGNED: dict[str, Any] = {
    "source": AssignmentSource.QUEUE,
    "due_at": None,
    "priority": 0,
    "assigned_by": None,
}


@transaction.atomic
def return_skipped_tasks(member: Membership) -> int:
    """Put the tasks a member skipped back into their queue; returns how many.

    One that had been assigned to them gave its slot back when they skipped it: now it comes, if it does, by the queue.
    """
    skipped = Assignment.objects.filter(
        user_id=member.user_id, project_id=member.project_id, status=AssignmentStatus.SKIPPED
    )
    returned = skipped.update(status=AssignmentStatus.EXPIRED, **NOT_ASSIGNED)
    if returned and member.pk:
        begin_again(Membership.objects.filter(pk=member.pk))
    return returned
