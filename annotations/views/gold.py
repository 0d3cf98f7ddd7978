"""Set, change or take away a task's known answers, with the questions' own widgets."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from annotations.conclusions.concluding import known_answers
from annotations.gold import MAX_EXPLANATION, explanations, make_gold, proposed_answers, unmake_gold
from annotations.work.own_keys import own_keys
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_task
from projects.models import Lane
from projects.shown_data import shown_data
from projects.views.project_page import render_project_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task_gold(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    task, member = open_task(request.user, task_id, Capability.CURATE_TASKS, slug=slug)
    problem: Refusal | None = None
    answers = known_answers([task]).get(task_id) or proposed_answers(task)
    explanation = explanations([task_id]).get(task_id, "")
    if request.method == "POST":
        answers, explanation = _read_answers(request), request.POST.get("explanation", "")
        try:
            if request.POST.get("act") == "remove":
                unmake_gold(member, task_id)
                messages.success(request, "This is an ordinary task again.")
            else:
                make_gold(member, task_id, answers, explanation)
                messages.success(request, "The known answer is set: this is a gold task.")
            return redirect("annotations:task-story", slug, task_id)
        except Refusal as refusal:
            problem = refusal
    context = {
        "task": task,
        "explanation": explanation,
        "max_explanation": MAX_EXPLANATION,
        "is_gold": task.lane == Lane.GOLD,
        "is_proposed": task.lane != Lane.GOLD and bool(answers) and request.method != "POST",
        "problem": problem,
        "answers_text": json.dumps(answers),
        "gold_config": {
            "schema": member.project.schema.definition(),
            "task": {"id": task.pk, "data": shown_data(member, task.content.data, task_id=task.pk)},
            "answers": answers,
            "keys": own_keys(member),
        },
    }
    status = problem.status_code if problem else 200
    title = f"Known answer of {task.external_id}"
    return render_project_page(
        request, member, "annotations/task_gold.html", context, tab="data", title=title, status=status
    )


def _read_answers(request: HttpRequest) -> dict[str, Any]:
    """What the page's script put into the form; nothing usable is no answers."""
    try:
        answers = json.loads(request.POST.get("answers") or "{}")
    except (ValueError, RecursionError):
        return {}
    return answers if isinstance(answers, dict) else {}
