"""The workbench: the page people label on. It claims nothing by itself; its script asks the queue."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.progress import progress_of
from annotations.work.own_keys import own_keys
from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_links import guideline_html
from projects.guideline.guidelines import current_guideline
from projects.models import Guideline, Membership
from projects.navigation import project_home
from projects.queueing.queue import MAX_LEASES

TASKS_AHEAD = 4


@never_cache
@require_safe
@login_required
def label(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.ANNOTATE)
    guideline = current_guideline(member.project_id)
    questions = member.project.schema.questions
    context = {
        "project": member.project,
        "project_home": project_home(member),
        "page_title": "Label",
        "may_import": member.may(Capability.IMPORT_TASKS),
        "question_title": questions[0].title if len(questions) == 1 else "Label",
        "guideline": guideline,
        "guideline_html": guideline_html(member, guideline.text).html if guideline else "",
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "workbench_config": _config(request, member, guideline),
    }
    return render(request, "annotations/workbench.html", context)


def _config(request: HttpRequest, member: Membership, guideline: Guideline | None) -> dict[str, Any]:
    """What the page's script must know before it asks for the first task."""
    project, version = member.project, member.project.schema_version
    return {
        "user": {"id": member.user_id, "name": member.user.display_name},
        "project": {"slug": project.slug, "overlap": project.overlap},
        "schema": {"number": version.number if version else 0, **project.schema.definition()},
        "guideline": {"number": guideline.number if guideline else 0},
        "keys": own_keys(member),
        "care": {"is_sensitive": project.is_sensitive, "break_after_minutes": project.break_after_minutes},
        "show_suggestions": project.shows_suggestions,
        "progress": progress_of(member),
        "leases": MAX_LEASES,
        "ahead": TASKS_AHEAD,
        "urls": {"api": "/api/v1/", "page": request.path},
    }
