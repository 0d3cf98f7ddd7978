import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labelplatform.media_types import MEDIA_TYPES, PICTURES
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from labelplatform.text_differences import changed_lines
from projects.access import open_project, open_task
from projects.forms.guideline import GuidelineForm
from projects.forms.refused import show_refusal
from projects.guideline.guideline_links import changes_html, guideline_html
from projects.guideline.guideline_pictures import picture_problems, versions_beside
from projects.guideline.guideline_questions import MAX_CHARACTERS, open_question, questions_for
from projects.guideline.guideline_text import add_answer, add_to_section, example_line
from projects.guideline.guidelines import MAX_CHARACTERS as MAX_TEXT
from projects.guideline.guidelines import (
    PublishedMeanwhile,
    baseline_of,
    current_guideline,
    find_version,
    guideline_follow_ups,
    older_answers,
    publish_guideline,
    readers,
    touched_between,
    touched_in_words,
    versions_between,
)
from projects.models import Guideline, Membership
from projects.panels import guideline_panels
from projects.views.guideline_questions import shown_questions
from projects.views.project_page import render_project_page

_QUESTIONS_ON_A_PAGE = 20


@require_safe
@login_required
def guideline(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The guideline in force, with what changed since the reader last read it, or one of its versions."""
    member = open_project(request.user, slug)
    versions = list(member.project.guidelines.select_related("author").defer("text"))
    shown = current_guideline(member.project_id) if number is None else find_version(member.project_id, number)
    before = member.project.guidelines.filter(number__lt=shown.number).first() if shown and number is not None else None
    may_edit = member.may(Capability.EDIT_GUIDELINE)
    questions = Paginator(questions_for(member), _QUESTIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "versions": versions,
        "shown": shown,
        "is_current": number is None or (versions and versions[0].number == number),
        "before": before,
        "changes": changed_lines(before.text, shown.text) if before and shown else [],
        "text": guideline_html(member, shown.text) if shown else None,
        "unread": _unread(member, shown) if shown and number is None else None,
        "touched": touched_in_words(member.project.schema, shown.options_touched) if shown else [],
        "may_edit": may_edit,
        "may_ask": member.may(Capability.ANNOTATE),
        "questions": shown_questions(member, questions),
        "question_page": questions,
        "max_question": MAX_CHARACTERS,
        "question_key": uuid.uuid4(),
        **(_for_managers(member, shown) if may_edit and shown else {}),
    }
    return render_project_page(request, member, "projects/guideline.html", context, tab="guideline", title="Guideline")


def _unread(member: Membership, shown: Guideline) -> dict[str, Any] | None:
    """What the member has not said to have read: of a first version nothing but that it is there."""
    if member.acknowledged_number >= shown.number or member.pk is None:
        return None
    since = baseline_of(member)
    if since >= shown.number:
        return {"versions": [], "touched": [], "text": None, "since": 0}
    earlier = member.project.guidelines.get(number=since)
    between = (member.project_id, since, shown.number)
    return {
        "since": since,
        "versions": list(versions_between(*between)),
        "touched": touched_in_words(member.project.schema, touched_between(*between)),
        "text": changes_html(member, earlier.text, shown.text),
    }


def _for_managers(member: Membership, shown: Guideline) -> dict[str, Any]:
    """Who has read it, and which earlier answers it decides anew."""
    have, have_not = readers(member.project_id, shown.number)
    older = [find(member, shown) for find in older_answers.objects()] if shown.options_touched else []
    return {
        "readers": have,
        "non_readers": have_not,
        "n_readers": len(have) + len(have_not),
        "older": older,
        "panels": [panel for make in guideline_panels.objects() if (panel := make(member)) is not None],
        "may_follow_up": member.may(Capability.MANAGE_WORK)
        and bool(list(guideline_follow_ups))
        and any(one.count for one in older),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def guideline_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor. Its address may bring an example from a task, or an answered question, to be put in."""
    member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
    current = current_guideline(member.project_id)
    data = request.POST if request.method == "POST" else None
    is_preview = data is not None and "preview" in data
    form = GuidelineForm(data, schema=member.project.schema, initial=_beginning(request, member, current))
    status = 422 if data is not None and not is_preview else 200
    meanwhile: dict[str, Any] = {}
    if data is not None and not is_preview and form.is_valid():
        try:
            published = _publish(member, form)
        except PublishedMeanwhile as conflict:
            status, meanwhile = 409, _meanwhile(member, conflict, form.cleaned_data["based_on"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Version {published.number} is published.")
            return redirect("projects:guideline", slug)
    context = {
        "form": form,
        "current": current,
        "based_on": meanwhile["latest"].number if meanwhile else form["based_on"].value(),
        "meanwhile": meanwhile,
        "touched_groups": form.touched_groups(),
        **_preview(member, form["text"].value() or ""),
        "max_picture_bytes": max(MEDIA_TYPES[name].max_bytes for name in PICTURES),
        "picture_types": ",".join(sorted(PICTURES)),
        "next_number": (current.number if current else 0) + 1,
    }
    return render_project_page(
        request, member, "projects/guideline_edit.html", context, tab="guideline", title="Edit guideline", status=status
    )


def _publish(member: Membership, form: GuidelineForm) -> Guideline:
    values = form.cleaned_data
    return publish_guideline(
        project=member.project,
        author=member.user,
        text=values["text"],
        summary=values["summary"],
        options_touched=form.options_touched(),
        needs_acknowledgement=values["needs_acknowledgement"],
        based_on=values["based_on"],
        answers=values["answers"],
    )


def _meanwhile(member: Membership, conflict: PublishedMeanwhile, based_on: int) -> dict[str, Any]:
    """What others published since: shown beside the text that could not be published over it."""
    base = member.project.guidelines.filter(number=based_on).first()
    rows = versions_beside(member.project, base.text if base else "", conflict.latest.text)
    return {"latest": conflict.latest, "base": base, "rows": rows}


def _beginning(request: HttpRequest, member: Membership, current: Guideline | None) -> dict[str, Any]:
    """What the editor opens with; GET changes nothing but what stands in it."""
    text, answers, summary = (current.text if current else ""), "", ""
    touched: list[str] = []
    if (task_id := _number(request.GET.get("example"))) is not None:
        text, touched = _with_example(request, member, text, task_id)
    if (question_id := _number(request.GET.get("question"))) is not None:
        question = open_question(member, question_id)
        if question.answer:
            text, answers = add_answer(text, question.text, question.answer), str(question.pk)
            summary = f"Answered: {' '.join(question.text.split())}"[:300]
    return {
        "text": text,
        "touched": touched,
        "answers": answers,
        "summary": summary,
        "based_on": current.number if current else 0,
        "needs_acknowledgement": member.project.requires_acknowledgement,
    }


def _with_example(request: HttpRequest, member: Membership, text: str, task_id: int) -> tuple[str, list[str]]:
    """The text with a task as an example in its option's section, and that option as touched."""
    task, _ = open_task(request.user, task_id, Capability.VIEW_DATA, slug=member.project.slug)
    name, _, value = request.GET.get("option", "").partition(":")
    question = member.project.schema.questions_by_name.get(name)
    titles = getattr(question, "titles", {})
    if question is None or value not in titles:
        messages.error(request, "Choose one of the options for the example; nothing was added.")
        return text, []
    right = request.GET.get("right", "")
    quoted = task.content.data.get(getattr(question, "on", ""))
    line = example_line(
        quoted if isinstance(quoted, str) else task.content.search_text,
        task.external_id,
        is_right=request.GET.get("good") == "1",
        belongs_to=titles[right] if right in titles and right != value else "",
    )
    return add_to_section(text, titles[value], line), [f"{name}:{value}"]


def _preview(member: Membership, text: str) -> dict[str, Any]:
    return {"preview": guideline_html(member, text), "problems": picture_problems(member.project, text)}


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


@require_POST
@login_required
def guideline_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The text in the editor as people will read it, and what should be mended; writes nothing."""
    member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
    context = _preview(member, request.POST.get("text", "")[:MAX_TEXT])
    return render(request, "projects/_guideline_preview.html", context)
