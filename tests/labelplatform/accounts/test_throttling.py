"""Trying passwords: how often, from where, and that nothing tells whether an account exists."""

import re
import time
from statistics import median

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
HERE, THERE = "192.0.2.7", "198.51.100.4"
_TOKEN = re.compile(r"[A-Za-z0-9]{64}")


@pytest.fixture
def ben():
    return make_user("ben", password=PASSWORD)


def attempt(email, password="wrong", *, address=HERE, **headers):
    client = Client(REMOTE_ADDR=address, headers=headers)
    return client.post("/accounts/login/", {"login": email, "password": password})


def fail(email, times, **where):
    for _ in range(times):
        assert attempt(email, **where).status_code == 200


def test_after_five_failures_from_one_place_even_the_right_password_waits_and_the_page_says_how_long(ben):
    fail(ben.email, 5)
    answer = attempt(ben.email, PASSWORD)
    assert answer.status_code == 429
    assert 240 < int(answer["Retry-After"]) <= 300
    assert "Wait about 5 min, then try again" in answer.content.decode()


def test_whoever_fails_for_somebody_else_locks_nobody_out(ben):
    fail(ben.email, 5, address=THERE)
    assert attempt(ben.email, PASSWORD, address=THERE).status_code == 429
    assert attempt(ben.email, PASSWORD, address=HERE).status_code == 302


def test_the_wait_ends(ben, monkeypatch):
    fail(ben.email, 5)
    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 301)
    assert attempt(ben.email, PASSWORD).status_code == 302


def test_many_accounts_from_one_place_are_throttled_too():
    for number in range(30):
        fail(f"nobody{number}@example.com", 1)
    assert attempt("another@example.com").status_code == 429


def test_signing_in_rightly_never_counts(ben):
    for _ in range(35):
        assert attempt(ben.email, PASSWORD).status_code == 302


def test_another_address_is_not_made_up_by_a_header(ben):
    for number in range(5):
        fail(ben.email, 1, **{"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"})
    assert attempt(ben.email, **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(ben, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(5):  # the client makes the first entry up, the proxy appends the last
        fail(ben.email, 1, **{"X-Forwarded-For": f"203.0.113.{number}, {THERE}"})
    assert attempt(ben.email, PASSWORD, **{"X-Forwarded-For": f"203.0.113.9, {THERE}"}).status_code == 429
    assert attempt(ben.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.9"}).status_code == 302


@pytest.mark.parametrize("told", ["", "nonsense", "203.0.113.9"])
def test_a_request_past_the_proxies_is_answered_by_its_own_address(ben, settings, told):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert attempt(ben.email, PASSWORD, **({"X-Forwarded-For": told} if told else {})).status_code == 302


def test_a_known_and_an_unknown_address_are_answered_alike(ben):
    known, unknown = attempt(ben.email), attempt("nobody@example.com")
    told = [
        _TOKEN.sub("", answer.content.decode().replace(email, "")).strip()
        for answer, email in ((known, ben.email), (unknown, "nobody@example.com"))
    ]
    assert told[0] == told[1]
    assert known.status_code == unknown.status_code
    fail(ben.email, 4)
    fail("nobody@example.com", 4)
    told = [_TOKEN.sub("", attempt(email).content.decode()) for email in (ben.email, "nobody@example.com")]
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", ["unknown", "known", "closed", "without a password"])
def test_every_failure_costs_one_password_hash(ben, settings, monkeypatch, kind):
    make_user("zoe", email="closed@example.com", password=PASSWORD, is_active=False)
    make_user("sso", email="sso@example.com", password=None)
    emails = {
        "unknown": "nobody@example.com",
        "known": ben.email,
        "closed": "closed@example.com",
        "without a password": "sso@example.com",
    }
    hasher, asked = type(get_hasher()), []
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: asked.append(1) or encode(self, *args))
    attempt(emails[kind])
    assert len(asked) == 1


def test_asking_for_a_new_password_tells_nothing_and_is_throttled(ben):
    def ask(email, address=HERE):
        return Client(REMOTE_ADDR=address).post("/accounts/password/reset/", {"email": email})

    known, unknown = ask(ben.email), ask("nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[ben.email], ["nobody@example.com"]]
    assert "http" not in mail.outbox[1].body
    for number in range(4):
        ask(ben.email, address=f"203.0.113.{number}")
    waits = ask(ben.email, address="203.0.113.200")
    assert waits.status_code == 429
    assert 3500 < int(waits["Retry-After"]) <= 3600
    assert "Wait about 1 h" in waits.content.decode()
    assert len([message for message in mail.outbox if message.to == [ben.email]]) == 5


def test_the_link_by_mail_names_the_site_whatever_host_was_asked(ben, settings):
    settings.SITE_URL = "https://labels.example.org"
    Client().post("/accounts/password/reset/", {"email": ben.email}, headers={"Host": "evil.example"})
    assert "https://labels.example.org/accounts/password/reset/key/" in mail.outbox[0].body
    assert "http://evil.example" not in mail.outbox[0].body


def test_mail_goes_into_files_unless_the_operator_says_otherwise(ben, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    Client().post("/accounts/password/reset/", {"email": ben.email})
    [file] = tmp_path.iterdir()
    assert "Somebody asked for a new password" in file.read_text()


def test_a_failure_for_a_known_address_takes_as_long_as_for_an_unknown_one(ben, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    ben.set_password(PASSWORD)
    ben.save()
    times = {ben.email: [], "nobody@example.com": []}
    for _ in range(9):
        for email, taken in times.items():
            start = time.perf_counter()
            attempt(email)
            taken.append(time.perf_counter() - start)
    known, unknown = (median(taken) for taken in times.values())
    assert 0.5 < known / unknown < 2
