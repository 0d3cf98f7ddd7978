"""The quiz as people take it: what it is about, the tasks one after the other, and what came of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.models import QuizAttempt
from annotations.quiz.quiz_attempts import asked_tasks, attempt_as_json, start_attempt
from annotations.quiz.quizzes import quiz_in_force, standing_of
from annotations.work.own_keys import own_keys
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.browsing.data_page import Mark
from projects.guideline.guideline_links import guideline_html
from projects.guideline.guidelines import current_guideline
from projects.models import Membership
from projects.navigation import project_home
from projects.schema import Field, Question, Schema
from projects.views.project_page import render_project_page


@never_cache
@require_safe
@login_required
def quiz(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is to do: the open attempt, else the result of the last one and the way to the next."""
    member = open_project(request.user, slug, Capability.ANNOTATE)
    in_force = quiz_in_force(member.project)
    if in_force is None:
        return render_project_page(request, member, "annotations/quiz.html", {"quiz": None}, tab="label", title="Quiz")
    standing = standing_of(in_force, member)
    if standing.open_attempt is not None and asked_tasks(standing.open_attempt):
        return _running(request, member, standing.open_attempt)
    latest = standing.finished[0] if standing.finished else None
    context = {
        "quiz": in_force,
        "standing": standing,
        "is_held": not member.may(Capability.CURATE_TASKS) and member.pk is not None,
        "latest": latest,
        "result": _result(member, latest) if latest else [],
        "reveals": standing.reveals,
    }
    return render_project_page(request, member, "annotations/quiz.html", context, tab="label", title="Quiz")


@require_POST
@login_required
def quiz_start(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.ANNOTATE)
    try:
        start_attempt(member)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    except Http404:
        messages.info(request, "There is no quiz any more.")
    return redirect("annotations:quiz", slug)


def _running(request: HttpRequest, member: Membership, attempt: QuizAttempt) -> HttpResponse:
    project = member.project
    guideline = current_guideline(project.pk)
    questions = project.schema.questions
    told = attempt_as_json(attempt, member)
    context: dict[str, Any] = {
        "project": project,
        "project_home": project_home(member),
        "page_title": "Quiz",
        "question_title": questions[0].title if len(questions) == 1 else "",
        "guideline": guideline,
        "guideline_html": guideline_html(member, guideline.text).html if guideline else "",
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "workbench_config": {
            "user": {"id": member.user_id, "name": member.user.display_name},
            "project": {"slug": project.slug},
            "schema": project.schema.definition(),
            "guideline": {"number": guideline.number if guideline else 0},
            "keys": own_keys(member),
            "care": {"is_sensitive": project.is_sensitive, "break_after_minutes": None},
            "attempt": {"id": attempt.pk, "tasks": [_asked(task) for task in told["tasks"]]},
            "urls": {"api": "/api/v1/", "page": request.path},
        },
    }
    return render(request, "annotations/quiz_running.html", context)


def _asked(task: dict[str, Any]) -> dict[str, Any]:
    return {name: task[name] for name in ("id", "data", "answers")}


def _result(member: Membership, attempt: QuizAttempt) -> list[dict[str, Any]]:
    """Every task of a finished attempt in words, the wrong ones first."""
    schema = member.project.schema
    shown = [
        {
            "fields": [(one.title, _readable(one, task["data"])) for one in schema.fields if one.name in task["data"]],
            "is_right": task["is_right"],
            "explanation": task["explanation"],
            "lines": [_line(schema, question, task) for question in schema.questions],
        }
        for task in attempt_as_json(attempt, member)["tasks"]
    ]
    return sorted(shown, key=lambda task: task["is_right"])


def _readable(field: Field, data: dict[str, Any]) -> str:
    return field.text(data[field.name]) or field.search_text(data[field.name])


def _line(schema: Schema, question: Question, task: dict[str, Any]) -> dict[str, Any]:
    right_answers = task["right_answers"] or {}
    given, known = task["answers"].get(question.name), right_answers.get(question.name)
    said, right = schema.opinion(task["answers"]).get(question.name), schema.opinion(right_answers).get(question.name)
    names = schema.names(question, task["data"])
    is_told = known is not None and (given is None or question.distance(right, said) > 0)
    return {
        "title": question.title,
        "given": None if given is None else _mark(question, given, names),
        "right": _mark(question, known, names) if is_told else None,
    }


def _mark(question: Question, value: Any, names: Mapping[str, str]) -> Mark:
    colours = {option.value: option.colour for option in getattr(question, "options", ())}
    return Mark(question.summarize(value, names), colour=colours.get(value, 0) if isinstance(value, str) else 0)
