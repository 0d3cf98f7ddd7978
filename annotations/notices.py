"""Whom comments, flags, and what reviewers send back or are asked for, are told to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from annotations.models import Comment, CommentKind, Review
from labelplatform.notifications.notifying import notify
from labelplatform.roles import Capability, Role, roles_with
from projects.models import Membership, Project, Task
from projects.navigation import page_url

_EXCERPT = 160


def tell_about_comment(member: Membership, task: Task, comment: Comment) -> None:
    """Everybody hears of it once: called by name, answered, or as a manager of a flagged task; the author never."""
    project, author = member.project, member.user.display_name
    where = f"{task.external_id} in {project.name}"
    said = f": “{_excerpt(comment.text)}”" if comment.text else "."
    told = {member.user_id}
    audiences = [
        ("mention", comment.mentions, f"{author} mentioned you on {where}{said}"),
        ("reply", _talked_before(comment), f"{author} replied on {where}{said}"),
        ("flag", _managers(comment), f"{author} flagged {where}{said}"),
    ]
    path = f"{reverse('annotations:task-talk', args=[project.slug, task.pk])}#comment-{comment.pk}"
    for kind, people, text in audiences:
        ids = [pk for pk in people if pk not in told]
        told.update(ids)
        notify(ids, kind=kind, text=text, path=path, project_id=project.pk, object=task)


def _talked_before(comment: Comment) -> list[int]:
    """Who began the thread, and who replied before."""
    if comment.parent is None:
        return []
    replies = comment.parent.replies.exclude(pk=comment.pk).order_by("id")
    return [comment.parent.author_id, *replies.values_list("author_id", flat=True)]


def _managers(comment: Comment) -> list[int]:
    if comment.kind != CommentKind.FLAG:
        return []
    members = Membership.objects.filter(project_id=comment.project_id).active()
    return list(members.filter(role__in=roles_with(Capability.CURATE_TASKS)).values_list("user_id", flat=True))


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def tell_about_return(review: Review, task: Task, project: Project) -> None:
    """Whose answer a reviewer sends back hears of it, and why."""
    why = " – ".join(filter(None, (review.reason, _excerpt(review.comment))))
    text = f"Your answer to {task.external_id} in {project.name} came back from review: {why}"
    authors = [pk for pk in review.returned_to if pk != review.reviewer_id]
    notify(authors, kind="returned", text=text, path=page_url(project, "label"), project_id=project.pk, object=task)


def tell_about_requests(project: Project, count: int, *, asked_by: Any, reason: str) -> None:
    """Whoever may review any task of the project hears how many were sent to review at once, but who sent them."""
    members = Membership.objects.filter(project=project, role__in=roles_with(Capability.REVIEW)).active()
    if project.reviewers_see_assigned_only:
        members = members.exclude(role=Role.REVIEWER)
    reviewers = members.exclude(user=asked_by).values_list("user_id", flat=True)
    who = asked_by.display_name if asked_by else "Somebody"
    text = f"{who} sent {_tasks(count)} in {project.name} to review: “{_excerpt(reason)}”"
    _ask_for_review(reviewers, text, project)


def tell_about_assigned_reviews(
    member: Membership, reviewer: Membership, count: int, *, due_at: datetime | None
) -> None:
    """The reviewer hears how many they are asked to review, unless they gave them to themselves."""
    if reviewer.user_id == member.user_id:
        return
    project = member.project
    until = f", due {due_at:%-d %b %Y}" if due_at else ""
    text = f"{member.user.display_name} asks you to review {_tasks(count)} in {project.name}{until}."
    _ask_for_review([reviewer.user_id], text, project)


def _ask_for_review(users: Iterable[int], text: str, project: Project) -> None:
    path = page_url(project, "review")
    notify(users, kind="review_requested", text=text, path=path, project_id=project.pk, object=project)


def _tasks(count: int) -> str:
    return "a task" if count == 1 else f"{count:,} tasks"
