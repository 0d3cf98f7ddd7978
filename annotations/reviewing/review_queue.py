"""Who reviews what next. A reviewer has a task by an assignment of the purpose "review" whose round is the level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotations.conclusions.concluding import say_in_current_words
from annotations.conclusions.settling import submitted_answers
from annotations.models import Annotation, Review
from annotations.reviewing.review_policy import answers_begun, disagreements
from labelplatform.upserts import upsert_row
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Stage, Task
from projects.queueing.task_locks import lock_task

# In a reviewer's hands, or meant for one.
LIVE = (AssignmentStatus.WORKING, AssignmentStatus.ASSIGNED)
_ASSIGNMENT_COLUMNS = (
    "task_id", "project_id", "user_id", "purpose", "round", "status", "source", "lease_expires_at", "started_at",
    "finished_at", "skip_reason", "suggestions",
)  # fmt: skip


@dataclass(frozen=True)
class ReviewWork:
    """A task in a reviewer's hands: the answers to judge, what they agree on, and what reviewers said before."""

    member: Membership
    task: Task
    level: int
    lease_expires_at: datetime
    annotations: list[Annotation]
    merged: dict[str, Any]
    differing: list[str]
    earlier: list[Review]


@transaction.atomic
def next_review(member: Membership, holding: Iterable[int] = ()) -> ReviewWork | None:
    """Lease the member's next task to review; None where there is none, see ``reason_for_no_review``.

    First what they have in hand (unless the caller lists it in ``holding``), then what is meant for them, then what
    waits longest, the highest level first. Nobody reviews a task that they answered.
    """
    held = set(holding)
    own = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, purpose=Purpose.REVIEW)
    for status in LIVE:
        rows = own.filter(status=status, task__stage=Stage.REVIEW)
        for task_id, level in rows.order_by("due_at", "id").values_list("task_id", "round")[:50]:
            if task_id not in held and (work := _take_up(member, task_id, level)) is not None:
                return work
    if member.sees_assigned_only:
        return None
    for level in range(member.review_level, 0, -1):
        while (first := _first_waiting(member, level, held)) is not None:
            if (work := _take_up(member, first, level)) is not None:
                return work
            held.add(first)
    return None


def _first_waiting(member: Membership, level: int, passed: set[int]) -> int | None:
    """The first task at this level that nobody else has, and that the member may review; locked."""
    return next(iter(_reviewable(member, level).exclude(pk__in=passed).values_list("pk", flat=True)[:1]), None)


def _reviewable(member: Membership, level: int, *, lock: bool = True) -> Any:
    others = Assignment.objects.filter(task=OuterRef("pk"), purpose=Purpose.REVIEW, status__in=LIVE)
    own = Annotation.objects.filter(task=OuterRef("pk"), author=member.user_id)
    tasks = Task.objects.filter(project_id=member.project_id, stage=Stage.REVIEW, review_level=level)
    if lock:
        tasks = tasks.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    return tasks.filter(~Exists(others), ~Exists(own)).order_by("pk")


def _take_up(member: Membership, task_id: int, level: int) -> ReviewWork | None:
    """Lease a task to its reviewer; None where it no longer waits for this review, or somebody else was quicker."""
    task, _ = lock_task(member.user, task_id)
    if task.stage != Stage.REVIEW or task.review_level != level:
        return None
    lease_expires_at = timezone.now() + timedelta(minutes=member.project.lease_minutes)
    row = Assignment(
        task_id=task_id,
        project_id=member.project_id,
        user_id=member.user_id,
        purpose=Purpose.REVIEW,
        round=level,
        status=AssignmentStatus.WORKING,
        lease_expires_at=lease_expires_at,
    )
    try:
        with transaction.atomic():
            upsert_row(row, _ASSIGNMENT_COLUMNS, unique=("task_id", "user_id", "purpose", "round"), keep=("source",))
    except IntegrityError:  # one reviewer at a time: another has it
        return None
    return _work(member, task, lease_expires_at)


def _work(member: Membership, task: Task, lease_expires_at: Any) -> ReviewWork:
    annotations = submitted_answers(task)
    say_in_current_words(member.project, annotations)
    answers = [row.answers for row in annotations]
    schema = member.project.schema
    return ReviewWork(
        member=member,
        task=task,
        level=task.review_level,
        lease_expires_at=lease_expires_at,
        annotations=annotations,
        merged=answers_begun(schema, answers),
        differing=disagreements(schema, answers),
        earlier=list(Review.objects.filter(task=task).select_related("reviewer").order_by("pk")),
    )


@transaction.atomic
def release_reviews(member: Membership, task_ids: Iterable[int]) -> int:
    """Give back tasks the member has in hand to review; returns how many."""
    own = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, purpose=Purpose.REVIEW)
    return int(own.leased().filter(task_id__in=list(task_ids)).update(status=AssignmentStatus.EXPIRED))


def waiting_reviews(member: Membership, limit: int) -> int:
    """How many tasks this member could review now, counted up to ``limit``."""
    own = Assignment.objects.filter(
        user_id=member.user_id, project_id=member.project_id, purpose=Purpose.REVIEW, status__in=LIVE
    )
    count = int(own.filter(task__stage=Stage.REVIEW)[:limit].count())
    if member.sees_assigned_only:
        return count
    for level in range(1, member.review_level + 1):
        if count < limit:
            count += int(_reviewable(member, level, lock=False)[: limit - count].count())
    return count


def reason_for_no_review(member: Membership) -> dict[str, Any]:
    """Why there is nothing to review for this member: ``code`` for programs, ``message`` for the person."""
    project = member.project
    waiting = Task.objects.filter(project=project, stage=Stage.REVIEW)
    if not waiting.exists():
        if not project.has_review_policy:
            return {
                "code": "no_policy",
                "message": "This project reviews nothing. An admin can change that in Settings.",
            }
        return {"code": "all_reviewed", "message": "Nothing waits for review. New answers come here by themselves."}
    if member.sees_assigned_only:
        return {"code": "nothing_assigned", "message": "Nothing is assigned to you now."}
    if not waiting.filter(review_level__lte=member.review_level).exists():
        return {"code": "higher_level", "message": "What waits is for the second level of review, which is not yours."}
    busy = Assignment.objects.filter(project=project, purpose=Purpose.REVIEW, status__in=LIVE)
    if busy.exclude(user_id=member.user_id).exists():
        return {"code": "held_by_others", "message": "Other reviewers have all that is left for you."}
    return {"code": "own_answers", "message": "All that waits has answers of your own: somebody else must review it."}
