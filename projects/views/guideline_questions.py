"""Ask about the guideline, and answer."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_links import guideline_html
from projects.guideline.guideline_questions import answer_question, ask_question, open_question
from projects.models import GuidelineQuestion, Membership
from projects.navigation import tab_url


def shown_questions(member: Membership, questions: Iterable[GuidelineQuestion]) -> list[dict[str, Any]]:
    """Each question as this member sees it: its author and task only where they may know them."""
    answers, data_url = member.may(Capability.EDIT_GUIDELINE), tab_url(member, "data")
    return [
        {
            "question": question,
            "is_own": question.author_id == member.user_id,
            "author": question.author.display_name if answers else "",
            "answer": guideline_html(member, question.answer).html if question.answer else "",
            "task_url": f"{data_url}{question.task_id}/" if question.task_id and data_url else "",
        }
        for question in questions
    ]


@require_POST
@login_required
def guideline_ask(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.ANNOTATE)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        ask_question(member, text=request.POST.get("text", ""), key=key)
    except (Refusal, ValueError) as refusal:
        messages.error(request, getattr(refusal, "detail", "The page was too old; ask once more."))
    else:
        messages.success(request, "Your question is with the managers; you find the answer here and on My work.")
    return _back(slug)


@require_POST
@login_required
def guideline_answer(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
    question = open_question(member, question_id)
    try:
        answer_question(member, question, request.POST.get("answer", ""))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return _back(slug, f"question-{question.pk}")


def _back(slug: str, anchor: str = "questions") -> HttpResponse:
    return redirect(f"{reverse('projects:guideline', args=[slug])}#{anchor}")
