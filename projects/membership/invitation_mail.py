"""Send invitations by e-mail, as a job: one mail after the other, each noted once it is out.

A worker that is killed repeats at most the one mail it was at, with the same link, for the link's secret follows from
the invitation itself. What a mail server does not take is noted at the invitation and can be sent again by hand.
"""

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from labelplatform.accounts.models import token_digest
from labelplatform.jobs.running import JobFailed, JobRun
from projects.membership.invitations import link_of, secret_of
from projects.models import Invitation


def mail_invitations(run: JobRun) -> None:
    """The job: ``params["invitation_ids"]`` says which, the cursor how many of them are done."""
    ids = run.params["invitation_ids"]
    at = run.cursor.get("at", 0)
    failed = run.cursor.get("failed", 0)
    for position in range(at, len(ids)):
        if run.time_is_up():
            return
        problem = _mail(ids[position])
        failed += bool(problem)
        with transaction.atomic():
            changes = {"mail_problem": problem[:200]} if problem else {"mail_problem": "", "mailed_at": timezone.now()}
            Invitation.objects.filter(pk=ids[position], accepted_at=None).update(**changes)
            run.advance(cursor={"at": position + 1, "failed": failed}, done=position + 1, total=len(ids))
    if failed:
        raise JobFailed(
            f"{failed} of {len(ids)} invitations could not be mailed; People says why at each. Send them again there, "
            "or pass the links on yourself."
        )
    with transaction.atomic():
        run.finish(message=f"{len(ids)} sent")


def _mail(invitation_id: int) -> str:
    """Send one; returns what went wrong. One that is used, cancelled, over or mailed already is passed over."""
    rows = Invitation.objects.waiting().select_related("project", "invited_by")
    invitation = rows.filter(pk=invitation_id, mailed_at=None).first()
    if invitation is None:
        return ""
    secret = secret_of(invitation)
    if token_digest(secret) != invitation.digest:
        return "The site's secret key has changed since; send the invitation again."
    inviter = invitation.invited_by
    text = render_to_string("projects/invitation_mail.txt", {"invitation": invitation, "link": link_of(secret)})
    mail = EmailMessage(
        subject=" ".join(f"Invitation to “{invitation.project.name}”".split()),
        body=text,
        to=[invitation.email],
        reply_to=[inviter.email] if inviter else None,
        headers={"Message-ID": f"<invitation-{invitation.pk}-{invitation.digest[:24]}@labelplatform>"},
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        return f"The mail server did not take it: {error}"
    return ""
