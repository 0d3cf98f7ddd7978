from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from labelplatform.jobs.models import Job, JobState
from labelplatform.roles import Capability
from projects.access import open_project
from projects.models import Stage, Task
from projects.navigation import project_home
from projects.panels import needs_attention, panels_by_place
from projects.views.project_page import render_project_page

RECENT_JOBS = 5


@require_safe
@login_required
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """How far, how good, who, and what needs somebody. Who may not see figures is sent to where they work."""
    member = open_project(request.user, slug)
    if not member.may(Capability.VIEW_DASHBOARD):
        return redirect(project_home(member))
    # before the figures: a job that is over here is one whose work they count
    jobs = list(Job.objects.for_project(member.project_id)[:RECENT_JOBS])
    tasks = Task.objects.filter(project=member.project)
    has_tasks = tasks.exists()
    context = {
        "panels": panels_by_place(member),
        "attention": needs_attention(member),
        "jobs": [job for job in jobs if job.state != JobState.CANCELLED],
        "has_tasks": has_tasks,
        "may_begin": has_tasks and member.may(Capability.ANNOTATE) and not tasks.exclude(stage=Stage.ANNOTATE).exists(),
        "may_import": member.may(Capability.IMPORT_TASKS),
        "may_invite": member.may(Capability.MANAGE_MEMBERS),
        "has_guideline": member.project.guidelines.exists(),
        "n_members": member.project.memberships.count(),
    }
    return render_project_page(request, member, "projects/overview.html", context, tab="overview", title="Overview")
