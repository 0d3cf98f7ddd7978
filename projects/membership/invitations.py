"""How people come into a project: members at once where they have an account, by a single-use link where not."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from labelplatform.accounts.models import User, normalize_email, token_digest
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Conflict
from projects.membership.member_skills import read_skills
from projects.membership.people import check_grant, lock_people, refused
from projects.models import Invitation, Membership
from projects.notices import tell_about_accepted

INVITATION_LASTS = timedelta(days=7)


class InvitationOver(Conflict):
    """A link that was good once: it has been used, or its time is up."""

    status_code = 410
    title = "This invitation is over."


@transaction.atomic
def invite_member(
    member: Membership, *, email: str, role: str, name: str = "", skills: Any = ()
) -> tuple[Membership | Invitation, str]:
    """Make a known address a member at once; invite another. The second value is the invitation's secret or "".

    A second invitation of the same address replaces the first.
    """
    made, secret = bring_in(member, email=email, role=role, name=name, skills=skills)
    verb, after = "invited" if secret else "added", {"email": normalize_email(email), "role": role}
    record_event(actor=member.user, verb=verb, object=made, after=after)
    return made, secret


@transaction.atomic
def bring_in(
    member: Membership, *, email: str, role: str, name: str = "", skills: Any = ()
) -> tuple[Membership | Invitation, str]:
    """What ``invite_member`` does, without an event: who brings in many writes one for all of them."""
    email = normalize_email(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise refused("email", f"“{email}” is no e-mail address.") from error
    lock_people(member)
    check_grant(member, role)
    known = read_skills(list(skills))
    user = User.objects.filter(email=email).first()
    if user is not None:
        return _join(member, user, role, known), ""
    for former in member.project.invitations.filter(email=email, accepted_at=None):
        check_grant(member, former.role)
        former.delete()
    invitation = Invitation(
        project=member.project, email=email, name=name.strip()[:120], role=role, skills=known, invited_by=member.user
    )
    return invitation, _renew(invitation)


def _join(member: Membership, user: User, role: str, skills: list[str]) -> Membership:
    try:
        with transaction.atomic():
            return Membership.objects.create(
                project=member.project,
                user=user,
                role=role,
                skills=skills,
                acknowledged_number=member.project.guideline_number,
            )
    except IntegrityError as error:
        raise Conflict(f"{user.email} is a member already.") from error


@transaction.atomic
def resend_invitation(member: Membership, invitation: Invitation, *, by_mail: bool = False) -> str:
    """Give an open invitation another week and a new secret, which is returned; the old link is dead from now on."""
    lock_people(member)
    invitation = Invitation.objects.get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Conflict(f"{invitation.email} has used the invitation already.")
    check_grant(member, invitation.role)
    invitation.invited_by = member.user
    secret = _renew(invitation)
    record_event(actor=member.user, verb="invited again", object=invitation, after={"email": invitation.email})
    if by_mail:
        mail_invitations(member, [invitation])
    return secret


def mail_invitations(member: Membership, invitations: list[Invitation]) -> Job | None:
    """Have their links sent by e-mail, by a job; None where there are none."""
    if not invitations:
        return None
    ids = [invitation.pk for invitation in invitations]
    return enqueue_job(
        "mail_invitations", project_id=member.project_id, params={"invitation_ids": ids}, requested_by=member.user
    )


def _renew(invitation: Invitation) -> str:
    invitation.created_at = timezone.now()
    invitation.expires_at = invitation.created_at + INVITATION_LASTS
    invitation.mailed_at, invitation.mail_problem = None, ""
    secret = secret_of(invitation)
    invitation.digest = token_digest(secret)
    invitation.save()
    return secret


def secret_of(invitation: Invitation) -> str:
    """The secret of an invitation's link, which is kept nowhere: made from what the row says and the site's own key.

    So a job can write it into a mail without it ever being stored. It changes with every renewal.
    """
    stamp = f"{invitation.project_id} {invitation.email} {invitation.created_at.timestamp():.6f}"
    return salted_hmac("projects.invitations", stamp, algorithm="sha256").hexdigest()


def link_of(secret: str) -> str:
    return settings.SITE_URL + reverse("projects:invitation", args=[secret])


def open_invitation(secret: str) -> Invitation:
    """The invitation behind a link; 404 when no such link is known, ``InvitationOver`` when it is used or expired."""
    rows = Invitation.objects.select_related("project", "invited_by")
    invitation = rows.filter(digest=token_digest(secret)).first()
    if invitation is None:
        raise Http404
    _check_open(invitation)
    return invitation


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        used = f"{invitation.email} has used this invitation on {invitation.accepted_at:%d %B %Y}"
        raise InvitationOver(f"{used}; it works once. Sign in as {invitation.email} to get to the project.")
    if invitation.expires_at <= timezone.now():
        asked = invitation.invited_by.email if invitation.invited_by else "an admin of the project"
        raise InvitationOver(f"This invitation ended on {invitation.expires_at:%d %B %Y}. Ask {asked} for a new one.")


@transaction.atomic
def accept_invitation(secret: str, *, user: User | None = None, name: str = "", password: str = "") -> Membership:
    """Use an invitation up. The signed-in ``user`` must own its address; without one an account is made for it.

    It never changes what a member may do already. Raises ``Refusal`` that says who can use it.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=open_invitation(secret).pk)
    _check_open(invitation)
    if user is not None and user.email != invitation.email:
        raise Conflict(
            f"This invitation is for {invitation.email}; you are signed in as {user.email}. "
            f"Sign out and open the link again as {invitation.email}, or ask for an invitation of your own."
        )
    if user is None:
        if User.objects.filter(email=invitation.email).exists():
            raise Conflict(f"{invitation.email} has an account: sign in first, then open the link again.")
        user = User.objects.create_user(invitation.email, password, name=name.strip())
    member, is_new = Membership.objects.get_or_create(
        project=invitation.project,
        user=user,
        defaults={
            "role": invitation.role,
            "skills": invitation.skills,
            "acknowledged_number": invitation.project.guideline_number,
        },
    )
    if member.suspended:
        raise Conflict("Your membership of this project is suspended. Ask who invited you to let you back in.")
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record_event(actor=user, verb="accepted", object=invitation, after={"role": member.role, "is_new": is_new})
    tell_about_accepted(invitation, user)
    return member


@transaction.atomic
def cancel_invitation(member: Membership, invitation: Invitation) -> None:
    """Make an open invitation's link useless."""
    check_grant(member, invitation.role)
    record_event(actor=member.user, verb="cancelled", object=invitation)
    invitation.delete()
