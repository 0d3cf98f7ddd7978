"""The Pre-labels page: from which confidence on answers are shown, chosen already, or accepted without people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.acceptance.facts import prelabel_facts
from models_app.acceptance.policies import change_policy, policy_of
from models_app.acceptance.withdrawing import request_withdrawal
from models_app.access import open_acceptance_run
from models_app.following import FEWEST_TO_JUDGE, following
from models_app.rounds.learnable import learnable_questions
from models_app.views.prelabel_forms import AcceptForm, OptionsForm, ShowForm, has_own_thresholds
from projects.access import open_project
from projects.models import Membership
from projects.navigation import tasks_url
from projects.schema.questions.question import Question
from projects.views.project_page import render_project_page


@require_safe
@login_required
def prelabels(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    names = [question.name for question in learnable_questions(member.project)]
    if not names:
        return _page(request, member, {"facts": None})
    facts = prelabel_facts(member, _question(member, request.GET.get("question", names[0])))
    policy = facts.policy
    context = {
        "facts": facts,
        "following": following(member.project, facts.question) if member.may(Capability.MANAGE_MEMBERS) else None,
        "fewest": FEWEST_TO_JUDGE,
        "form": AcceptForm(
            initial={"target_percent": policy.target_percent, "audit_percent": policy.audit_percent}, auto_id="id_%s"
        ),
        "show_form": ShowForm(
            initial={"show_from": _percent(policy.show_from), "preselect_from": _percent(policy.preselect_from)}
        ),
        "options_form": OptionsForm(facts.question, policy.options) if has_own_thresholds(facts.question) else None,
        "questions": [(name, name == facts.question.name) for name in names],
        "may_change": member.may(Capability.TRAIN_MODELS),
        "accepted_url": tasks_url(member, lane="accepted"),
        "audit_url": tasks_url(member, lane="audit"),
        "holdout_url": tasks_url(member, lane="holdout"),
    }
    return _page(request, member, context)


@require_POST
@login_required
def accept_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Turn auto-accept on or off, or change what it promises."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    question = _question(member, request.POST.get("question", ""))
    changes: dict[str, Any] = {"accepts": request.POST.get("act") != "off"}
    form = AcceptForm(request.POST)
    if changes["accepts"]:
        if not form.is_valid():
            messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
            return redirect(_address(slug, question))
        changes |= form.cleaned_data
    try:
        change_policy(member, question.name, changes)
    except Refusal as refusal:
        messages.error(request, " ".join(error["message"] for error in refusal.errors) or refusal.detail)
    else:
        words = (
            "Auto-accept is on. Sure answers are accepted from now on." if changes["accepts"] else "Auto-accept is off."
        )
        messages.success(request, words)
    return redirect(_address(slug, question))


@require_POST
@login_required
def show_change(request: HttpRequest, slug: str) -> HttpResponse:
    """From when on suggestions are shown, and chosen already."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    question = _question(member, request.POST.get("question", ""))
    form = ShowForm(request.POST)
    if form.is_valid():
        shares = {name: None if value is None else value / 100 for name, value in form.cleaned_data.items()}
        change_policy(member, question.name, shares)
        messages.success(request, "From the next task on, suggestions are shown so.")
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect(_address(slug, question))


@require_POST
@login_required
def options_change(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds for single options instead."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    question = _question(member, request.POST.get("question", ""))
    if not has_own_thresholds(question):
        raise Http404
    form = OptionsForm(question, policy_of(member.project, question.name).options, request.POST)
    if form.is_valid():
        change_policy(member, question.name, {"options": form.options})
        messages.success(request, "Single options have these thresholds of their own now.")
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect(f"{_address(slug, question)}#options")


@require_POST
@login_required
def run_withdraw(request: HttpRequest, slug: str, acceptance_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    try:
        request_withdrawal(member, open_acceptance_run(member, acceptance_id))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "The tasks of this run go back to people, and auto-accept is off.")
    return redirect(f"{reverse('models_app:prelabels', args=[slug])}#runs")


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


def _page(request: HttpRequest, member: Membership, context: dict[str, Any]) -> HttpResponse:
    return render_project_page(request, member, "models_app/prelabels.html", context, tab="models", title="Auto-accept")


def _question(member: Membership, name: str) -> Question:
    if name not in {question.name for question in learnable_questions(member.project)}:
        raise Http404
    return member.project.schema.questions_by_name[name]


def _address(slug: str, question: Question) -> str:
    return f"{reverse('models_app:prelabels', args=[slug])}?question={question.name}"
