"""The manager's page of the quiz: what it asks, who has passed, and another chance for somebody."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from annotations.quiz.quiz_forms import QuizForm
from annotations.quiz.quizzes import (
    gold_tasks,
    grant_attempt,
    qualify,
    quiz_in_force,
    set_up_quiz,
    standings,
    switch_off_quiz,
)
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_member, open_project
from projects.forms.refused import show_refusal
from projects.models import Membership
from projects.navigation import tasks_url
from projects.views.project_page import render_project_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quiz_setup(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
    if request.method == "POST" and request.POST.get("act") == "off":
        return _switch_off(request, member)
    quiz = quiz_in_force(member.project)
    gold = gold_tasks(member.project)
    form = QuizForm(request.POST if request.method == "POST" else None, quiz=quiz, gold=gold)
    if form.is_bound and form.is_valid():
        try:
            made = set_up_quiz(member, guideline=_version(request), **form.settings())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"The quiz on version {made.guideline.number} is in force.")
            return redirect("annotations:quiz-setup", slug)
    context: dict[str, Any] = {
        "quiz": quiz,
        "form": form,
        "n_gold": len(gold),
        "gold_url": tasks_url(member, lane="gold"),
        "done_url": tasks_url(member, stage="done"),
        "people": standings(quiz) if quiz else [],
        "may_change_people": member.may(Capability.MANAGE_MEMBERS),
    }
    status = 422 if form.errors else 200
    return render_project_page(
        request, member, "annotations/quiz_setup.html", context, tab="guideline", title="Quiz", status=status
    )


@require_POST
@login_required
def quiz_member(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """Give a person another attempt, or take them as qualified: what the pressed button says."""
    member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
    other = open_member(member, member_id)
    name = other.user.display_name
    try:
        if request.POST.get("act") == "qualify":
            qualify(member, other)
            messages.success(request, f"{name} counts as having passed.")
        else:
            grant_attempt(member, other)
            messages.success(request, f"{name} has another attempt.")
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("annotations:quiz-setup", slug)


def _switch_off(request: HttpRequest, member: Membership) -> HttpResponse:
    try:
        switch_off_quiz(member)
    except Http404:  # somebody was quicker
        messages.info(request, "No quiz was in force.")
    else:
        messages.success(request, "The quiz is switched off: people get tasks without it.")
    return redirect("annotations:quiz-setup", member.project.slug)


def _version(request: HttpRequest) -> int | None:
    """The version that the pressed button names; None leaves the quiz where it is."""
    text = request.POST.get("guideline", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
