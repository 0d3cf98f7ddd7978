"""Who is told of what, when, how, and that nobody is told what they may not see."""

import uuid
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.talk.comments import add_comment
from labelplatform.accounts.people import set_user_open
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, run_job
from labelplatform.notifications import mailing
from labelplatform.notifications.kinds import notification_kinds, register_kind
from labelplatform.notifications.models import Notification
from labelplatform.notifications.notifying import notify
from labelplatform.notifications.preferences import choose_deliveries
from labelplatform.notifications.reading import unread_count
from projects.membership.invitations import accept_invitation, invite_member
from projects.membership.people import change_member, remove_member
from projects.models import Assignment, Membership
from tests.factories import make_member, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """The names of tasks that were sent to a worker."""
    names = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, **kwargs: names.append(name))
    return names


def hold(member, task):
    later = timezone.now() + timedelta(minutes=5)
    return Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=later)


def handle(member):
    return "@" + member.user.email.partition("@")[0]


def told(member):
    """What a person reads in their list, oldest first: kinds."""
    rows = Notification.objects.filter(user=member.user).order_by("id")
    return [row.kind for row in rows]


def shown(api, member, query=""):
    return api(member.user).read(f"notifications/{query}").json()["results"]


def comment(member, task, text, **fields):
    return add_comment(member, task, key=uuid.uuid4(), **{"kind": "comment", "text": text, **fields})[0]


def test_a_call_a_reply_and_a_flag_reach_whom_they_concern_once_and_never_their_author(
    api, project, ada, ben, rae, committed
):
    task = make_task(project)
    hold(ben, task)
    with committed():
        first = comment(ben, task, f"{handle(rae)} {handle(ben)} which?")
        comment(rae, task, f"{handle(ben)} the second", parent=first.pk)
        comment(ada, task, "agreed", parent=first.pk)
        comment(ben, task, f"{handle(ada)} look", kind="flag")
    assert told(rae) == ["mention", "reply"]
    assert told(ben) == ["mention", "reply"]
    assert told(ada) == ["mention"]
    row = shown(api, ada)[0]
    assert row["text"].startswith(f"ben mentioned you on {task.external_id} in Topics: “")
    assert row["path"].startswith(f"/projects/{project.slug}/data/{task.pk}/talk/#comment-")


def test_a_repeated_comment_tells_nobody_twice(project, ada, ben, committed):
    task = make_task(project)
    hold(ben, task)
    key = uuid.uuid4()
    with committed():
        for _ in range(2):
            add_comment(ben, task, key=key, kind="flag", text="")
    assert told(ada) == ["flag"]


def test_nobody_is_told_of_a_task_they_may_not_see(project, ben, committed):
    task = make_task(project)
    with committed():
        notify([ben.user.pk], kind="mention", text="x", path="/", project_id=project.pk, object=task)
    assert told(ben) == []
    hold(ben, task)
    with committed():
        notify([ben.user.pk], kind="mention", text="x", path="/", project_id=project.pk, object=task)
    assert told(ben) == ["mention"]


@pytest.mark.parametrize(
    "lose",
    [
        lambda ada, ben, lease: remove_member(ada, ben),
        lambda ada, ben, lease: change_member(ada, ben, suspended=True),
        lambda ada, ben, lease: Assignment.objects.filter(pk=lease.pk).update(status="expired"),
    ],
    ids=["removed", "suspended", "lost the task"],
)
def test_what_one_may_not_see_any_more_vanishes_from_bell_page_api_and_mail(
    api, client, project, ada, ben, committed, lose
):
    task = make_task(project)
    lease = hold(ben, task)
    choose_deliveries(ben.user, {"mention": "email"})
    with committed():
        comment(ada, task, f"{handle(ben)} a secret")
    row = Notification.objects.get(user=ben.user)
    assert unread_count(ben.user) == 1
    lose(ada, ben, lease)
    assert unread_count(ben.user) == 0
    assert shown(api, ben) == []
    client.force_login(ben.user)
    assert "a secret" not in client.get("/notifications/").content.decode()
    assert client.post(f"/notifications/{row.pk}/open/").status_code == 404
    assert api(ben.user).send(f"notifications/{row.pk}/read/").status_code == 404
    mailing.mail_waiting()
    assert mail.outbox == []


def test_a_closed_account_gets_no_mail(project, ada, ben, committed):
    choose_deliveries(ada.user, {"flag": "email"})
    task = make_task(project)
    hold(ben, task)
    with committed():
        comment(ben, task, "", kind="flag")
    make_user(is_superuser=True)
    make_member(project, "admin")
    set_user_open(ada.user, is_open=False, actor=None)
    mailing.mail_waiting()
    assert mail.outbox == []


def test_mail_goes_out_once_with_a_way_to_have_less_of_it(project, ada, ben, committed, woken):
    choose_deliveries(ada.user, {"flag": "email"})
    task = make_task(project)
    hold(ben, task)
    with committed():
        comment(ben, task, "Two topics?\nBcc: eve@example.com", kind="flag")
    assert "notifications.mail_waiting" in woken
    assert mailing.mail_waiting() == 1
    assert mailing.mail_waiting() == 0
    (message,) = mail.outbox
    assert message.to == [ada.user.email]
    assert message.subject == f"ben flagged {task.external_id} in Topics: “Two topics? Bcc: eve@example.com”"
    assert message.bcc == []
    assert f"/projects/{project.slug}/data/{task.pk}/talk/" in message.body
    assert "/notifications/settings/" in message.body


def test_a_mail_server_that_refuses_is_asked_again(project, ada, committed, monkeypatch):
    choose_deliveries(ada.user, {"job": "email"})
    with committed():
        for text in ("one", "two"):
            notify([ada.user.pk], kind="job", text=text, path="/", project_id=project.pk)
    send = mailing.EmailMessage.send

    def refuse_the_first(message, *args):
        if message.subject == "one":
            raise SMTPException("busy")
        return send(message, *args)

    monkeypatch.setattr(mailing.EmailMessage, "send", refuse_the_first)
    assert mailing.mail_waiting() == 1
    monkeypatch.setattr(mailing.EmailMessage, "send", send)
    assert mailing.mail_waiting() == 1
    assert [message.subject for message in mail.outbox] == ["two", "one"]
    Notification.objects.update(mailed_at=None, created_at=timezone.now() - timedelta(days=2))
    assert mailing.mail_waiting() == 0  # too late to be worth a mail


def test_a_worker_that_dies_while_sending_never_makes_a_second_mail(project, ada, committed, monkeypatch):
    choose_deliveries(ada.user, {"job": "email"})
    with committed():
        notify([ada.user.pk], kind="job", text="done", path="/", project_id=project.pk)

    def die(message, *args):
        raise SystemExit

    monkeypatch.setattr(mailing.EmailMessage, "send", die)
    with pytest.raises(SystemExit):
        mailing.mail_waiting()
    monkeypatch.undo()
    assert mailing.mail_waiting() == 0


def test_the_digest_is_one_mail_a_day_with_what_is_unread(project, ada, committed):
    choose_deliveries(ada.user, {"job": "digest"})
    today = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
    with committed():
        for text in ("one", "two", "three"):
            notify([ada.user.pk], kind="job", text=text, path="/jobs/", project_id=project.pk)
    rows = list(Notification.objects.order_by("id"))
    Notification.objects.update(created_at=today)
    Notification.objects.filter(pk=rows[1].pk).update(read_at=today)
    assert mailing.mail_digests(today + timedelta(minutes=59)) == 0  # before the hour
    assert mailing.mail_digests(today + timedelta(minutes=61)) == 1
    assert mailing.mail_digests(today + timedelta(hours=5)) == 0
    Notification.objects.create(
        user=ada.user, project_id=project.pk, kind="job", text="four", path="/", delivery="digest",
        created_at=today + timedelta(hours=6),
    )  # fmt: skip
    assert mailing.mail_digests(today + timedelta(hours=20)) == 0
    assert mailing.mail_digests(today + timedelta(hours=26)) == 1
    first, second = mail.outbox
    assert first.subject == "2 notifications"
    assert "one" in first.body
    assert "two" not in first.body
    assert second.subject == "four"


def test_off_is_off_and_each_kind_is_chosen_by_itself(api, client, project, ada, ben, committed):
    answer = api(ada.user).patch(
        "/api/v1/notifications/settings/", {"kinds": {"flag": "off"}}, content_type="application/json"
    )
    assert answer.json()["kinds"] == {**dict.fromkeys(notification_kinds(), "page"), "flag": "off"}
    task = make_task(project)
    hold(ben, task)
    with committed():
        comment(ben, task, "", kind="flag")
        comment(ben, task, handle(ada))
    assert told(ada) == ["mention"]
    client.force_login(ada.user)
    client.post("/notifications/settings/", {"mention": "digest", "nonsense": "1"})
    ada.user.refresh_from_db()
    assert ada.user.preferences["notifications"] == {"flag": "off", "mention": "digest"}
    client.post("/notifications/settings/", {"mention": "carrier pigeon"})
    ada.user.refresh_from_db()
    assert ada.user.preferences["notifications"]["mention"] == "digest"
    for wrong in ({"gossip": "page"}, {"flag": "pigeon"}):
        refused = api(ada.user).patch(
            "/api/v1/notifications/settings/", {"kinds": wrong}, content_type="application/json"
        )
        assert refused.status_code == 422


def test_reading_one_leads_to_it_and_reading_all_leaves_what_came_since(api, client, project, ada, committed):
    with committed():
        for text in ("one", "two", "three"):
            notify([ada.user.pk], kind="job", text=text, path=f"/projects/{project.slug}/jobs/", project_id=project.pk)
    one, two, three = Notification.objects.order_by("id")
    client.force_login(ada.user)
    assert client.post(f"/notifications/{one.pk}/open/")["Location"] == f"/projects/{project.slug}/jobs/"
    assert [row["text"] for row in shown(api, ada, "?unread=true")] == ["three", "two"]
    client.post("/notifications/read/", {"newest": two.pk})
    assert [row["text"] for row in shown(api, ada, "?unread=true")] == ["three"]
    assert api(ada.user).send("notifications/read/").json() == {"read": 1}
    assert unread_count(ada.user) == 0
    for nonsense in ("", "²", "9" * 40, "-1", "x"):
        assert client.post("/notifications/read/", {"newest": nonsense}).status_code == 302
        assert client.get("/notifications/", {"before": nonsense}).status_code == 200


def test_nobody_reads_anothers(api, project, ada, ben, committed):
    with committed():
        notify([ada.user.pk], kind="job", text="x", path="/", project_id=project.pk)
    row = Notification.objects.get()
    assert api(ben.user).send(f"notifications/{row.pk}/read/").status_code == 404
    assert shown(api, ben) == []
    assert api(ada.user).send(f"notifications/{row.pk}/read/").json()["read_at"]


def test_the_bell_asks_as_often_for_a_thousand_as_for_one(client, project, ada):
    task = make_task(project)
    client.force_login(ada.user)
    client.get("/accounts/")  # a session's first page notes where it came from
    counts = []
    for many in (1, 1000):
        Notification.objects.bulk_create(
            Notification(user=ada.user, project_id=project.pk, kind="mention", text="x", path="/", object_id=task.pk)
            for _ in range(many)
        )
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/accounts/").content.decode()
        counts.append(len(asked))
    assert "Notifications: 99+ new" in page
    assert counts[0] == counts[1]


def job_of(user, project, **fields):
    fields.setdefault("created_at", timezone.now())
    return Job.objects.create(kind="restage_tasks", project_id=project.pk, requested_by=user, **fields)


def test_who_started_a_job_hears_of_its_failure_and_of_a_long_ones_end(project, ada, committed, monkeypatch):
    def fail(run):
        raise JobFailed("The file is gone.")

    long_ago = timezone.now() - timedelta(minutes=3)
    with committed():
        run_job(job_of(ada.user, project, params={"project_id": project.pk}).pk)  # over at once: nothing to tell
        run_job(job_of(ada.user, project, params={"project_id": project.pk}, created_at=long_ago).pk)
        run_job(job_of(None, project, params={"project_id": project.pk}, created_at=long_ago).pk)
        monkeypatch.setattr("projects.queueing.restaging.restage_project", fail)
        run_job(job_of(ada.user, project).pk)
    texts = list(Notification.objects.order_by("id").values_list("text", flat=True))
    assert texts == [
        "Restage tasks in Topics is done: 0 tasks changed.",
        "Restage tasks in Topics failed: The file is gone.",
    ]


def test_who_invited_hears_that_it_was_accepted_while_they_manage(project, ada, committed):
    _, secret = invite_member(ada, email="zoe@example.com", role="viewer")
    _, other = invite_member(ada, email="max@example.com", role="viewer")
    with committed():
        accept_invitation(secret, name="Zoë", password="correct horse")
    assert Notification.objects.get(user=ada.user).text == "Zoë accepted your invitation to Topics as viewer."
    make_member(project, "admin", make_user())
    Membership.objects.filter(pk=ada.pk).update(role="viewer")
    with committed():
        accept_invitation(other, name="Max", password="correct horse")
    assert Notification.objects.filter(user=ada.user).count() == 1
    assert unread_count(ada.user) == 0


def test_a_kind_is_one_line_and_an_unknown_one_is_refused():
    register_kind("job", notification_kinds()["job"].title, "projects.notices.members_only")  # the same again is fine
    with pytest.raises(ValueError, match="job"):
        register_kind("job", "Another", "projects.notices.members_only")
    with pytest.raises(LookupError, match="gossip"):
        notify([1], kind="gossip", text="x", path="/")
