"""One task's whole story, and what can be said about it there."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from annotations.models import Annotation, AnnotationStatus, Comment, CommentKind, FinalLabel
from annotations.reviewing.review_requests import MAX_REASON as MAX_WHY
from annotations.reviewing.review_requests import reopen_task
from annotations.shown_fields import shown_fields
from annotations.story_page import StoryTeller
from annotations.talk.comments import (
    MAX_CHARACTERS,
    add_comment,
    may_settle,
    quotable_text,
    reopen_comment,
    resolve_comment,
    threads,
)
from annotations.talk.mentions import text_with_mentions
from annotations.work.retracting import restore_annotation, retract_annotation, why_not_restore
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_task
from projects.browsing.data_filters import LANE_TITLES, STAGE_TITLES
from projects.browsing.data_query import read_data_query
from projects.forms.guideline import options_of
from projects.history.task_story import story_parts, tell_story
from projects.models import Membership, Stage, Task
from projects.panels import story_panels
from projects.queueing.excluding import MAX_REASON, exclude_tasks, restore_tasks
from projects.shown_data import shown_media
from projects.views.project_page import render_project_page


@require_safe
@login_required
def task_story(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    task, member = open_task(request.user, task_id, Capability.VIEW_DATA, slug=slug)
    story = tell_story(task, member)
    media = shown_media(member, task.content.data, task_id=task.pk)
    teller = StoryTeller(member.project.schema, story, media)
    query = read_data_query(member, request.GET)
    before, after = query.neighbours(task)
    address = query.address()
    context = {
        "task": task,
        "stage": STAGE_TITLES.get(task.stage, task.stage),
        "lane": LANE_TITLES.get(task.lane, ""),
        "fields": shown_fields(task, member),
        "metadata": task.content.metadata,
        "answers": teller.answers(_retractable(task, member)),
        "final_labels": teller.final_labels(),
        "predictions": teller.predictions(task),
        **talk_context(task, member, story["comments"], request.get_full_path()),
        "may_curate": member.may(Capability.CURATE_TASKS),
        "is_out": task.stage == Stage.EXCLUDED,
        "max_reason": MAX_REASON,
        "timeline": teller.timeline(),
        "import_run": task.import_run,
        "gold": teller.known_answers(),
        "example_questions": _example_questions(task, member),
        "list_base": reverse("annotations:task-list", args=[slug]),
        "list_url": f"{reverse('annotations:task-list', args=[slug])}{_query_string(address)}",
        "before_url": _story_url(slug, before, address),
        "after_url": _story_url(slug, after, address),
        "is_narrowed": bool(query.values),
        "here": request.get_full_path(),
        "holders": [row for row in story["assignments"] if row["status"] in {"assigned", "working", "returned"}],
        "may_assign": member.may(Capability.ASSIGN_TASKS),
        "may_reopen": member.may(Capability.MANAGE_WORK) and task.stage == Stage.DONE,
        "max_why": MAX_WHY,
        "panels": [panel for make in story_panels.objects() if (panel := make(member, task))],
    }
    title = f"Task {task.external_id}"
    return render_project_page(request, member, "annotations/task_story.html", context, tab="data", title=title)


@require_safe
@login_required
def task_talk(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    """What is said about a task, for those who may not browse the project's data; for the others, its story."""
    task, member = open_task(request.user, task_id, slug=slug)
    if member.may(Capability.VIEW_DATA):
        return redirect("annotations:task-story", slug, task_id)
    rows = story_parts.get("comments")(task, member)
    context = {
        "task": task,
        "fields": shown_fields(task, member),
        **talk_context(task, member, rows, request.get_full_path()),
    }
    title = f"Task {task.external_id}"
    return render_project_page(request, member, "annotations/task_talk.html", context, tab="label", title=title)


def talk_context(task: Task, member: Membership, rows: list[dict[str, Any]], here: str) -> dict[str, Any]:
    """What the threads of a task and their forms need."""
    for row in rows:
        place = row["place"]
        shown = quotable_text(member, task, place["field"]) if place else None
        row["is_stale"] = bool(place) and (shown or "")[place["start"] : place["end"]] != place["text"]
        row["pieces"] = text_with_mentions(row["text"])
        row["reply_key"] = uuid.uuid4()
        row["may_settle"] = row["author_id"] == member.user_id or member.may(Capability.VIEW_DATA)
    return {"threads": threads(rows), "comment_key": uuid.uuid4(), "max_comment": MAX_CHARACTERS, "here": here}


@require_POST
@login_required
def comment_add(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    task, member = open_task(request.user, task_id, slug=slug)
    parent = request.POST.get("parent", "")
    try:
        add_comment(
            member,
            task,
            key=uuid.UUID(request.POST.get("key", "")),
            kind=CommentKind.COMMENT,
            text=request.POST.get("text", ""),
            parent=int(parent) if parent else None,
            place=json.loads(request.POST.get("place") or "null"),
        )
    except (Refusal, ValueError, RecursionError) as refusal:
        messages.error(request, getattr(refusal, "detail", "The page was too old; send the comment once more."))
    return _back(request, member, task_id, "#comments")


@require_POST
@login_required
def comment_settle(request: HttpRequest, slug: str, task_id: int, comment_id: int) -> HttpResponse:
    """Resolve a thread or open it again: what the pressed button says."""
    task, member = open_task(request.user, task_id, slug=slug)
    comment = Comment.objects.filter(pk=comment_id, task=task).first()
    if comment is None:
        raise Http404
    if not may_settle(member, comment):
        raise PermissionDenied("Only its author, and who browses the project's data, can settle a thread.")
    try:
        (reopen_comment if request.POST.get("act") == "reopen" else resolve_comment)(member, comment)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return _back(request, member, task_id, "#comments")


@require_POST
@login_required
def task_exclude(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    """Take the task out of the project, or bring it back: what the pressed button says."""
    task, member = open_task(request.user, task_id, Capability.CURATE_TASKS, slug=slug)
    try:
        if request.POST.get("act") == "restore":
            restore_tasks(member, [task.pk])
        else:
            exclude_tasks(member, [task.pk], reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return _back(request, member, task_id)


@require_POST
@login_required
def task_reopen(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    """Open finished work again: it waits for review."""
    task, member = open_task(request.user, task_id, Capability.MANAGE_WORK, slug=slug)
    try:
        reopen_task(member, task, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return _back(request, member, task_id)


@require_POST
@login_required
def annotation_retract(request: HttpRequest, slug: str, task_id: int, annotation_id: int) -> HttpResponse:
    """Retract somebody's answer, or let it count again: what the pressed button says."""
    task, member = open_task(request.user, task_id, Capability.CURATE_TASKS, slug=slug)
    if not Annotation.objects.filter(pk=annotation_id, task=task).exists():
        raise Http404
    try:
        if request.POST.get("act") == "restore":
            restore_annotation(member, annotation_id)
        else:
            retract_annotation(member, annotation_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return _back(request, member, task_id)


def _retractable(task: Task, member: Membership) -> dict[int, str]:
    """By answer: "retract", "restore", or the reason why a retracted one cannot count again."""
    if not member.may(Capability.CURATE_TASKS):
        return {}
    statuses = dict(task.annotations.values_list("pk", "status"))
    acts = {pk: "retract" for pk, status in statuses.items() if status == AnnotationStatus.SUBMITTED}
    retracted = [pk for pk, status in statuses.items() if status == AnnotationStatus.SUPERSEDED]
    reasons = why_not_restore(member.project_id, retracted) if retracted else {}
    return {**acts, **{pk: reason or "restore" for pk, reason in reasons.items()}}


def _back(request: HttpRequest, member: Membership, task_id: int, mark: str = "") -> HttpResponse:
    """To the page the form stood on, so that its place in the list is kept."""
    page = "task-story" if member.may(Capability.VIEW_DATA) else "task-talk"
    url = reverse(f"annotations:{page}", args=[member.project.slug, task_id])
    here = request.POST.get("here", "")
    safe = here.startswith(url) and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return redirect(f"{here if safe else url}{mark}")


def _example_questions(task: Task, member: Membership) -> list[dict[str, Any]]:
    """The questions with options that the guideline could show this task for, each with its final label."""
    if not member.may(Capability.EDIT_GUIDELINE):
        return []
    labels = dict(FinalLabel.objects.filter(task=task).values_list("question", "value_text"))
    questions = member.project.schema.questions
    return [
        {
            "name": question.name,
            "title": question.title,
            "label": labels.get(question.name, ""),
            "options": [option for option in options if not option.retired],
        }
        for question in questions
        if (options := options_of(question))
    ]


def _story_url(slug: str, task_id: int | None, address: str) -> str:
    if task_id is None:
        return ""
    return f"{reverse('annotations:task-story', args=[slug, task_id])}{_query_string(address)}"


def _query_string(address: str) -> str:
    return "" if address == "?" else address
