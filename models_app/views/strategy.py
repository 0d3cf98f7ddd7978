"""The Strategy page: what is asked next and why, whether it pays, and choosing another way."""

import math
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.rounds.learnable import learnable_questions
from models_app.selection.explanations import strategy_words
from models_app.strategy.strategy_choosing import choose_strategy
from models_app.strategy.strategy_facts import strategy_choices, strategy_facts
from projects.access import open_project
from projects.navigation import tab_url, tasks_url
from projects.views.project_page import render_project_page


@require_safe
@login_required
def strategy_page(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    names = [question.name for question in learnable_questions(member.project)]
    name = request.GET.get("question", names[0] if names else "")
    if name and name not in names:
        raise Http404
    facts = strategy_facts(member, name)
    context = {
        "facts": facts,
        "questions": [(one, one == name) for one in names],
        "is_learnable": bool(names),
        "advantage": _advantage(facts.advantage),
        "choices": strategy_choices(),
        "may_choose": member.may(Capability.CONFIGURE),
        "data_url": tasks_url(member, lane="selected"),
        "label_url": tab_url(member, "label"),
        "random_words": strategy_words("random"),
    }
    return render_project_page(
        request, member, "models_app/strategy.html", context, tab="models", title="What is asked next"
    )


@require_POST
@login_required
def strategy_choose(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.CONFIGURE)
    try:
        project = choose_strategy(member, request.POST.get("strategy", ""))
    except Refusal as refusal:
        messages.error(request, " ".join(error["message"] for error in refusal.errors) or refusal.detail)
    else:
        title = strategy_words(project.strategy).title.lower()
        messages.success(request, f"Tasks are now chosen “{title}”; the next batch is on its way.")
    return redirect("models_app:strategy", slug)


def _advantage(measured: dict[str, Any]) -> dict[str, Any] | None:
    """The comparison with what its picture needs: places in percent, zero in the middle."""
    if "value" not in measured:
        return None
    widest = max(abs(measured["low"]), abs(measured["high"]), 0.05)
    scale = math.ceil(widest * 20) / 20  # to the next five points

    def place(value: float) -> str:
        return f"{50 + 50 * value / scale:.1f}%"

    pays = "yes" if measured["low"] > 0 else "no" if measured["high"] < 0 else "unclear"
    points = {name: f"{100 * measured[name]:+.1f}".replace("-", "−") for name in ("value", "low", "high")}
    return {
        **measured,
        "pays": pays,
        "points": points,
        "scale": f"{100 * scale:.0f}",
        "x": {name: place(measured[name]) for name in ("value", "low", "high")},
        "strategies": [strategy_words(name).title.lower() for name in measured.get("strategies", [])],
    }
