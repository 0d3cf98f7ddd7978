from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from labelplatform.charts import day_bars
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from labelplatform.week import week_start
from projects.access import open_project
from projects.forms.people import OptOutForm
from projects.forms.refused import show_refusal
from projects.membership.member_skills import needed_skills
from projects.membership.people import opt_out
from projects.models import Membership
from projects.panels import member_work, work_history
from projects.views.project_page import render_project_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """A member's own corner of a project: their own pace, and the tasks they want to be spared."""
    member = open_project(request.user, slug, Capability.ANNOTATE)
    skills = needed_skills(member.project)
    data = request.POST if request.method == "POST" else None
    form = OptOutForm(data, skills=skills, initial={"opted_out": member.opted_out})
    if data is not None and form.is_valid():
        try:
            opt_out(member, form.cleaned_data["opted_out"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "Saved. Your queue follows from now on.")
            return redirect("projects:own-settings", slug)
    days = work_history(member, member.user).days
    context = {
        "ranking": _ranking(member) if member.project.shows_ranking else [],
        "form": form,
        "needed_skills": skills,
        "days": [day for day in reversed(days) if day.count],
        "bars": day_bars([(day.day, day.count) for day in days]),
    }
    return render_project_page(
        request,
        member,
        "projects/own_settings.html",
        context,
        tab="",
        title="My part",
        status=422 if form.errors else 200,
    )


def _ranking(member: Membership) -> list[dict[str, Any]]:
    """Who answered how much this week, most first: only where the project has chosen to show that."""
    people = {other.user_id: other.user for other in member.project.memberships.active().select_related("user")}
    work = member_work(member.project_id, week_start(), people)
    rows = [{"person": people[user_id], "count": found.count} for user_id, found in work.items()]
    return sorted(rows, key=lambda row: (-row["count"], str(row["person"])))
