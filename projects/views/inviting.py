"""Invite many people from a pasted list; cancel invitations and send them again."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from labelplatform.csv_lines import CsvLines
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.forms.people import InvitePeopleForm
from projects.forms.refused import show_refusal
from projects.membership.invitations import cancel_invitation, resend_invitation
from projects.membership.inviting import Invitee, check_people, foresee, invite_people, read_people
from projects.models import Invitation, Membership
from projects.views.people import people_page
from projects.views.project_page import render_project_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def people_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Paste a list, see what each line will do, then have all of it done. The links are shown in that answer only."""
    member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
    form = InvitePeopleForm(request.POST if request.method == "POST" else None, member=member)
    people: list[Invitee] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            people = check_people(read_people(values["people"], role=values["role"]))
            if request.POST.get("act") == "invite":
                _, people = invite_people(member, people, by_mail=values["by_mail"])
                return _invited(request, member, people, by_mail=values["by_mail"])
            foresee(member, people)
        except Refusal as refusal:
            if people:
                foresee(member, people)
            show_refusal(form, Refusal(refusal.detail))
    context = {
        "form": form,
        "people": people,
        "n_problems": sum(person.is_problem for person in people),
        "n_doing": sum(person.does_something for person in people),
    }
    return _page(request, member, "projects/invite_people.html", context, status=422 if form.errors else 200)


def _invited(request: HttpRequest, member: Membership, people: list[Invitee], *, by_mail: bool) -> HttpResponse:
    with_link = [person for person in people if person.link]
    for person in with_link:  # as this person reaches the site, who may do so by another name than a mail would say
        person.link = request.build_absolute_uri(person.link.removeprefix(settings.SITE_URL))
    rows = [("name", "email", "role", "link"), *((row.name, row.email, row.role, row.link) for row in with_link)]
    context = {
        "people": people,
        "with_link": with_link,
        "csv": CsvLines(spreadsheet_safe=True).encode(rows).decode(),
        "n_joined": sum(person.does_something for person in people) - len(with_link),
        "by_mail": by_mail,
    }
    return _page(request, member, "projects/invited_people.html", context)


def _page(
    request: HttpRequest, member: Membership, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render_project_page(request, member, template, context, tab="people", title="Invite people", status=status)


@require_POST
@login_required
def invitation_cancel(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    member, invitation = _open(request, slug, invitation_id)
    try:
        cancel_invitation(member, invitation)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"The invitation of {invitation.email} is cancelled; its link no longer works.")
    return redirect("projects:people", slug)


@never_cache
@require_POST
@login_required
def invitation_resend(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """A new link, shown in this answer only; the old one is dead."""
    member, invitation = _open(request, slug, invitation_id)
    by_mail = bool(request.POST.get("by_mail"))
    try:
        secret = resend_invitation(member, invitation, by_mail=by_mail)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("projects:people", slug)
    return people_page(request, member, link_for=invitation, secret=secret, by_mail=by_mail)


def _open(request: HttpRequest, slug: str, invitation_id: int) -> tuple[Membership, Invitation]:
    member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
    invitation = Invitation.objects.filter(project=member.project, pk=invitation_id, accepted_at=None).first()
    if invitation is None:
        raise Http404
    return member, invitation
