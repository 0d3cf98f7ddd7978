"""What this app's events are about (projects/history/event_objects.py)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from annotations.models import Annotation, Comment
from labelplatform.roles import Capability
from projects.history.event_objects import EventObject, task_urls
from projects.models import Membership


def _on_their_task(model: Any, member: Membership, ids: Sequence[int], mark: str) -> Mapping[int, str]:
    """Answers and comments stand on the page of their task."""
    pairs = dict(model.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", "task_id"))
    urls = task_urls(member, list(pairs.values()))
    return {pk: urls[task_id] + mark for pk, task_id in pairs.items() if task_id in urls}


def _annotation_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    return _on_their_task(Annotation, member, ids, "")


def _comment_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    return _on_their_task(Comment, member, ids, "#comments")


def _quiz_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.EDIT_GUIDELINE):
        return {}
    return dict.fromkeys(ids, reverse("annotations:quiz-setup", args=[member.project.slug]))


ANNOTATION = EventObject("answer", _annotation_urls)
COMMENT = EventObject("comment", _comment_urls)
QUIZ = EventObject("quiz", _quiz_urls)
