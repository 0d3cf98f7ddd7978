"""Members and invitations by API."""

import uuid

import pytest
from django.conf import settings

from projects.membership.invitations import open_invitation
from projects.models import Assignment, Invitation, Membership
from tests.factories import make_member, make_tasks, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api, ada):
    return api(ada.user)


def path_of(ada, member=None):
    return f"projects/{ada.project.slug}/members/" + (f"{member.pk}/" if member else "")


def patch(client, path, body):
    return client.patch(f"/api/v1/{path}", body, content_type="application/json")


def test_a_known_address_is_a_member_at_once(client, ada):
    zoe = make_user("zoe")
    answer = client.send(path_of(ada), {"email": zoe.email.upper(), "role": "reviewer"})
    assert answer.status_code == 201
    assert (answer.json()["member"]["role"], answer.json()["invitation"]) == ("reviewer", None)
    assert Membership.objects.get(user=zoe).role == "reviewer"
    assert client.send(path_of(ada), {"email": zoe.email, "role": "viewer"}).status_code == 409


def test_an_unknown_address_is_invited_and_the_link_is_shown_once(client, ada):
    body = {"email": "new@example.com", "role": "annotator", "key": str(uuid.uuid4())}
    invited = client.send(path_of(ada), body).json()
    link = invited["invitation"]["link"]
    assert link.startswith(settings.SITE_URL)
    assert open_invitation(link.rstrip("/").rpartition("/")[2]).email == "new@example.com"
    again = client.send(path_of(ada), body)
    assert (again.status_code, again.json()["invitation"]["link"]) == (200, None)
    listed = client.read(f"projects/{ada.project.slug}/invitations/").json()["results"]
    assert [(row["email"], "link" in row) for row in listed] == [("new@example.com", False)]


def test_a_cancelled_invitation_leads_nowhere(client, ada):
    invited = client.send(path_of(ada), {"email": "new@example.com", "role": "annotator"}).json()["invitation"]
    path = f"/api/v1/projects/{ada.project.slug}/invitations/{invited['id']}/"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get(invited["link"].removeprefix(settings.SITE_URL)).status_code == 404
    assert not Invitation.objects.exists()


def test_a_role_changes_and_a_suspended_member_gives_back_what_they_hold(client, ada, ben, api):
    make_tasks(ada.project, 1)
    api(ben.user).next_task(ada.project)
    changed = patch(client, path_of(ada, ben), {"role": "reviewer", "suspended": True})
    assert (changed.json()["role"], changed.json()["suspended"]) == ("reviewer", True)
    assert Assignment.objects.get().status == "expired"
    assert api(ben.user).read(path_of(ada)).status_code == 404


def test_a_manager_makes_nobody_an_admin_and_touches_none(api, ada):
    manager = make_member(ada.project, "manager")
    client = api(manager.user)
    assert client.send(path_of(ada), {"email": make_user().email, "role": "admin"}).status_code == 422
    assert patch(client, path_of(ada, manager), {"role": "admin"}).status_code == 422
    assert patch(client, path_of(ada, ada), {"role": "viewer"}).status_code == 422
    assert client.delete(f"/api/v1/{path_of(ada, ada)}").status_code == 422
    assert Membership.objects.get(pk=ada.pk).role == "admin"


def test_the_last_admin_stays(client, ada):
    assert patch(client, path_of(ada, ada), {"role": "manager"}).status_code == 409
    assert client.delete(f"/api/v1/{path_of(ada, ada)}").status_code == 409


def test_everybody_may_leave_and_nobody_may_send_others_away_without_the_right(api, ada, ben, rae):
    assert api(ben.user).delete(f"/api/v1/{path_of(ada, rae)}").status_code == 403
    assert api(ben.user).delete(f"/api/v1/{path_of(ada, ben)}").status_code == 204
    assert api(ben.user).read(f"projects/{ada.project.slug}/").status_code == 404


def test_a_site_admin_who_is_no_member_manages_members(api, ada, ben):
    root = api(make_user("root", is_superuser=True))
    assert patch(root, path_of(ada, ben), {"role": "viewer"}).status_code == 200
    assert Membership.objects.filter(project=ada.project).count() == 2


def test_settings_of_a_member_are_changed_and_each_wrong_one_is_named(client, ada, ben):
    changed = patch(client, path_of(ada, ben), {"skills": ["Law", "de at"], "capacity": 0.5, "open_limit": 3})
    assert changed.status_code == 200
    told = changed.json()
    assert (told["skills"], told["capacity"], told["open_limit"]) == (["law", "de at"], 0.5, 3)
    wrong = patch(client, path_of(ada, ben), {"capacity": "much", "open_limit": 0, "review_level": 3})
    assert wrong.status_code == 422
    assert {error["path"] for error in wrong.json()["errors"]} == {"capacity", "open_limit", "review_level"}
    assert patch(client, path_of(ada, ben), {"skills": ["a+b"]}).json()["errors"][0]["path"] == "skills"
    assert patch(client, path_of(ada, ben), {"open_limit": None}).json()["open_limit"] is None


def test_every_field_of_the_model_beside_the_documented_ones_is_refused_by_name(client, ada, ben):
    before = Membership.objects.filter(pk=ben.pk).values().get()
    fields = {field.attname for field in Membership._meta.concrete_fields} | {"user", "project", "email", "name"}
    foreign = fields - {"role", "suspended", "skills", "capacity", "open_limit", "daily_limit", "review_level"}
    refused = patch(client, path_of(ada, ben), {"role": "admin", **dict.fromkeys(foreign, 7)})
    assert refused.status_code == 422
    assert {error["path"] for error in refused.json()["errors"]} == foreign
    assert Membership.objects.filter(pk=ben.pk).values().get() == before


def test_nobody_invites_themselves_to_more(api, ada, ben):
    manager = make_member(ada.project, "manager")
    for member, statuses in ((ben, {403}), (manager, {422, 409})):
        for role in ("admin", "manager"):
            body = {"email": member.user.email, "role": role}
            assert api(member.user).send(path_of(ada), body).status_code in statuses
            many = api(member.user).send(f"{path_of(ada)}many/", {"people": [body]})
            assert many.status_code in {*statuses, 201}
        member.refresh_from_db()
    assert (ben.role, manager.role) == ("annotator", "manager")
    assert not Invitation.objects.exists()


def test_a_project_is_handed_over_by_api(client, api, ada, ben):
    assert api(ben.user).send(f"{path_of(ada, ben)}hand-over/").status_code == 403
    assert client.send(f"{path_of(ada, ada)}hand-over/").status_code == 422
    answer = client.send(f"{path_of(ada, ben)}hand-over/", {"leave": True})
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert client.read(path_of(ada)).status_code == 404


def test_an_invitation_is_sent_again_by_api(client, ada):
    invited = client.send(path_of(ada), {"email": "new@example.com", "role": "viewer"}).json()["invitation"]
    path = f"projects/{ada.project.slug}/invitations/{invited['id']}/resend/"
    again = client.send(path, {"by_mail": True}).json()
    assert again["link"] != invited["link"]
    assert client.get(invited["link"].removeprefix(settings.SITE_URL)).status_code == 404
    assert client.get(again["link"].removeprefix(settings.SITE_URL)).status_code == 200
