"""The page on which options and questions change together with their answers."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.models import Membership
from projects.schema_change.schema_change_forms import operation_forms
from projects.schema_change.schema_changes import (
    JOB_KIND,
    change_with_answers,
    read_plan,
    resume_rewriting,
    revert_change,
    schema_versions_of,
)
from projects.schema_change.schema_counts import preview_plan
from projects.schema_change.schema_plan import ChangePlan
from projects.views.project_page import render_project_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schema_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a plan together, step by step, look at what it touches, put it in force.

    The plan travels in the form: ``add`` appends an operation, ``drop`` takes the last one off, ``apply`` puts it in
    force.
    """
    member = open_project(request.user, slug, Capability.CONFIGURE)
    operations = _planned(request)
    try:
        plan = read_plan(member.project, operations) if operations else None
        if plan and "apply" in request.POST:
            version, _ = change_with_answers(member, operations, number=_number(request))
            messages.success(request, f"Schema version {version.number} is in force; answers are being rewritten.")
            return redirect("projects:schema-changes", slug)
        if "drop" in request.POST:
            plan = read_plan(member.project, operations[:-1]) if operations[1:] else None
    except Refusal as refusal:
        return _page(request, member, None, refusal=refusal)
    return _page(request, member, plan)


def _page(
    request: HttpRequest, member: Membership, plan: ChangePlan | None, *, refusal: Refusal | None = None
) -> HttpResponse:
    schema = plan.schema if plan else member.project.schema
    forms = operation_forms(schema, request.POST if "add" in request.POST else None)
    status = refusal.status_code if refusal else 200
    for form in forms:
        if not form.is_bound:
            continue
        status = 422
        if form.is_valid():
            try:
                plan = read_plan(member.project, [*(plan.definitions if plan else []), form.definition()])
            except Refusal as wrong:
                for error in wrong.errors:
                    form.add_error(None, error["message"])
            else:
                forms, status = operation_forms(plan.schema), 200
                break
    jobs = Job.objects.for_project(member.project_id).filter(kind=JOB_KIND)
    context = {
        "plan": plan,
        "preview": preview_plan(member, plan) if plan else None,
        "operations": json.dumps(plan.definitions) if plan else "",
        "forms": forms,
        "refusal": refusal,
        "version": member.project.current_schema_version,
        "versions": schema_versions_of(member.project),
        "job": jobs.first(),
    }
    return render_project_page(
        request,
        member,
        "projects/schema_changes.html",
        context,
        tab="settings",
        title="Change what is asked with its answers",
        status=status,
    )


def _planned(request: HttpRequest) -> list[Any]:
    """The operations so far; what is no list of them is none."""
    try:
        operations = json.loads(request.POST.get("operations") or "[]")
    except (json.JSONDecodeError, RecursionError):
        return []
    return operations if isinstance(operations, list) else []


def _number(request: HttpRequest) -> int:
    given = request.POST.get("number", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_POST
@login_required
def schema_change_revert(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.CONFIGURE)
    try:
        version, _ = revert_change(member, number)
    except Refusal as refusal:
        messages.error(request, " ".join([refusal.detail, *(error["message"] for error in refusal.errors)]))
    else:
        messages.success(request, f"Version {version.number} takes version {number} back; answers are being rewritten.")
    return redirect("projects:schema-changes", slug)


@require_POST
@login_required
def schema_change_resume(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Go on with rewriting that was cancelled or failed."""
    member = open_project(request.user, slug, Capability.CONFIGURE)
    resume_rewriting(member, get_object_or_404(member.project.schema_versions, number=number))
    messages.success(request, "Answers are being rewritten; the bar above shows how far it is.")
    return redirect("projects:schema-changes", slug)
