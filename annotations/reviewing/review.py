"""A reviewer's decision about a task: accept, fix, or return to its authors.

The task's row is locked first and settled in the same transaction, as by every operation of the workbench.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from annotations.conclusions.concluding import say_in_current_words
from annotations.conclusions.settling import settle_from, submitted_answers
from annotations.models import Annotation, Review, ReviewDecision
from annotations.notices import tell_about_return
from annotations.reviewing.review_policy import disagreements, merged_answers
from annotations.reviewing.review_queue import LIVE
from annotations.schema_change.outdated_answers import OutdatedFix, fix_in_current_words, older_version
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.access import open_project_by_id
from projects.models import Assignment, AssignmentSource, AssignmentStatus, Membership, Project, Purpose, Stage, Task
from projects.queueing.task_locks import lock_task
from projects.schema import SchemaProblems

_LONGEST_SECONDS = 86_400.0
# A return stands in the audit log, too: it asks somebody to work again.
RETURNED = "returned"
_LONGEST_REASON = 80
_LONGEST_COMMENT = 5000
DECISIONS = (ReviewDecision.ACCEPT, ReviewDecision.FIX, ReviewDecision.RETURN)


@dataclass(frozen=True)
class Decision:
    """What a reviewer sends. ``judged`` is the annotations they saw, with their versions; ``schema_number`` the schema
    version that was on screen, 0 for the one in force."""

    key: uuid.UUID
    decision: str
    answers: dict[str, Any] = field(default_factory=dict)
    judged: dict[int, int] = field(default_factory=dict)
    returned_to: tuple[int, ...] = ()
    reason: str = ""
    comment: str = ""
    place: dict[str, Any] | None = None
    active_seconds: float = 0.0
    schema_number: int = 0


@transaction.atomic
def decide_review(user: Any, task_id: int, decision: Decision) -> tuple[Review, bool, Membership]:
    """Record a decision; returns the review, whether it is new, and the reviewer's membership.

    The same ``key`` again changes nothing. Raises ``Conflict`` where somebody else decided meanwhile or the answers are
    newer than those judged, and ``Refusal`` for what does not fit; nothing is changed then.
    """
    task, member = lock_task(user, task_id)
    open_project_by_id(user, task.project_id, Capability.REVIEW)
    repeated = Review.objects.filter(key=decision.key).first()
    if repeated is not None:
        if (repeated.task_id, repeated.reviewer_id) != (task.pk, user.pk):
            raise Conflict("This key has been used for another review: make a new one.")
        return repeated, False, member
    rows = list(Assignment.objects.filter(task=task, round__gte=1).order_by("pk"))
    mine = _own_review(rows, user.pk, task)
    annotations = submitted_answers(task)
    say_in_current_words(member.project, annotations)
    _refuse_stale(annotations, decision)
    answers = _decided_answers(member, task, annotations, decision)
    review = Review(
        task=task,
        project_id=task.project_id,
        reviewer=user,
        key=decision.key,
        level=task.review_level,
        decision=decision.decision,
        answers=answers,
        judged={str(row.pk): row.version for row in annotations},
        reason=_checked_reason(member.project, decision),
        comment=decision.comment[:_LONGEST_COMMENT],
        place=decision.place,
        active_seconds=min(max(decision.active_seconds, 0.0), _LONGEST_SECONDS),
        schema_version=member.project.current_schema_version,
    )
    now = timezone.now()
    if decision.decision == ReviewDecision.RETURN:
        review.returned_to = _return_to_authors(rows, annotations, decision)
        review.is_current = False
        mine.status, mine.source = AssignmentStatus.ASSIGNED, AssignmentSource.QUEUE
        why = {"reason": review.reason, "comment": review.comment}
        record_event(actor=user, verb=RETURNED, object=task, after={name: said for name, said in why.items() if said})
    else:
        mine.status = AssignmentStatus.SUBMITTED
        mine.finished_at = now
    mine.lease_expires_at = None
    mine.save(update_fields=["status", "source", "finished_at", "lease_expires_at"])
    review.save()
    if review.returned_to:
        tell_about_return(review, task, member.project)
    settle_from(member.project, task, rows)
    return review, True, member


@transaction.atomic
def keep_outdated_fix(user: Any, task_id: int, decision: Decision, conflict: OutdatedFix) -> None:
    """Keep a fix of what was asked before beside the task, as a review that decides nothing; call it after the refusing
    transaction ended."""
    task, member = lock_task(user, task_id)
    Review.objects.get_or_create(
        key=uuid.uuid5(decision.key, "outdated"),
        defaults={
            "task": task,
            "project_id": task.project_id,
            "reviewer": user,
            "level": task.review_level,
            "decision": ReviewDecision.CONFLICT,
            "answers": decision.answers,
            "comment": decision.comment[:_LONGEST_COMMENT],
            "place": decision.place,
            "is_current": False,
            "schema_version_id": conflict.version_id,
        },
    )


def _own_review(rows: Sequence[Assignment], user_id: int, task: Task) -> Assignment:
    """The reviewer's hold on the task at the level it waits for."""
    own = [row for row in rows if row.purpose == Purpose.REVIEW and row.user_id == user_id]
    if not own:
        raise Http404
    mine = next((row for row in own if row.round == task.review_level), None)
    if task.stage != Stage.REVIEW or mine is None or mine.status == AssignmentStatus.SUBMITTED:
        raise Conflict(
            "This task no longer waits for your review: somebody has decided, or its answers were taken back."
        )
    others = [row for row in rows if row.purpose == Purpose.REVIEW and row.user_id != user_id and row.status in LIVE]
    if mine.status not in LIVE and others:
        raise Conflict("Your time with this task was over and another reviewer has it now. Nothing was changed.")
    return mine


def _refuse_stale(annotations: Sequence[Annotation], decision: Decision) -> None:
    if decision.judged and decision.judged != {row.pk: row.version for row in annotations}:
        raise Conflict("The answers have changed since you saw them. Look at them again; nothing was decided.")


def _decided_answers(
    member: Membership, task: Task, annotations: Sequence[Annotation], decision: Decision
) -> dict[str, Any]:
    """The answers that hold from now on, validated; none for what goes back."""
    if decision.decision == ReviewDecision.RETURN:
        return {}
    schema = member.project.schema
    merged = merged_answers(schema, [row.answers for row in annotations])
    if decision.decision == ReviewDecision.ACCEPT:
        differing = disagreements(schema, [row.answers for row in annotations])
        if differing:
            titles = ", ".join(schema.questions_by_name[name].title or name for name in differing)
            raise Refusal(
                f"People answered differently: choose what holds for {titles}.",
                errors=[{"path": f"answers.{name}", "message": "Choose an answer."} for name in differing],
            )
        return merged
    older = older_version(member.project, decision.schema_number)
    if older is not None:
        return fix_in_current_words(member.project, decision.answers, merged, older, task.content.data)
    try:
        return schema.validate_answers(schema.with_answers(merged, decision.answers), task.content.data)
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what is asked.", errors=error.as_errors()) from error


def _checked_reason(project: Project, decision: Decision) -> str:
    reason = decision.reason.strip()[:_LONGEST_REASON]
    if decision.decision not in DECISIONS:
        known = ", ".join(DECISIONS)
        raise Refusal(
            f"A review decides one of: {known}.", errors=[{"path": "decision", "message": f"Send one of: {known}."}]
        )
    if decision.decision == ReviewDecision.RETURN and not (reason or decision.comment.strip()):
        raise Refusal(
            "Say why it goes back: a reason, a comment, or both.",
            errors=[{"path": "reason", "message": "Choose a reason."}],
        )
    if reason and reason not in project.review_reasons:
        known = ", ".join(project.review_reasons)
        raise Refusal(
            f"“{reason}” is none of this project's reasons.",
            errors=[{"path": "reason", "message": f"Choose one of: {known}."}],
        )
    return reason


def _return_to_authors(rows: Sequence[Assignment], annotations: Sequence[Annotation], decision: Decision) -> list[int]:
    """Give the answers back to those named (without names: to all); returns their ids."""
    authors = [row.author_id for row in annotations]
    wanted = list(decision.returned_to) or authors
    strangers = set(wanted) - set(authors)
    if strangers:
        raise Refusal(
            "It can only go back to people who answered it.",
            errors=[{"path": "returned_to", "message": "Name authors of these answers."}],
        )
    for row in rows:
        if row.purpose == Purpose.ANNOTATE and row.round == 1 and row.user_id in wanted:
            row.status, row.lease_expires_at = AssignmentStatus.RETURNED, None
            row.save(update_fields=["status", "lease_expires_at"])
    return wanted


def review_as_json(review: Review) -> dict[str, Any]:
    """A review as the API and a task's story show it."""
    return {
        "id": review.pk,
        "task_id": review.task_id,
        "level": review.level,
        "decision": review.decision,
        "answers": review.answers,
        "reason": review.reason,
        "comment": review.comment,
        "place": review.place,
        "returned_to": review.returned_to,
        "reviewer": review.reviewer.display_name,
        "is_current": review.is_current,
        "created_at": review.created_at,
    }
