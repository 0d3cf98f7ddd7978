"""The one way to answer with a page of a project: it adds the project's bar, tabs and running jobs to the context."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.models import Membership
from projects.navigation import project_home, running_jobs, tab_links


def render_project_page(
    request: HttpRequest,
    member: Membership,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    tab: str,
    title: str,
    status: int = 200,
) -> HttpResponse:
    """Render ``template`` (it extends ``base.html``) for a member; ``tab`` names the registered tab it belongs to."""
    frame = {
        "project": member.project,
        "member": member,
        "tabs": tab_links(member, tab),
        "project_home": project_home(member),
        "running_jobs": running_jobs(member),
        "page_title": title,
    }
    return render(request, template, {**frame, **(context or {})}, status=status)
