"""Talk about a task: threads of comments, flags that ask a manager to look, and people called by name."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from annotations.models import Comment, CommentKind
from annotations.notices import tell_about_comment
from annotations.talk.mentions import mentioned_people
from labelplatform.events.models import record_event
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_task
from projects.models import Membership, Task

MAX_CHARACTERS = 5000
MAX_QUOTE = 2000


def add_comment(
    member: Membership, task: Task, *, key: uuid.UUID, kind: Any, text: Any, parent: Any = None, place: Any = None
) -> tuple[Comment, bool]:
    """Say something about a task; the second value tells whether it is new, for the same key adds nothing twice.

    ``parent`` is the comment that it answers. ``place`` is ``{"field", "start", "end", "text"}``, the words that it is
    about; offsets count code points, in a dialogue those of its turns joined by line feeds, and the text must stand
    there.
    Those who are called by ``@name``, those it answers and, for a flag, the managers are notified after commit.
    """
    words = _checked_text(kind, text)
    with transaction.atomic():
        comment, is_new = Comment.objects.get_or_create(
            key=key,
            defaults={
                "task": task,
                "project_id": task.project_id,
                "author_id": member.user_id,
                "kind": kind,
                "text": words,
                "parent": _checked_parent(task, parent, kind),
                "place": _checked_place(member, task, place),
                "mentions": [user.pk for user in mentioned_people(task, words)],
            },
        )
        if comment.author_id != member.user_id or comment.task_id != task.pk:
            raise Refusal("This key has been used before.", errors=[{"path": "key", "message": "Make a new UUID."}])
        if is_new:
            tell_about_comment(member, task, comment)
    return comment, is_new


def open_comment(user: Any, comment_id: int) -> tuple[Comment, Membership]:
    """A comment on a task the user may see; else 404."""
    comment = Comment.objects.select_related("author").filter(pk=comment_id).first()
    if comment is None:
        raise Http404
    _, member = open_task(user, comment.task_id)
    return comment, member


def may_settle(member: Membership, comment: Comment) -> bool:
    """A thread is resolved and reopened by who began it, and by those who browse the project's data."""
    return comment.author_id == member.user_id or member.may(Capability.VIEW_DATA)


def resolve_comment(member: Membership, comment: Comment) -> Comment:
    """Mark a thread as settled; the first to do so stays on record. Raises ``Refusal`` for a reply."""
    return _settle(member, comment, is_resolved=True)


def reopen_comment(member: Membership, comment: Comment) -> Comment:
    """Take back that a thread is settled."""
    return _settle(member, comment, is_resolved=False)


@transaction.atomic
def _settle(member: Membership, comment: Comment, *, is_resolved: bool) -> Comment:
    if comment.parent_id is not None:
        raise Refusal("A reply is settled with its thread: resolve or reopen the comment that it answers.")
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if (locked.resolved_at is not None) != is_resolved:
        at, user = (timezone.now(), member.user) if is_resolved else (None, None)
        Comment.objects.filter(pk=comment.pk).update(resolved_at=at, resolved_by=user)
        verb = "resolved" if is_resolved else "reopened"
        record_event(actor=member.user, verb=verb, object=locked, name=locked.text or locked.kind)
    comment.refresh_from_db(fields=["resolved_at", "resolved_by"])
    return comment


def threads(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Comments, as ``comment_as_json`` makes them, as threads: each with its ``replies``, in the order of time."""
    roots: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["parent_id"] is None:
            roots[row["id"]] = {**row, "replies": []}
        elif row["parent_id"] in roots:
            roots[row["parent_id"]]["replies"].append(row)
    return list(roots.values())


def comment_as_json(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "key": str(comment.key),
        "kind": comment.kind,
        "text": comment.text,
        "author": comment.author.display_name,
        "author_id": comment.author_id,
        "parent_id": comment.parent_id,
        "place": comment.place,
        "mentions": comment.mentions,
        "created_at": comment.created_at,
        "resolved_at": comment.resolved_at,
    }


def _checked_text(kind: Any, text: Any) -> str:
    if kind not in CommentKind.values:
        raise Refusal("That is no kind of comment.", errors=[{"path": "kind", "message": "Send comment or flag."}])
    if not isinstance(text, str) or len(text) > MAX_CHARACTERS or "\x00" in text:
        message = f"Send text of at most {MAX_CHARACTERS:,} characters."
        raise Refusal("The comment cannot be kept.", errors=[{"path": "text", "message": message}])
    if kind == CommentKind.COMMENT and not text.strip():
        raise Refusal("The comment is empty.", errors=[{"path": "text", "message": "Write something."}])
    return text.strip()


def _checked_parent(task: Task, parent: Any, kind: Any) -> Comment | None:
    """The comment that is answered: on the same task, and itself no reply."""
    if parent is None:
        return None
    if kind == CommentKind.FLAG:
        raise _wrong("parent", "A flag begins a thread; it cannot be a reply.")
    if type(parent) is not int or not 0 < parent < 2**63:
        raise _wrong("parent", "Send the number of the comment that this answers.")
    comment = Comment.objects.filter(pk=parent, task=task).first()
    if comment is None:
        raise _wrong("parent", "There is no such comment on this task.")
    if comment.parent_id is not None:
        raise _wrong("parent", "This is a reply itself; answer the comment that began the thread.")
    return comment


def quotable_text(member: Membership, task: Task, name: Any) -> str | None:
    """The text of a field that the member sees, as places count it: of a dialogue its turns, joined by line feeds."""
    schema = member.project.schema
    data = schema.visible(task.content.data, to_reviewers=member.may(Capability.VIEW_DATA))
    return next((one.text(data[name]) for one in schema.fields if one.name == name and name in data), None)


def _checked_place(member: Membership, task: Task, place: Any) -> dict[str, Any] | None:
    if place is None:
        return None
    if not isinstance(place, dict) or place.keys() != {"field", "start", "end", "text"}:
        raise _wrong("place", "Send an object with field, start, end and text.")
    start, end = place["start"], place["end"]
    shown = quotable_text(member, task, place["field"])
    if shown is None:
        raise _wrong("place.field", "The task shows no text under this name.")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(shown):
        raise _wrong("place.start", f"Send 0 ≤ start < end ≤ {len(shown)}, counted in code points.")
    if end - start > MAX_QUOTE:
        raise _wrong("place.end", f"A quote has at most {MAX_QUOTE:,} characters.")
    if place["text"] != shown[start:end]:
        raise _wrong("place.text", "This is not what stands there; the text may have changed. Mark it again.")
    return place


def _wrong(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])
