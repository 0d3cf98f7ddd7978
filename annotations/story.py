"""What people said about a task and what was concluded: annotations' part of a task's story."""

from typing import Any

from django.db.models import QuerySet

from annotations.conclusions.shown_labels import shown_labels
from annotations.models import Annotation, AnnotationRevision, Comment, Review
from annotations.reviewing.review import review_as_json
from annotations.said_elsewhere import said_elsewhere
from annotations.talk.comments import comment_as_json
from labelplatform.roles import Capability
from projects.history.task_story import MAX_ROWS
from projects.models import Membership, Task


def annotations_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """Everybody's answers with their former states; who may not browse the project's data sees their own."""
    rows = (
        task.annotations.select_related("author", "schema_version", "said_elsewhere")
        .prefetch_related("revisions")
        .order_by("id")
    )
    if not member.may(Capability.VIEW_DATA):
        rows = rows.filter(author_id=member.user_id)
    return [_annotation(row, member) for row in rows[:MAX_ROWS]]


def final_labels_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """What the project concludes about the task; not for those who may only annotate, and nothing they are measured
    by."""
    if not member.may(Capability.VIEW_DATA):
        return []
    rows = shown_labels(member).filter(task=task).order_by("question")
    return [
        {
            "question": row.question,
            "value": row.value,
            "method": row.method,
            "confidence": row.confidence,
            "derived_from": row.derived_from,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def reviews_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """What reviewers decided; who only annotates sees what was returned to them."""
    rows = Review.objects.filter(task=task).select_related("reviewer").order_by("id")
    reviews = [review_as_json(row) for row in rows[:MAX_ROWS]]
    if member.may(Capability.VIEW_DATA) or member.may(Capability.REVIEW):
        return reviews
    return [review for review in reviews if member.user_id in review["returned_to"]]


def comments_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    rows = Comment.objects.filter(task=task).select_related("author").order_by("id")
    return [comment_as_json(row) for row in rows[:MAX_ROWS]]


def annotations_in_story(task: Task) -> tuple[str, QuerySet[Any]]:
    return "annotation", Annotation.objects.filter(task=task).order_by().values("pk")


def comments_in_story(task: Task) -> tuple[str, QuerySet[Any]]:
    return "comment", Comment.objects.filter(task=task).order_by().values("pk")


def _annotation(row: Annotation, member: Membership) -> dict[str, Any]:
    by = said_elsewhere(row)
    return {
        "id": row.pk,
        "author": row.author.display_name,
        "said_elsewhere": by if not by or member.may(Capability.MANAGE_MEMBERS) else _SOMEBODY,
        "status": row.status,
        "version": row.version,
        "answers": row.answers,
        "active_seconds": row.active_seconds,
        "schema_number": row.schema_version.number,
        "guideline_number": row.guideline_number,
        "suggestions": row.suggestions,
        "submitted_at": row.submitted_at,
        "revisions": [_revision(revision) for revision in row.revisions.all()],
    }


# People's addresses are for those who manage people.
_SOMEBODY = "somebody who does not annotate here"


def _revision(row: AnnotationRevision) -> dict[str, Any]:
    return {"kind": row.kind, "version": row.version, "answers": row.answers, "at": row.at}
