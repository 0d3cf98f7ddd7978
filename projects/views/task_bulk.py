from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.assignment.assigning import plan_assignment
from projects.browsing.bulk_acts import SKIPPED_BECAUSE, Tally, in_words, preview_tasks
from projects.browsing.bulk_forms import AssignForm, read_filters, read_selection
from projects.browsing.data_page import acts_for
from projects.forms.refused import show_refusal
from projects.membership.workload import load_of
from projects.models import Membership
from projects.navigation import tab_url
from projects.views.project_page import render_project_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task_bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the particulars of an act on many tasks, show what it will come to, and carry it out."""
    member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
    sent = request.POST if request.method == "POST" else request.GET
    acts = acts_for(member)
    name = sent.get("act", "") if sent.get("act") in acts else "assign"
    act, selection = acts[name], read_selection(member, sent)
    wants_preview = "preview" in sent or bool(request.htmx)  # type: ignore[attr-defined]
    form = act.form(request.POST if request.method == "POST" else None, member=member)
    back = _back(member, sent)
    if selection.task_ids == ():
        messages.info(request, "Choose at least one task first.")
        return redirect(back)
    try:
        tasks, count, is_all = preview_tasks(member, selection)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect(back)
    if request.method == "POST" and not wants_preview and form.is_valid():
        try:
            outcome = act.do(member, selection, form)
        except Refusal as refusal:
            _show(form, refusal)
        else:
            _tell(request, outcome)
            return redirect(back)
    context = {
        "act": act,
        "act_name": name,
        "form": form,
        "count": count,
        "is_all": is_all,
        "selection": _hidden(member, sent),
        "back_url": back,
        "plan": _plan(member, form, tasks, count) if name == "assign" else None,
        "rows": _people(form, sent) if isinstance(form, AssignForm) else [],
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "projects/_assign_plan.html", context)
    status = 422 if form.errors and not wants_preview else 200
    return render_project_page(
        request, member, "projects/task_bulk.html", context, tab="data", title=act.title, status=status
    )


def _show(form: forms.Form, refusal: Refusal) -> None:
    """Beside the field that the person filled in."""
    for error in refusal.errors:
        error["path"] = {"due_at": "due_on"}.get(error["path"], error["path"])
    show_refusal(form, refusal)


def _tell(request: HttpRequest, outcome: Tally | Job) -> None:
    if isinstance(outcome, Job):
        messages.success(request, "A job does this now; its progress stands at the top of the page.")
    elif outcome.changed:
        messages.success(request, in_words(outcome))
    else:
        messages.warning(request, f"Nothing was changed: {in_words(outcome)}")


def _plan(member: Membership, form: forms.Form, tasks: list[Any], count: int) -> dict[str, Any] | None:
    """Who would get how many; of many tasks it is told by the first ones."""
    if not form.is_bound or not form.is_valid():
        return None
    assert isinstance(form, AssignForm)
    terms = form.terms()
    try:
        tally = plan_assignment(member, tasks, to=terms["to"], how=terms["how"], moved_from=terms["moved_from"])
    except Refusal as refusal:
        return {"problem": refusal.detail}
    scale = count / len(tasks) if tasks else 1
    people = {person.user_id: person for person in form.people}
    rows = [(people[pk].user, round(n * scale)) for pk, n in tally.given.items() if pk in people]
    return {
        "rows": sorted(rows, key=lambda row: str(row[0])),
        "most": max((n for _, n in rows), default=1),
        "is_estimate": count > len(tasks),
        "skipped": [(round(n * scale), SKIPPED_BECAUSE[reason]) for reason, n in tally.skipped.items()],
    }


def _people(form: AssignForm, sent: Any) -> list[dict[str, Any]]:
    if not form.people:
        return []
    loads = load_of(form.people[0].project_id, [person.user_id for person in form.people])
    chosen = set(sent.getlist("to"))
    return [
        {"person": person, "load": loads[person.user_id], "is_chosen": str(person.pk) in chosen}
        for person in form.people
    ]


def _hidden(member: Membership, sent: Any) -> list[tuple[str, str]]:
    """What says which tasks are meant, to be sent again."""
    pairs = [("all", "1")] if sent.get("all") else [("task", text) for text in sent.getlist("task")]
    return [*pairs, *read_filters(member, sent).items()]


def _back(member: Membership, sent: Any) -> str:
    filters = read_filters(member, sent)
    return tab_url(member, "data") + (f"?{urlencode(filters)}" if filters else "")
