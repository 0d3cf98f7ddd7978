"""Where one is signed in, and signing out there."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from labelplatform.accounts import middleware
from labelplatform.accounts.sessions import browser_in_words
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/604"
)


@pytest.fixture
def ben():
    return make_user("ben", password=PASSWORD)


def browser(user, agent=FIREFOX, address="192.0.2.7"):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/api/v1/me/").status_code == 200


def test_each_browser_is_listed_in_words_with_address_and_this_one_marked(ben):
    here = browser(ben)
    browser(ben, IPHONE, "198.51.100.4")
    page = here.get("/accounts/sessions/").content.decode()
    rows = re.findall(r"<tr><th scope=.row.>(.*?)</tr>", page, re.S)
    assert len(rows) == 2
    assert "Firefox on Linux" in rows[0]
    assert "this one" in rows[0]
    assert "192.0.2.7" in rows[0]
    assert "Safari on iPhone" in rows[1]
    assert "198.51.100.4" in rows[1]


def test_one_other_session_is_ended_and_this_one_is_not(ben):
    here, there = browser(ben), browser(ben, IPHONE)
    row = UserSession.objects.get(user_agent=IPHONE)
    here.post(f"/accounts/sessions/{row.pk}/end/")
    assert (is_in(here), is_in(there)) == (True, False)
    own = UserSession.objects.get(user_agent=FIREFOX)
    assert here.post(f"/accounts/sessions/{own.pk}/end/").status_code == 404


def test_all_others_are_ended_at_once_and_nobody_elses(ben):
    here, there, elsewhere = browser(ben), browser(ben, IPHONE), browser(ben)
    eve = browser(make_user("eve", password=PASSWORD))
    here.post("/accounts/sessions/")
    assert [is_in(client) for client in (here, there, elsewhere, eve)] == [True, False, False, True]


def test_changing_the_password_signs_out_everywhere_else(ben):
    here, there = browser(ben), browser(ben, IPHONE)
    new = "a phrase of my own"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)
    assert len(re.findall("<th scope=.row.>", here.get("/accounts/sessions/").content.decode())) == 1


def test_a_reset_password_signs_out_everywhere(ben, mailoutbox):
    there = browser(ben)
    client = Client()
    client.post("/accounts/password/reset/", {"email": ben.email})
    link = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body)
    assert link
    page = client.get(link[1], follow=True)
    new = "a phrase of my own"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert not is_in(there)


def test_a_site_admin_signs_somebody_out_everywhere(ben):
    there = browser(ben)
    sam = Client()
    sam.force_login(make_user("sam", is_superuser=True))
    sam.post(f"/accounts/people/{ben.pk}/", {"act": "sign-out"})
    assert not is_in(there)
    assert is_in(sam)


def test_last_seen_is_noted_every_five_minutes_and_never_for_tokens_or_strangers(ben, django_assert_num_queries):
    here = browser(ben)
    here.get("/help/")
    past = timezone.now() - timedelta(days=1)
    UserSession.objects.update(last_seen_at=past)
    here.get("/help/")
    assert UserSession.objects.get().last_seen_at == past
    middleware._noted.clear()
    here.get("/help/")
    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)
    with django_assert_num_queries(0):
        Client().get("/accounts/login/")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537 Chrome/140 Safari/537", "Chrome on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "An unknown program"),
        ("<script>alert(1)</script>", "An unknown program"),
    ],
)
def test_browsers_in_words(agent, words):
    assert browser_in_words(agent) == words
