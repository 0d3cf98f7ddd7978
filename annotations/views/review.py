"""The reviewer's page. Like the workbench it claims nothing by itself; its script asks the queue."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.work.own_keys import own_keys
from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_links import guideline_html
from projects.guideline.guidelines import current_guideline
from projects.navigation import project_home


@never_cache
@require_safe
@login_required
def review(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.REVIEW)
    project = member.project
    guideline = current_guideline(project.pk)
    version = project.current_schema_version
    context = {
        "project": project,
        "project_home": project_home(member),
        "page_title": "Review",
        "guideline": guideline,
        "guideline_html": guideline_html(member, guideline.text).html if guideline else "",
        "reasons": project.review_reasons,
        "shows_text": any(
            field.shown != "nobody" and field.text(field.example()) is not None for field in project.schema.fields
        ),
        "workbench_config": {
            "user": {"id": member.user_id, "name": member.user.display_name},
            "project": {"slug": project.slug, "levels": project.review_levels},
            "schema": {"number": version.number, **project.schema.definition()},
            "keys": own_keys(member),
            "care": {"is_sensitive": project.is_sensitive},
            "guideline": {"number": guideline.number if guideline else 0},
            "urls": {"api": "/api/v1/", "page": request.path},
        },
    }
    return render(request, "annotations/review.html", context)
