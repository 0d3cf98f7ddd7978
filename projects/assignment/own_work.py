"""What waits for a person in each of their projects."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, Subquery
from django.utils import timezone

from labelplatform.roles import Capability, roles_with
from labelplatform.week import day_start, week_start
from projects.guideline.guideline_questions import answered_since
from projects.guideline.guidelines import unread_versions
from projects.models import (
    Assignment,
    AssignmentStatus,
    Guideline,
    GuidelineQuestion,
    Membership,
    ProjectState,
    Purpose,
    Task,
)
from projects.panels import OwnWork, own_work
from projects.queueing.holds import quiz_hold
from projects.queueing.skills import skills_open_to

COUNT_CAP = 10_000
# Answers to a person's questions on the guideline stay on "My work" for so long.
ANSWERS_SHOWN = timedelta(days=14)
SKIPPED, RETURNED = AssignmentStatus.SKIPPED, AssignmentStatus.RETURNED


class _CountOf(Subquery):
    """How many rows a subquery has. The subquery may be cut off, so that counting a million rows costs no more."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Assigned:
    """What managers gave to the person and they have not begun: how many, until when, and how many are late."""

    count: int = 0
    late: int = 0
    first_due: datetime | None = None


@dataclass(frozen=True)
class ProjectWork:
    """One card of "My work"; ``waiting`` stops counting at ``COUNT_CAP`` + 1.

    ``unread`` are guideline versions that the person has not read, ``answered`` their own questions on the guideline.
    """

    member: Membership
    waiting: int
    skipped: int
    returned: int
    work: OwnWork
    assigned: Assigned = Assigned()
    unread: list[Guideline] = field(default_factory=list)
    answered: list[GuidelineQuestion] = field(default_factory=list)

    @property
    def is_capped(self) -> bool:
        return self.waiting > COUNT_CAP

    @property
    def state(self) -> str:
        """Why there is nothing to continue with, or "ready"."""
        project = self.member.project
        if project.state != ProjectState.ACTIVE:
            return project.state
        if self.needs_quiz and not (self.returned or self.work.drafts):
            return "quiz"
        is_waited_for = self.waiting or self.assigned.count or self.returned or self.work.drafts
        return "ready" if is_waited_for else "nothing"

    @property
    def needs_quiz(self) -> bool:
        """Whether no new task comes before a quiz is passed."""
        return quiz_hold(self.member) is not None

    @property
    def order(self) -> tuple[bool, bool, bool, datetime]:
        """Those with work first, of them what came back, then what is due first."""
        due = self.assigned.first_due
        return (
            self.state not in {"ready", "quiz"},
            not self.returned,
            due is None,
            due or datetime.max.replace(tzinfo=UTC),
        )


def work_by_project(user: Any) -> list[ProjectWork]:
    """One entry for each project that the person labels in, in four queries; those with work come first, of them
    what is due first. Projects whose tasks need skills that the person has take one query more each."""
    had = Assignment.objects.filter(task=OuterRef("pk"), user=user).exclude(status=AssignmentStatus.EXPIRED)
    open_tasks = Task.objects.filter(open_slots__gt=0).exclude(Exists(had)).order_by()
    free = open_tasks.filter(project=OuterRef("project"), skill="")
    members = list(
        Membership.objects.filter(user=user, suspended=False, role__in=roles_with(Capability.ANNOTATE))
        .exclude(project__state=ProjectState.ARCHIVED)
        .select_related("project__schema_version")
        .annotate(waiting=_CountOf(free.values("pk")[: COUNT_CAP + 1]))
        .order_by("project__name")
    )
    ids = [member.project_id for member in members]
    done = own_work(user, ids, week_start(), day_start())
    aside = Assignment.objects.filter(
        user=user, project_id__in=ids, purpose=Purpose.ANNOTATE, status__in=[SKIPPED, RETURNED]
    )
    counts = aside.order_by().values_list("project_id", "status").annotate(count=Count("id"))
    set_aside = {(project_id, status): count for project_id, status, count in counts}
    assigned = _assigned(user, ids)
    unread = unread_versions(members)
    answered = answered_since(user, ids, timezone.now() - ANSWERS_SHOWN)
    entries = [
        ProjectWork(
            member=member,
            waiting=member.waiting + _waiting_for_skills(member, open_tasks),
            skipped=set_aside.get((member.project_id, SKIPPED), 0),
            returned=set_aside.get((member.project_id, RETURNED), 0),
            work=done.get(member.project_id, OwnWork()),
            assigned=assigned.get(member.project_id, Assigned()),
            unread=unread.get(member.project_id, []),
            answered=answered.get(member.project_id, []),
        )
        for member in members
    ]
    return sorted(entries, key=lambda entry: entry.order)


def _assigned(user: Any, project_ids: list[int]) -> dict[int, Assigned]:
    rows = Assignment.objects.waiting().filter(user=user, project_id__in=project_ids, purpose=Purpose.ANNOTATE)
    late = Count("id", filter=Q(due_at__lt=timezone.now()))
    counted = rows.order_by().values("project_id").annotate(count=Count("id"), late=late, first_due=Min("due_at"))
    return {row.pop("project_id"): Assigned(**row) for row in counted}


def _waiting_for_skills(member: Membership, open_tasks: Any) -> int:
    skills = skills_open_to(member, member.project.skills_needed)
    if not skills:
        return 0
    own = open_tasks.filter(project_id=member.project_id, skill__in=skills)
    return len(own.values_list("pk")[: COUNT_CAP + 1])
