"""Asking for reviews: open finished work again, and give what waits to a certain reviewer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.models import Annotation, AnnotationStatus, Review, ReviewDecision
from annotations.notices import tell_about_assigned_reviews, tell_about_requests
from labelplatform.bulk_rows import one_of
from labelplatform.events.models import Event, record_each, record_event
from labelplatform.jobs.models import Job
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.browsing.bulk_acts import Selection, Tally, carry_out
from projects.models import (
    Assignment,
    AssignmentSource,
    AssignmentStatus,
    Lane,
    Membership,
    Project,
    Purpose,
    Stage,
    Task,
)
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.task_locks import lock_tasks

MAX_REASON = 300


@dataclass(frozen=True)
class SendToReview:
    """Open finished work again. Each task keeps the act in its own story, so there is no event of the whole."""

    reason: str
    asked_by: Any = None

    job_kind: ClassVar[str] = "send_to_review"
    verb: ClassVar[str] = ""

    def as_json(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        count = _open_again(project, tasks, reason=self.reason, actor=self.asked_by)
        tally.changed += count
        tally.skip("unfinished", len(tasks) - count)

    def finish(self, project: Project, tally: Tally) -> None:
        if tally.changed:
            tell_about_requests(project, tally.changed, asked_by=self.asked_by, reason=self.reason)

    def check(self, tally: Tally) -> None:
        pass


def send_to_review(member: Membership, selection: Selection, *, reason: str) -> Tally | Job:
    """Have finished tasks reviewed (again); many by a job. Tasks that are not finished are passed over.

    Their final labels are withdrawn until then. Raises ``Refusal`` without a reason, which each task's story keeps.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON or "\x00" in reason:
        message = f"Say why, in at most {MAX_REASON} characters."
        raise Refusal(message, errors=[{"path": "reason", "message": message}])
    return carry_out(member, SendToReview(reason, member.user), selection)


def reopen_task(member: Membership, task: Task, *, reason: str) -> None:
    """Send one task to review. Raises ``Conflict`` where it is not finished."""
    tally = send_to_review(member, Selection((task.pk,)), reason=reason)
    if isinstance(tally, Tally) and not tally.changed:
        raise Conflict("Only a task that is done, with answers, and no gold task can be opened again.")


def read_send_to_review(project: Project, act: Mapping[str, Any], asked_by: Any) -> SendToReview:
    return SendToReview(act["reason"], asked_by)


@transaction.atomic
def request_review(member: Membership, task_ids: Iterable[int], *, reason: str) -> int:
    """What ``send_to_review`` does, now and without telling anybody; returns how many wait for review now."""
    tasks = [task for task in lock_tasks(task_ids).values() if task.project_id == member.project_id]
    return _open_again(member.project, tasks, reason=reason, actor=member.user)


def _open_again(project: Project, tasks: Sequence[Task], *, reason: str, actor: Any) -> int:
    """Let the reviews of locked tasks count no more: those that are finished wait for the first level then."""
    finished = [task for task in tasks if task.stage in {Stage.DONE, Stage.REVIEW}]
    finished = [task for task in finished if task.lane != Lane.GOLD]  # its answer is known
    submitted = Annotation.objects.filter(
        one_of("task_id", [task.pk for task in finished]), status=AnnotationStatus.SUBMITTED
    )
    answered = set(submitted.values_list("task_id", flat=True))
    reopened = [task for task in finished if task.pk in answered]
    ids = [task.pk for task in reopened]
    counted = _counted_reviews(ids)
    Review.objects.filter(one_of("task_id", ids), is_current=True).update(is_current=False)
    reviews = Assignment.objects.filter(one_of("task_id", ids), purpose=Purpose.REVIEW)
    reviews.exclude(status=AssignmentStatus.EXPIRED).update(status=AssignmentStatus.EXPIRED, lease_expires_at=None)
    Task.objects.filter(one_of("pk", ids)).update(review_levels=project.review_levels)
    restage_and_follow_up(project.pk, ids)
    stages = _stages(ids)
    record_each(
        actor=actor,
        verb="reopened",
        changes=[
            (
                task,
                {
                    "stage": task.stage,
                    **({"review_levels": task.review_levels} if task.review_levels else {}),
                    **({"reviews": counted[task.pk]} if task.pk in counted else {}),
                },
                {"stage": stages[task.pk], "reason": reason[:MAX_REASON]},
            )
            for task in reopened
        ],
    )
    return len(reopened)


def _counted_reviews(task_ids: list[int]) -> dict[int, list[int]]:
    """The reviews that count, by task."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = Review.objects.filter(one_of("task_id", task_ids), is_current=True).order_by("pk")
    for task_id, review_id in rows.values_list("task_id", "pk"):
        found[task_id].append(review_id)
    return found


def _stages(task_ids: list[int]) -> dict[int, str]:
    return dict(Task.objects.filter(one_of("pk", task_ids)).values_list("pk", "stage"))


@transaction.atomic
def withdraw_request(member: Membership, task_ids: Iterable[int], *, reason: str, since: datetime) -> int:
    """Take back that tasks were sent to review for a reason; returns how many wait for it no more.

    Reviews and final labels of before count again. Left alone is what somebody has reviewed since, or sent to review
    for another reason after that.
    """
    tasks = {pk: task for pk, task in lock_tasks(task_ids).items() if task.stage == Stage.REVIEW}
    rows = Event.objects.filter(one_of("object_id", list(tasks)), object_type="task", verb="reopened", at__gte=since)
    last = {event.object_id: event for event in rows.order_by("pk")}
    judged = _counted_reviews(list(tasks))
    ours = {
        pk: event
        for pk, event in last.items()
        if event.after["reason"] == reason[:MAX_REASON] and pk is not None and pk not in judged
    }
    if not ours:
        return 0
    ids = list(ours)
    begun = Assignment.objects.filter(one_of("task_id", ids), purpose=Purpose.REVIEW)
    begun.filter(status__in=(AssignmentStatus.ASSIGNED, AssignmentStatus.WORKING)).update(
        status=AssignmentStatus.EXPIRED, lease_expires_at=None
    )
    for pk, event in ours.items():
        _count_again(pk, event)
    restage_and_follow_up(member.project_id, ids)
    stages = _stages(ids)
    record_each(
        actor=member.user,
        verb="withdrew the review of",
        changes=[(tasks[pk], {"stage": tasks[pk].stage}, {"stage": stages[pk], "reason": reason}) for pk in ids],
    )
    return sum(stages[pk] != Stage.REVIEW for pk in ids)


def _count_again(task_id: int, event: Event) -> None:
    Task.objects.filter(pk=task_id).update(review_levels=event.before.get("review_levels", 0))
    for review in Review.objects.filter(pk__in=event.before.get("reviews", []), task=task_id):
        Review.objects.filter(pk=review.pk).update(is_current=True)
        if review.decision != ReviewDecision.RETURN:
            own = Assignment.objects.filter(task=task_id, user=review.reviewer_id, purpose=Purpose.REVIEW)
            own.filter(round=review.level).update(status=AssignmentStatus.SUBMITTED)


@transaction.atomic
def assign_reviews(
    member: Membership, task_ids: Iterable[int], reviewer: Membership, *, due_at: Any = None
) -> tuple[int, int]:
    """Give tasks that wait for review to one reviewer; returns how many were given and how many could not be.

    Left out are tasks that wait for no review, that the reviewer answered, or that another reviewer works on.
    """
    if reviewer.project_id != member.project_id or not reviewer.may(Capability.REVIEW):
        raise Refusal(f"{reviewer.user} cannot review here.", errors=[{"path": "to", "message": "Name a reviewer."}])
    if due_at is not None and due_at < timezone.now():
        raise Refusal("The due date is in the past.", errors=[{"path": "due_at", "message": "Choose a later time."}])
    wanted = set(task_ids)
    given = 0
    for task in lock_tasks(wanted).values():
        if task.project_id != member.project_id or task.stage != Stage.REVIEW:
            continue
        if task.review_level > reviewer.review_level:
            continue
        if Annotation.objects.filter(task=task, author=reviewer.user_id).exists():
            continue
        reviews = Assignment.objects.filter(task=task, purpose=Purpose.REVIEW)
        if reviews.filter(status=AssignmentStatus.WORKING).exists():
            continue
        reviews.filter(~Q(user=reviewer.user_id), status=AssignmentStatus.ASSIGNED).update(
            status=AssignmentStatus.EXPIRED
        )
        Assignment.objects.update_or_create(
            task=task,
            user_id=reviewer.user_id,
            purpose=Purpose.REVIEW,
            round=task.review_level,
            defaults={
                "project_id": task.project_id,
                "status": AssignmentStatus.ASSIGNED,
                "source": AssignmentSource.MANAGER,
                "due_at": due_at,
                "assigned_by": member.user,
                "lease_expires_at": None,
            },
        )
        given += 1
    if given:
        record_event(
            actor=member.user,
            verb="assigned reviews",
            object=reviewer,
            after={"tasks": given, "due_at": due_at.isoformat() if due_at else None},
        )
        tell_about_assigned_reviews(member, reviewer, given, due_at=due_at)
    return given, len(wanted) - given
