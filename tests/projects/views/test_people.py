import re

import pytest
from django.test import Client

from labelplatform.accounts.models import User
from projects.models import Invitation, Membership
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client, ada):
    client.force_login(ada.user)
    return client


def path(project):
    return f"/projects/{project.slug}/people/"


def link_in(page):
    found = re.search(r"http://testserver(/invitations/[^<]+/)<", page)
    assert found, page
    return found[1]


def test_an_unknown_address_gets_a_link_that_is_shown_once(admin_client, project):
    page = admin_client.post(path(project), {"email": "zoe@example.com", "role": "annotator"}).content.decode()
    link = link_in(page)
    again = admin_client.get(path(project)).content.decode()
    assert "zoe@example.com" in again
    assert link not in again


def test_a_known_address_is_a_member_at_once(admin_client, project):
    user = make_user("zoe")
    admin_client.post(path(project), {"email": user.email, "role": "viewer"})
    assert Membership.objects.get(project=project, user=user).role == "viewer"
    assert not Invitation.objects.exists()


def test_the_link_makes_an_account_signs_in_and_joins(admin_client, project):
    link = link_in(admin_client.post(path(project), {"email": "zoe@example.com", "role": "annotator"}).content.decode())
    guest = Client()
    assert "zoe@example.com" in guest.get(link).content.decode()
    answer = guest.post(link, {"name": "Zoe", "password": "a long enough phrase"})
    assert answer.status_code == 302
    user = User.objects.get(email="zoe@example.com")
    assert Membership.objects.get(project=project, user=user).role == "annotator"
    assert guest.get("/").context["request"].user == user
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("password", ["short", "password123", ""])
def test_a_weak_password_is_refused_and_the_link_stays_good(admin_client, project, password):
    link = link_in(admin_client.post(path(project), {"email": "zoe@example.com", "role": "annotator"}).content.decode())
    assert Client().post(link, {"name": "Zoe", "password": password}).status_code == 422
    assert Client().get(link).status_code == 200


def test_somebody_else_who_is_signed_in_cannot_use_the_link(admin_client, project, eve):
    link = link_in(admin_client.post(path(project), {"email": "zoe@example.com", "role": "annotator"}).content.decode())
    thief = Client()
    thief.force_login(eve.user)
    assert thief.post(link).status_code == 409
    assert not Membership.objects.filter(project=project, user=eve.user).exists()


def test_a_cancelled_invitation_is_gone(admin_client, project):
    link = link_in(admin_client.post(path(project), {"email": "zoe@example.com", "role": "annotator"}).content.decode())
    invitation = Invitation.objects.get()
    admin_client.post(f"/projects/{project.slug}/invitations/{invitation.pk}/cancel/")
    assert Client().get(link).status_code == 404


def test_roles_change_people_are_suspended_come_back_and_are_removed(admin_client, project, ben):
    url = f"{path(project)}{ben.pk}/"
    admin_client.post(url, {"act": "role", "role": "reviewer"})
    admin_client.post(url, {"act": "suspend"})
    ben.refresh_from_db()
    assert (ben.role, ben.suspended) == ("reviewer", True)
    admin_client.post(url, {"act": "resume"})
    ben.refresh_from_db()
    assert not ben.suspended
    admin_client.post(url, {"act": "remove"})
    assert not Membership.objects.filter(pk=ben.pk).exists()


def test_the_last_admin_stays_and_the_page_says_why(admin_client, project, ada):
    answer = admin_client.post(f"{path(project)}{ada.pk}/", {"act": "role", "role": "viewer"}, follow=True)
    ada.refresh_from_db()
    assert ada.role == "admin"
    assert answer.status_code == 200


def test_a_manager_cannot_touch_an_admin(client, project, ada):
    manager = make_member(project, "manager")
    client.force_login(manager.user)
    page = client.post(f"{path(project)}{ada.pk}/", {"act": "remove"}, follow=True).content.decode()
    assert "you cannot give or take the role" in page
    assert Membership.objects.filter(pk=ada.pk).exists()


def test_eve_cannot_reach_our_people_by_naming_them_under_her_own_project(client, eve, ben):
    client.force_login(eve.user)
    assert client.post(f"{path(eve.project)}{ben.pk}/", {"act": "remove"}).status_code == 404
    assert client.get(path(ben.project)).status_code == 404
    assert Membership.objects.filter(pk=ben.pk).exists()


def test_an_annotator_cannot_open_the_page(client, ben):
    client.force_login(ben.user)
    assert client.get(path(ben.project)).status_code == 403
