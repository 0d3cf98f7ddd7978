"""Invitations: whose they are, when they are over, and how they are mailed."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.http import Http404
from django.test import Client
from django.utils import timezone

from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import requeue_stale_jobs, run_job
from labelplatform.refusals import Conflict
from projects.membership.invitations import (
    InvitationOver,
    accept_invitation,
    invite_member,
    open_invitation,
    resend_invitation,
)
from projects.membership.people import change_member
from projects.models import Invitation, Membership
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"


@pytest.fixture
def invited(ada):
    return invite_member(ada, email="new@example.com", role="reviewer", skills=["German"])


def test_skills_wait_with_the_invitation(invited):
    member = accept_invitation(invited[1], name="New", password=PASSWORD)
    assert (member.role, member.skills) == ("reviewer", ["german"])


def test_a_used_invitation_names_whom_it_served_and_a_page_says_so(invited):
    accept_invitation(invited[1], name="New", password=PASSWORD)
    answer = Client().get(f"/invitations/{invited[1]}/")
    assert answer.status_code == 410
    assert "new@example.com has used this invitation" in answer.content.decode()
    with pytest.raises(InvitationOver, match="Sign in as new@example.com"):
        accept_invitation(invited[1], user=make_user("thief"))


def test_an_expired_invitation_says_whom_to_ask(invited, ada):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = Client().get(f"/invitations/{invited[1]}/")
    assert answer.status_code == 410
    assert f"Ask {ada.user.email} for a new one" in answer.content.decode()
    assert Client().post(f"/invitations/{invited[1]}/", {"name": "N", "password": PASSWORD}).status_code == 410
    assert not Membership.objects.filter(role="reviewer").exists()


def test_another_address_is_told_whose_invitation_it_is(invited, eve):
    with pytest.raises(Conflict, match=rf"for new@example.com; you are signed in as {eve.user.email}"):
        accept_invitation(invited[1], user=eve.user)
    client = Client()
    client.force_login(eve.user)
    page = client.post(f"/invitations/{invited[1]}/")
    assert page.status_code == 409
    assert "new@example.com" in page.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_sending_again_kills_the_old_link(invited, ada):
    invitation, old = invited
    new = resend_invitation(ada, invitation)
    assert new != old
    with pytest.raises(Http404):
        open_invitation(old)
    assert accept_invitation(new, name="New", password=PASSWORD).role == "reviewer"
    with pytest.raises(Conflict, match="used the invitation already"):
        resend_invitation(ada, invitation)


def test_an_expired_invitation_can_be_sent_again(invited, ada):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert open_invitation(resend_invitation(ada, invited[0])).expires_at > timezone.now()


def test_the_database_holds_no_link(invited):
    row = Invitation.objects.values().get()
    assert invited[1] not in repr(row)


def test_an_invitation_to_a_higher_role_changes_no_member(ada, ben):
    """Written while ben had no account, opened when he is an annotator."""
    _, secret = invite_member(ada, email="other@example.com", role="admin")
    Invitation.objects.update(email=ben.user.email)
    assert accept_invitation(secret, user=ben.user).role == "annotator"
    ben.refresh_from_db()
    assert ben.role == "annotator"


def test_an_invitation_is_no_way_back_for_a_suspended_member(ada, ben):
    _, secret = invite_member(ada, email="other@example.com", role="annotator")
    Invitation.objects.update(email=ben.user.email)
    change_member(ada, ben, suspended=True)
    with pytest.raises(Conflict, match="suspended"):
        accept_invitation(secret, user=ben.user)
    ben.refresh_from_db()
    assert ben.suspended


def mail_links():
    return [re.search(r"/invitations/(\w+)/", str(message.body))[1] for message in mail.outbox]


def test_a_mailed_invitation_says_who_invites_whereto_and_as_what(ada, django_capture_on_commit_callbacks):
    ada.project.name = "Voice\nassistant"
    invitation, secret = invite_member(ada, email="new@example.com", role="viewer")
    resend_invitation(ada, invitation, by_mail=True)
    run_job(Job.objects.get().pk)
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    assert message.reply_to == [ada.user.email]
    assert all(word in message.body for word in (ada.user.display_name, "viewer", "Topics", "new@example.com"))
    (link,) = mail_links()
    assert link != secret
    assert accept_invitation(link, name="New", password=PASSWORD).role == "viewer"
    assert Job.objects.get().state == JobState.DONE


def test_a_killed_job_goes_on_with_the_next_mail_and_repeats_none(ada, monkeypatch):
    rows = [invite_member(ada, email=f"p{number}@example.com", role="viewer")[0] for number in range(4)]
    resend = [row.pk for row in rows]
    job = Job.objects.create(
        kind="mail_invitations", project_id=ada.project_id, params={"invitation_ids": resend}, requested_by=ada.user
    )
    send = locmem.EmailBackend.send_messages

    def dies_at_the_third(self, messages):
        if len(mail.outbox) == 2:
            raise KeyboardInterrupt
        return send(self, messages)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send)
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert requeue_stale_jobs() == 1
    run_job(job.pk)
    assert [message.to[0] for message in mail.outbox] == [row.email for row in rows]
    assert Invitation.objects.exclude(mailed_at=None).count() == 4


def test_what_the_mail_server_refuses_is_noted_and_the_others_go_out(ada, monkeypatch):
    rows = [invite_member(ada, email=f"p{number}@example.com", role="viewer")[0] for number in range(2)]
    send = locmem.EmailBackend.send_messages

    def refuses_the_first(self, messages):
        if messages[0].to == [rows[0].email]:
            raise ConnectionRefusedError("nobody listens")
        return send(self, messages)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuses_the_first)
    job = Job.objects.create(kind="mail_invitations", params={"invitation_ids": [row.pk for row in rows]})
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error.startswith("1 of 2 invitations could not be mailed")
    assert [message.to for message in mail.outbox] == [[rows[1].email]]
    refused, sent = Invitation.objects.order_by("id")
    assert "nobody listens" in refused.mail_problem
    assert refused.mailed_at is None
    assert sent.mailed_at is not None


def test_cancelled_and_used_invitations_are_not_mailed(ada):
    used, secret = invite_member(ada, email="used@example.com", role="viewer")
    gone, _ = invite_member(ada, email="gone@example.com", role="viewer")
    job = Job.objects.create(kind="mail_invitations", params={"invitation_ids": [used.pk, gone.pk]})
    accept_invitation(secret, name="U", password=PASSWORD)
    gone.delete()
    run_job(job.pk)
    assert mail.outbox == []


def test_a_manager_sends_no_admins_invitation_again(ada, invited):
    Invitation.objects.update(role="admin")
    manager = make_member(ada.project, "manager")
    client = Client()
    client.force_login(manager.user)
    page = client.post(f"/projects/{ada.project.slug}/invitations/{invited[0].pk}/resend/", follow=True)
    assert "you cannot give or take the role" in page.content.decode()
    assert open_invitation(invited[1]).role == "admin"
