from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job
from labelplatform.roles import Capability
from projects.access import may_cancel, open_project
from projects.views.project_page import render_project_page

PAGE_SIZE = 25


@require_safe
@login_required
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that workers did for this project, the newest first."""
    member = open_project(request.user, slug, Capability.VIEW_DASHBOARD)
    jobs = Job.objects.for_project(member.project_id).select_related("requested_by")
    page = Paginator(jobs, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"job": job, "may_cancel": not job.is_over and may_cancel(member, job)} for job in page]
    return render_project_page(
        request, member, "projects/job_list.html", {"page": page, "rows": rows}, tab="overview", title="Jobs"
    )


@require_POST
@login_required
def job_cancel(request: HttpRequest, slug: str, job_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_DASHBOARD)
    job = Job.objects.for_project(member.project_id).filter(pk=job_id).first()
    if job is None:
        raise Http404
    if not may_cancel(member, job):
        raise PermissionDenied("Only who started this job, or a manager, may cancel it.")
    cancel_job(job, actor=request.user)
    messages.success(request, "The job stops at its next step.")
    return redirect("projects:job-list", slug)
