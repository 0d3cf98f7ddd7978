"""What members have in hand: leases on their screens, tasks assigned or returned to them; and when they last worked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from projects.models import Assignment, AssignmentStatus, Membership
from projects.panels import AgreementWithOthers, DayOfWork, last_work, work_history

MAX_SHOWN = 50


@dataclass(frozen=True)
class Load:
    """``held`` are leases, ``assigned`` wait for the person alone (given by a manager, or returned by a reviewer).

    ``late`` of the assigned ones are beyond their due date.
    """

    held: int = 0
    assigned: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        return self.held + self.assigned


@dataclass(frozen=True)
class MemberWorkNow:
    """A member's work in one view; ``days`` and ``agreement`` as in ``panels.WorkHistory``."""

    held: int
    assigned: int
    last_at: datetime | None
    days: list[DayOfWork]
    agreement: list[AgreementWithOthers]


def load_of(project_id: int, user_ids: list[int]) -> dict[int, Load]:
    """What each of these people has in hand, in four queries however many they are."""
    counts = {
        status: Assignment.objects.count_by_user(project_id, user_ids, status)
        for status in (AssignmentStatus.WORKING, AssignmentStatus.ASSIGNED, AssignmentStatus.RETURNED)
    }
    late = Assignment.objects.filter(due_at__lt=timezone.now())
    n_late = late.count_by_user(project_id, user_ids, AssignmentStatus.ASSIGNED)
    return {
        user_id: Load(
            counts[AssignmentStatus.WORKING].get(user_id, 0),
            counts[AssignmentStatus.ASSIGNED].get(user_id, 0) + counts[AssignmentStatus.RETURNED].get(user_id, 0),
            n_late.get(user_id, 0),
        )
        for user_id in user_ids
    }


def work_of(member: Membership, other: Membership) -> MemberWorkNow:
    """What another member of the same project has in hand and has done."""
    load = load_of(member.project_id, [other.user_id])[other.user_id]
    history = work_history(member, other.user)
    last_at = last_work(member.project_id, [other.user_id]).get(other.user_id)
    return MemberWorkNow(load.held, load.assigned, last_at, history.days, history.agreement)


def tasks_in_hand(member: Membership, other: Membership) -> list[Any]:
    """The assignments that another member has in hand, at most ``MAX_SHOWN`` of each kind, what is due first first."""
    mine = Assignment.objects.filter(user_id=other.user_id, project_id=member.project_id).select_related("task")
    kinds = (AssignmentStatus.RETURNED, AssignmentStatus.ASSIGNED, AssignmentStatus.WORKING)
    return [row for kind in kinds for row in mine.filter(status=kind).order_by("due_at", "id")[:MAX_SHOWN]]
