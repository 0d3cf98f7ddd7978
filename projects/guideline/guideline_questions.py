"""What people ask about the guideline, and what they are answered. An answer may become part of a version."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.models import GuidelineQuestion, Membership, Task

MAX_CHARACTERS = 5000


def ask_question(
    member: Membership, *, text: str, key: uuid.UUID, task_id: int | None = None
) -> tuple[GuidelineQuestion, bool]:
    """Ask something that the guideline leaves open; the second value tells whether it is new.

    The same ``key`` again asks nothing twice. The task must be one that the person may see, else 404.
    """
    if task_id is not None and not _visible_tasks(member).filter(pk=task_id).exists():
        raise Http404
    values = {"project_id": member.project_id, "author": member.user, "task_id": task_id, "text": _clean(text, "text")}
    try:
        with transaction.atomic():
            return GuidelineQuestion.objects.create(key=key, **values), True
    except IntegrityError as error:
        known = GuidelineQuestion.objects.filter(key=key, author=member.user, project_id=member.project_id).first()
        if known is None:
            message = "Make a new UUID for every question."
            raise Conflict("This key has been used before.", errors=[{"path": "key", "message": message}]) from error
        return known, False


@transaction.atomic
def answer_question(member: Membership, question: GuidelineQuestion, text: str) -> GuidelineQuestion:
    """Answer a question, or answer it better; what was said before stays in the events."""
    answer = _clean(text, "answer")
    question = GuidelineQuestion.objects.select_for_update().get(pk=question.pk)
    before = question.answer
    if before == answer:
        return question
    question.answer, question.answered_by, question.answered_at = answer, member.user, timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    record_event(
        actor=member.user, verb="answered", object=question, before={"answer": before}, after={"answer": answer}
    )
    return question


def open_question(member: Membership, question_id: int) -> GuidelineQuestion:
    """A question that the member may see; else 404."""
    question = questions_for(member).filter(pk=question_id).first()
    if question is None:
        raise Http404
    return question


def questions_for(member: Membership) -> QuerySet[GuidelineQuestion]:
    """Newest first: all of them for those who answer; for others their own and what has been answered."""
    questions = GuidelineQuestion.objects.filter(project_id=member.project_id).order_by("-pk")
    questions = questions.select_related("author", "answered_by", "task", "guideline")
    if member.may(Capability.EDIT_GUIDELINE):
        return questions
    return questions.filter(Q(author_id=member.user_id) | ~Q(answer=""))


def waiting_questions(project_id: int) -> QuerySet[GuidelineQuestion]:
    return GuidelineQuestion.objects.filter(project_id=project_id, answer="")


def answered_since(user: Any, project_ids: list[int], since: Any) -> dict[int, list[GuidelineQuestion]]:
    """A person's own questions that were answered since then, newest first, by project."""
    rows = GuidelineQuestion.objects.filter(author=user, project_id__in=project_ids, answered_at__gte=since)
    found: dict[int, list[GuidelineQuestion]] = {}
    for question in rows.order_by("-answered_at"):
        found.setdefault(question.project_id, []).append(question)
    return found


def _visible_tasks(member: Membership) -> QuerySet[Task]:
    return Task.objects.visible_to(member.user).filter(project_id=member.project_id)


def _clean(text: Any, path: str) -> str:
    if not isinstance(text, str) or "\x00" in text or len(text) > MAX_CHARACTERS:
        message = f"Send text of at most {MAX_CHARACTERS:,} characters."
        raise Refusal("It cannot be kept.", errors=[{"path": path, "message": message}])
    if not text.strip():
        raise Refusal("It is empty.", errors=[{"path": path, "message": "Write something."}])
    return text.strip()
