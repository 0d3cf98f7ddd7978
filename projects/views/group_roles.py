from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from labelplatform.refusals import Refusal
from projects.access import open_group_roles
from projects.forms.people import GroupRoleForm
from projects.forms.refused import show_refusal
from projects.membership.group_roles import add_group_role, remove_group_role


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def group_role_list(request: HttpRequest) -> HttpResponse:
    """What groups of the sign-on provider give; a POST adds a line."""
    rows = open_group_roles(request.user)
    user: Any = request.user
    form = GroupRoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = add_group_role(**form.cleaned_data, actor=user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"“{row.group}” gives this from the next sign-in on.")
            return redirect("projects:group-roles")
    context = {
        "page_title": "Roles by group",
        "form": form,
        "rows": rows,
        "provider_name": settings.OIDC_NAME if settings.SOCIALACCOUNT_PROVIDERS else "",
        "claim": settings.OIDC_GROUPS_CLAIM,
    }
    return render(request, "projects/group_roles.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def group_role_remove(request: HttpRequest, group_role_id: int) -> HttpResponse:
    user: Any = request.user
    row = get_object_or_404(open_group_roles(user), pk=group_role_id)
    remove_group_role(row, actor=user)
    messages.success(
        request, f"“{row.group}” gives this no more; who has it by the group loses it at the next sign-in."
    )
    return redirect("projects:group-roles")
