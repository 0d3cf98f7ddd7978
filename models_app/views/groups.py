"""Groups of alike tasks: what each is about, how it was labeled so far, and what can be done with it as a whole."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.alike.groups import failed_job, grouping_of, groups_of, running_job, start_grouping
from models_app.models import EncodingVocabulary
from projects.access import open_project
from projects.navigation import tab_url
from projects.views.project_page import render_project_page

GROUPS_ON_A_PAGE = 20
ORDERS = {"largest": "Largest", "open": "Most to label", "mixed": "Most mixed"}


@require_safe
@login_required
def group_list(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    grouping = grouping_of(member.project_id)
    order = request.GET.get("order", "") if request.GET.get("order") in ORDERS else "largest"
    context: dict[str, Any] = {
        "grouping": grouping,
        "job": running_job(member.project_id),
        "failure": failed_job(member.project_id),
        "may_group": member.may(Capability.TRAIN_MODELS),
        "may_assign": member.may(Capability.ASSIGN_TASKS),
        "is_encoded": EncodingVocabulary.objects.filter(project=member.project_id).exists(),
        "data_url": tab_url(member, "data"),
        "order": order,
        "orders": ORDERS,
    }
    if grouping is not None:
        found = grouping.groups
        numbers = sorted(range(1, len(found) + 1), key=lambda number: _key(order, found[number - 1]))
        page = Paginator(numbers, GROUPS_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "groups": groups_of(member, grouping, list(page)), "keep": f"order={order}"}
    title = "Groups of alike tasks"
    return render_project_page(request, member, "models_app/group_list.html", context, tab="models", title=title)


@require_POST
@login_required
def grouping_start(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    try:
        start_grouping(member)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("models_app:group-list", slug)


def _key(order: str, group: dict[str, Any]) -> tuple[float, int]:
    labeled = max(group.get("labeled", {}).values(), default=0)
    if order == "open":
        return (labeled - group["size"], -group["size"])
    if order == "mixed":
        tops = [(values[0][1], group["labeled"][name]) for name, values in group.get("labels", {}).items() if values]
        return (min((top - n for top, n in tops), default=1), -group["size"])
    return (-group["size"], 0)
