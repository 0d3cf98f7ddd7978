from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.models import Membership, Project
from projects.navigation import project_home

MAX_SHOWN = 200


@require_safe
@login_required
def project_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    projects = Project.objects.visible_to(user).select_related("schema_version").order_by("state", "name")
    mine = {member.project_id: member for member in Membership.objects.filter(user=user, suspended=False)}
    rows = []
    for project in projects[:MAX_SHOWN]:
        member = mine.get(project.pk) or Membership(user=user, role="admin")
        member.project = project
        rows.append({"project": project, "role": member.role if member.pk else "", "url": project_home(member)})
    return render(request, "projects/project_list.html", {"page_title": "Projects", "rows": rows})
