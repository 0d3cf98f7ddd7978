"""Two versions beside each other; reading one; what follows from one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_pictures import versions_beside
from projects.guideline.guidelines import acknowledge_guideline, find_version, guideline_follow_ups
from projects.views.project_page import render_project_page


@require_safe
@login_required
def guideline_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Any two versions beside each other, by default the one in force and the one before it."""
    member = open_project(request.user, slug)
    versions = list(member.project.guidelines.select_related("author").defer("text"))
    if not versions:
        raise Http404
    numbers = {version.number for version in versions}
    latest = versions[0].number
    after = _chosen(request.GET.get("to"), numbers, latest)
    before = _chosen(request.GET.get("from"), numbers, max(1, after - 1))
    texts = dict(member.project.guidelines.filter(number__in={before, after}).values_list("number", "text"))
    context = {
        "versions": versions,
        "before": before,
        "after": after,
        "rows": versions_beside(member.project, texts[before], texts[after]),
        "between": [version for version in versions if min(before, after) < version.number <= max(before, after)],
    }
    title = "Compare versions"
    return render_project_page(
        request, member, "projects/guideline_compare.html", context, tab="guideline", title=title
    )


def _chosen(value: str | None, numbers: set[int], default: int) -> int:
    chosen = int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else default
    if chosen not in numbers:
        raise Http404
    return chosen


@require_POST
@login_required
def guideline_acknowledge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    member = open_project(request.user, slug)
    acknowledge_guideline(member, number)
    messages.success(request, f"Noted: you have read version {number}.")
    here = request.POST.get("here", "")
    safe = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return redirect(here) if safe else redirect("projects:guideline", slug)


@require_POST
@login_required
def guideline_follow_up(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Queue the answers that a version decides anew for another look."""
    member = open_project(request.user, slug, Capability.MANAGE_WORK)
    guideline = find_version(member.project_id, number)
    if not list(guideline_follow_ups):
        raise Http404
    for follow_up in guideline_follow_ups.objects():
        follow_up(member, guideline)
    messages.success(request, "They are being queued for review; the bar above shows how far it is.")
    return redirect("projects:guideline-version", slug, number)
