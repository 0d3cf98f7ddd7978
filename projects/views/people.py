from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labelplatform.accounts.second_factor import people_with_second_factor
from labelplatform.charts import day_bars
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability, Role
from labelplatform.week import week_start
from projects.access import may_grant, open_project
from projects.forms.people import InviteForm, MemberForm, grantable_roles
from projects.forms.refused import show_refusal
from projects.membership.invitations import invite_member, mail_invitations
from projects.membership.member_skills import skills_in_use
from projects.membership.people import change_member, hand_over, remove_member
from projects.membership.workload import load_of, tasks_in_hand, work_of
from projects.models import Invitation, Membership
from projects.navigation import tasks_url
from projects.panels import last_work, member_work
from projects.views.project_page import render_project_page

PAGE_SIZE = 100
MAX_INVITATIONS = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the project; a POST invites somebody."""
    member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
    form = InviteForm(request.POST if request.method == "POST" else None, member=member)
    if request.method == "POST" and form.is_valid():
        by_mail = form.cleaned_data.pop("by_mail")
        try:
            invited, secret = invite_member(member, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if isinstance(invited, Membership):
                messages.success(request, f"{form.cleaned_data['email']} has an account here and is a member now.")
                return redirect("projects:people", slug)
            if by_mail:
                mail_invitations(member, [invited])
            return people_page(request, member, link_for=invited, secret=secret, by_mail=by_mail)
    return people_page(request, member, form, status=422 if form.errors else 200)


def people_page(
    request: HttpRequest,
    member: Membership,
    form: InviteForm | None = None,
    *,
    link_for: Invitation | None = None,
    secret: str = "",
    by_mail: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The People page; with ``link_for`` it shows that invitation's new link, this once."""
    search = request.GET.get("search", "").replace("\x00", "").strip()[:200]
    everybody = member.project.memberships.select_related("user", "group_grant").order_by(
        "suspended", "user__name", "user__email"
    )
    page = Paginator(everybody.named_like(search), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = Invitation.objects.filter(project=member.project, accepted_at=None).select_related("invited_by")
    context = {
        "form": form or InviteForm(member=member),
        "link": request.build_absolute_uri(reverse("projects:invitation", args=[secret])) if secret else "",
        "invited_email": link_for.email if link_for else "",
        "by_mail": by_mail,
        "page": page,
        "search": search,
        "has_many": bool(search) or page.paginator.num_pages > 1,
        "rows": _rows(member, page),
        "invitations": waiting.order_by("-id")[:MAX_INVITATIONS],
        "now": timezone.now(),
        "roles": grantable_roles(member),
        "shows_second_factor": member.role == Role.ADMIN,
    }
    return render_project_page(
        request, member, "projects/people.html", context, tab="people", title="People", status=status
    )


def _rows(member: Membership, page: Page) -> list[dict[str, Any]]:
    """What the table says of the members on this page, in a few queries however many they are."""
    shown = list(page)
    ids = [other.user_id for other in shown]
    week, last = member_work(member.project_id, week_start(), ids), last_work(member.project_id, ids)
    load = load_of(member.project_id, ids)
    # how well an account is guarded is for those who answer for the project, not for everybody who invites
    secured = people_with_second_factor(ids) if member.role == Role.ADMIN else set()
    return [
        {
            "membership": other,
            "work": week.get(other.user_id),
            "load": load[other.user_id],
            "last_at": last.get(other.user_id),
            "tasks_url": tasks_url(member, by=other.user_id),
            "is_self": other.user_id == member.user_id,
            "by_group": hasattr(other, "group_grant"),
            "second_factor": other.user_id in secured,
            "may_change": may_grant(member, other.role),
        }
        for other in shown
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def member_detail(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """One person in the project: what they hold and have done, what they can and take on. A POST changes that."""
    member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
    other = member.project.memberships.filter(pk=member_id).select_related("user").first()
    if other is None:
        raise Http404
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act != "settings":
        return _act(request, member, other, act)
    form = MemberForm(request.POST if act else None, instance=other)
    if act and form.is_valid():
        try:
            change_member(member, other, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("projects:member", slug, member_id)
    return _member_page(request, member, other, form)


def _member_page(request: HttpRequest, member: Membership, other: Membership, form: MemberForm) -> HttpResponse:
    work = work_of(member, other)
    context = {
        "other": other,
        "form": form,
        "work": work,
        "bars": day_bars([(day.day, day.count) for day in work.days]),
        "in_hand": tasks_in_hand(member, other),
        "tasks_url": tasks_url(member, by=other.user_id),
        "known_skills": skills_in_use(member.project),
        "roles": grantable_roles(member),
        "is_self": other.user_id == member.user_id,
        "may_change": may_grant(member, other.role),
        "may_hand_over": member.pk is not None and member.may(Capability.HAND_OVER) and other.pk != member.pk,
    }
    title, status = other.user.display_name, 422 if form.errors else 200
    return render_project_page(
        request, member, "projects/member.html", context, tab="people", title=title, status=status
    )


def _act(request: HttpRequest, member: Membership, other: Membership, act: str) -> HttpResponse:
    """Another role, suspended or back, handed over to, or removed: what the pressed button says."""
    name = other.user.display_name
    try:
        if act == "remove":
            remove_member(member, other)
            messages.success(request, f"{name} is no member any more. Their answers are kept.")
        elif act in {"suspend", "resume"}:
            change_member(member, other, suspended=act == "suspend")
            messages.success(request, f"{name} is {'suspended' if act == 'suspend' else 'back'}.")
        elif act == "hand-over":
            leave = bool(request.POST.get("leave"))
            hand_over(member, other, leave=leave)
            messages.success(request, f"{name} is admin now, and you {'have left' if leave else 'are manager'}.")
            return redirect("projects:project-list") if leave else redirect("projects:people", member.project.slug)
        elif act == "role":
            change_member(member, other, role=request.POST.get("role", ""))
            messages.success(request, f"{name} is {request.POST.get('role')} now.")
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("projects:people", member.project.slug)
    if other.user_id == request.user.pk:
        return redirect("projects:project-list")
    return redirect("projects:people", member.project.slug)
