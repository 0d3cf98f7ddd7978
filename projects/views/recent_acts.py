"""What a person did last in a project, with a way back where there is one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from labelplatform.refusals import Refusal
from projects.access import open_project
from projects.history.recent_acts import SHOWN_ACTS, recent_acts, undo_act
from projects.views.project_page import render_project_page


@require_safe
@login_required
def recent_acts_page(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug)
    context = {"acts": recent_acts(member), "shown": SHOWN_ACTS}
    return render_project_page(request, member, "projects/recent_acts.html", context, tab="", title="My recent acts")


@require_POST
@login_required
def act_undo(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug)
    try:
        undo_act(member, request.POST.get("act", ""))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Undone.")
    return redirect("projects:recent-acts", slug)
