from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.assignment.own_work import COUNT_CAP, work_by_project
from projects.models import Project


@require_safe
@login_required
def my_work(request: HttpRequest) -> HttpResponse:
    entries = work_by_project(request.user)
    return render(
        request,
        "projects/my_work.html",
        {
            "page_title": "My work",
            "entries": entries,
            "count_cap": COUNT_CAP,
            "has_projects": bool(entries) or Project.objects.visible_to(request.user).exists(),
        },
    )
