"""Asking for the tasks most like one, from its story."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.alike.similar_tasks import search_similar
from projects.access import open_task


@require_POST
@login_required
def similar_search(request: HttpRequest, slug: str, task_id: int) -> HttpResponse:
    task, member = open_task(request.user, task_id, Capability.VIEW_DATA, slug=slug)
    try:
        search_similar(member, task)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    story = reverse("annotations:task-story", args=[slug, task_id])
    here = request.POST.get("here", "")
    is_safe = here.startswith(story) and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return redirect(f"{here if is_safe else story}#similar")
