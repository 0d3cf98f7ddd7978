import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labelplatform.accounts.models import ApiToken, User
from labelplatform.accounts.people import ONE_TIME
from labelplatform.events.models import Event
from projects.models import Membership
from tests.factories import make_user
from tests.signed_in import sign_in_just_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(client):
    user = make_user("sam", is_superuser=True)
    sign_in_just_now(client, user)
    return user


def shown_password(page):
    found = re.search(r'<code id="one-time-password">([^<]+)<', page)
    assert found, page
    return found[1]


def sign_in(email, password):
    client = Client()
    return client, client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_in_leads_on_and_a_wrong_password_says_so():
    user = make_user("ben", password="correct horse battery")
    _, answer = sign_in(user.email.upper(), "correct horse battery")
    assert (answer.status_code, answer.url) == (302, "/")
    _, answer = sign_in(user.email, "wrong")
    assert answer.status_code in {200, 422}
    assert "not correct" in answer.content.decode()


def test_signing_out_needs_a_post(client, sam):
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_nobody_signs_up_by_themselves(client):
    assert "Accounts come by invitation" in client.get("/accounts/signup/").content.decode()


def test_the_name_can_be_changed_and_the_mail_address_cannot(client, sam):
    client.post("/accounts/", {"name": "Samira", "email": "x@example.com", "is_superuser": ""})
    changed = User.objects.get(pk=sam.pk)
    assert (changed.name, changed.email, changed.is_superuser) == ("Samira", sam.email, True)


@pytest.mark.parametrize(("theme", "kept"), [("dark", "dark"), ("neon", None)])
def test_the_theme_is_drawn_by_the_server_from_then_on(client, sam, theme, kept):
    answer = client.post("/accounts/theme/", {"theme": theme, "next": "/help/"})
    assert answer.url == "/help/"
    page = client.get("/help/").content.decode()
    assert ('data-theme="dark"' in page) == (kept == "dark")


def test_the_theme_switch_does_not_lead_elsewhere(client):
    assert client.post("/accounts/theme/", {"theme": "dark", "next": "https://elsewhere.example/"}).url == "/"


def test_a_token_is_shown_once_works_and_can_be_revoked(client, sam):
    page = client.post("/accounts/tokens/", {"name": "nightly", "days": "30"}).content.decode()
    found = re.search(r"lp_[\w-]+", page)
    assert found
    token = ApiToken.objects.get()
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert found[0] not in client.get("/accounts/tokens/").content.decode()
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/projects/", **bearer).status_code == 200
    client.post(f"/accounts/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/projects/", **bearer).status_code == 401


def test_nobody_revokes_anothers_token(client, sam):
    token = make_user("ben").api_tokens.create(name="his", digest="x")
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_people_are_for_site_admins(client):
    client.force_login(make_user("ben"))
    assert client.get("/accounts/people/").status_code == 404
    assert client.post("/accounts/people/", {"email": "x@example.com"}).status_code == 404
    assert not User.objects.filter(email="x@example.com").exists()


def test_a_new_user_signs_in_once_and_is_asked_for_a_password_of_their_own(client, sam):
    page = client.post("/accounts/people/", {"email": "Zoe@Example.com", "name": "Zoe"}).content.decode()
    password = shown_password(page)
    zoe, answer = sign_in("zoe@example.com", password)
    assert answer.url == "/accounts/password/change/"
    new = "a phrase of my own"
    zoe.post("/accounts/password/change/", {"oldpassword": password, "password1": new, "password2": new})
    assert not User.objects.get(email="zoe@example.com").preferences.get(ONE_TIME)
    _, answer = sign_in("zoe@example.com", new)
    assert answer.url == "/"


def test_an_address_is_used_once(client, sam):
    answer = client.post("/accounts/people/", {"email": sam.email})
    assert answer.status_code == 422
    assert "has an account already" in answer.content.decode()


def test_a_closed_account_cannot_sign_in_until_it_is_opened(client, sam):
    ben = make_user("ben", password="correct horse battery")
    client.post(f"/accounts/people/{ben.pk}/", {"act": "close"})
    _, answer = sign_in(ben.email, "correct horse battery")
    assert answer.status_code != 302 or "inactive" in answer.url
    client.post(f"/accounts/people/{ben.pk}/", {"act": "open"})
    _, answer = sign_in(ben.email, "correct horse battery")
    assert answer.url == "/"


def test_the_last_site_admin_cannot_be_closed(client, sam):
    client.post(f"/accounts/people/{sam.pk}/", {"act": "close"})
    assert User.objects.get(pk=sam.pk).is_active


def test_a_new_one_time_password_ends_the_old_one(client, sam):
    ben = make_user("ben", password="correct horse battery")
    password = shown_password(client.post(f"/accounts/people/{ben.pk}/", {"act": "password"}).content.decode())
    assert sign_in(ben.email, "correct horse battery")[1].status_code != 302
    assert sign_in(ben.email, password)[1].url == "/accounts/password/change/"


def test_a_forgotten_password_is_reset_by_mail(client, mailoutbox):
    ben = make_user("ben", password="correct horse battery")
    assert client.post("/accounts/password/reset/", {"email": ben.email}).status_code == 302
    link = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body)
    assert link
    page = client.get(link[1], follow=True)
    new = "a phrase of my own"
    answer = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert answer.status_code == 302, answer.content.decode()
    assert sign_in(ben.email, new)[1].url == "/"


def test_people_stand_with_their_projects_and_roles(client, sam, ada):
    page = client.get("/accounts/people/", {"search": ada.user.email}).content.decode()
    assert f'<a href="/projects/{ada.project.slug}/people/{ada.pk}/">Topics</a> <span class="soft">admin' in page


def test_a_thousand_people_are_paged_found_and_cost_no_more_queries_than_ten(client, sam, project):
    counts = []
    for number in (10, 990):
        made = [User(email=f"p{len(counts)}-{n}@example.com", name=f"Person {n}", password="!") for n in range(number)]
        users = User.objects.bulk_create(made)
        Membership.objects.bulk_create([Membership(project=project, user=user, role="viewer") for user in users])
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/accounts/people/").content.decode()
        counts.append(len(asked))
    assert "1 to 50 of 1,001 people" in page
    assert counts[0] >= counts[1] - 1  # the pager counts in both; ten fit on one page
    found = client.get("/accounts/people/", {"search": "p1-"}).content.decode()
    assert "1 to 50 of 990 people" in found
    assert "?search=p1-&amp;page=2" in found
    assert "p0-" not in client.get("/accounts/people/", {"search": "p1-", "page": "3"}).content.decode()


def test_a_person_is_made_site_admin_and_no_longer_is(client, sam):
    ben = make_user("ben")
    client.post(f"/accounts/people/{ben.pk}/", {"act": "site-admin"})
    assert User.objects.get(pk=ben.pk).is_superuser
    client.post(f"/accounts/people/{ben.pk}/", {"act": "no-site-admin"})
    assert not User.objects.get(pk=ben.pk).is_superuser
    page = client.post(f"/accounts/people/{sam.pk}/", {"act": "no-site-admin"}, follow=True)
    assert User.objects.get(pk=sam.pk).is_superuser
    assert page.status_code == 200


def test_closing_the_account_of_a_projects_last_admin_says_which_project_and_what_to_do(client, sam, ada):
    page = client.post(f"/accounts/people/{ada.user_id}/", {"act": "close"}, follow=True).content.decode()
    assert "“Topics” would be left without an admin" in page
    assert User.objects.get(pk=ada.user_id).is_active


def test_changing_ones_name_is_recorded_with_what_it_was(client, sam):
    before = sam.name
    client.post("/accounts/", {"name": " Samira "})
    sam.refresh_from_db()
    event = Event.objects.get(verb="renamed")
    assert sam.name == "Samira"
    assert (event.before, event.after) == ({"name": before}, {"name": "Samira"})
    assert client.post("/accounts/", {"name": "x" * 121}).status_code == 422
