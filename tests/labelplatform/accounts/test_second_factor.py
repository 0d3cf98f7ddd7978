"""A second factor at sign-in: codes, recovery codes, who needs one; confirming who one is. Keys: tests/browser."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from labelplatform.accounts.models import User
from labelplatform.accounts.tokens import create_api_token
from labelplatform.events.models import Event
from tests.factories import make_member, make_project, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
INDEX = "/accounts/second-factor/"
AUTHENTICATE = f"{INDEX}authenticate/"


@pytest.fixture
def ben():
    return make_user("ben", password=PASSWORD)


@pytest.fixture(autouse=True)
def _same_half_minute(monkeypatch):
    """Codes are made and read at one moment, or a test that straddles two of them fails."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)


def sign_in(user, client=None):
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def code_of(secret, half_minutes=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + half_minutes))


def with_app(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def is_in(client):
    return client.get("/api/v1/me/").status_code == 200


def test_an_app_is_set_up_by_its_code_and_recovery_codes_come_with_it(ben, django_capture_on_commit_callbacks):
    client, _ = sign_in(ben)
    page = client.get(f"{INDEX}totp/activate/").content.decode()
    secret = re.search(r'id="totp-key">([A-Z2-7]+)<', page)
    assert secret
    assert "data:image/svg+xml;base64," in page
    refused = client.post(f"{INDEX}totp/activate/", {"code": "000000"})
    assert "This code is not correct" in refused.content.decode()
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{INDEX}totp/activate/", {"code": code_of(secret[1])}, follow=True)
    codes = re.findall(r"<li><code>(\d{8})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert set(client.get(f"{INDEX}recovery-codes/download/").content.decode().split()) >= set(codes)
    assert Event.objects.filter(actor=ben, verb="added a second factor to").count() == 2
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret[1] not in kept, "the secret is not kept in clear"


def test_the_password_alone_no_longer_signs_in_and_the_code_does(ben):
    secret = with_app(ben)
    client, answer = sign_in(ben)
    assert answer["Location"] == AUTHENTICATE
    assert not is_in(client)
    assert "Your second factor" in client.get(AUTHENTICATE).content.decode()
    wrong = client.post(AUTHENTICATE, {"code": "123"})
    assert "This code is not correct" in wrong.content.decode()
    assert client.post(AUTHENTICATE, {"code": code_of(secret)})["Location"] == "/"
    assert is_in(client)


@pytest.mark.parametrize("half_minutes", [-1, 0, 1])
def test_a_code_works_once_also_a_little_early_or_late(ben, half_minutes, monkeypatch):
    code = code_of(with_app(ben), half_minutes)
    for later, expected in ((0, 302), (0, 200), (31, 200)):
        client, _ = sign_in(ben)
        now = time.time() + later
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda now=now: now)
        spelled = f"{code[:3]} {code[3:]}"
        assert client.post(AUTHENTICATE, {"code": spelled if later else code}).status_code == expected


@pytest.mark.parametrize("half_minutes", [-2, 2])
def test_a_code_of_a_minute_ago_does_not(ben, half_minutes):
    code = code_of(with_app(ben), half_minutes)
    client, _ = sign_in(ben)
    assert client.post(AUTHENTICATE, {"code": code}).status_code == 200


def test_a_recovery_code_works_once(ben):
    with_app(ben)
    code = RecoveryCodes.activate(ben).get_unused_codes()[3]
    for expected in (True, False):
        client, _ = sign_in(ben)
        client.post(AUTHENTICATE, {"code": code})
        assert is_in(client) == expected


def test_guessing_codes_ends_soon_and_says_so(ben):
    secret = with_app(ben)
    client, _ = sign_in(ben)
    for _ in range(5):
        client.post(AUTHENTICATE, {"code": "000000"})
    answer = client.post(AUTHENTICATE, {"code": code_of(secret)})
    assert "Wait five minutes" in answer.content.decode()
    assert not is_in(client)


def test_the_second_step_cannot_be_had_without_the_first(ben):
    secret = with_app(ben)
    client = Client()
    assert client.post(AUTHENTICATE, {"code": code_of(secret)})["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_removing_the_app_takes_the_recovery_codes_too(ben):
    secret = with_app(ben)
    RecoveryCodes.activate(ben)
    client, _ = sign_in(ben)
    client.post(AUTHENTICATE, {"code": code_of(secret)})
    assert "Remove the authenticator app?" in client.get(f"{INDEX}totp/deactivate/").content.decode()
    client.post(f"{INDEX}totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert sign_in(ben)[1]["Location"] == "/"


def test_an_old_session_confirms_who_it_is_before_it_changes_factors_or_makes_tokens(ben):
    secret = with_app(ben)
    client = Client()
    client.force_login(ben)  # a session without a sign-in that was just now
    for path in ("totp/deactivate/", "recovery-codes/generate/", "webauthn/add/"):
        answer = client.get(f"{INDEX}{path}")
        assert answer["Location"].startswith("/accounts/reauthenticate/?next="), path
    assert client.post(f"{INDEX}totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.exists()
    page = client.get("/accounts/reauthenticate/").content.decode()
    assert "Confirm it is you" in page
    assert f"{INDEX}reauthenticate/" in page
    refused = client.post(f"{INDEX}reauthenticate/?next={INDEX}totp/deactivate/", {"code": "000000"})
    assert refused.status_code == 200
    confirmed = client.post(
        f"{INDEX}reauthenticate/", {"code": code_of(secret), "next": f"{INDEX}recovery-codes/generate/"}
    )
    assert confirmed["Location"] == f"{INDEX}recovery-codes/generate/"
    assert client.get(f"{INDEX}recovery-codes/generate/").status_code == 200


def test_a_token_is_made_only_after_confirming_who_one_is(ben):
    client = Client()
    client.force_login(ben)
    assert client.get("/accounts/tokens/").status_code == 200
    answer = client.post("/accounts/tokens/", {"name": "nightly", "days": "30"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    by_api = client.post("/api/v1/tokens/", {"name": "nightly"}, content_type="application/json")
    assert by_api.status_code == 403
    assert "Confirm" in by_api.json()["detail"]
    assert not ben.api_tokens.exists()
    made = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/tokens/"})
    assert re.search(r"lp_[\w-]+", made.content.decode()), "what was asked for goes on"
    assert client.post("/api/v1/tokens/", {"name": "nightly"}, content_type="application/json").status_code == 201


# --- who needs one ----------------------------------------------------------------------------------------------------


def test_nobody_needs_one_unless_the_site_says_so(ben):
    client, _ = sign_in(ben)
    assert client.get("/").status_code == 200


def test_whoever_needs_one_is_led_to_it_from_every_page_and_freed_by_setting_it_up(ben, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    client, _ = sign_in(ben)
    for path in ("/", "/projects/", "/help/", "/accounts/", "/accounts/tokens/"):
        assert client.get(path)["Location"] == INDEX, path
    assert client.post("/projects/new/", {"name": "x"})["Location"] == INDEX
    page = client.get(INDEX).content.decode()
    assert "This site asks for a second factor" in page
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200
    secret = re.search(r'id="totp-key">([A-Z2-7]+)<', client.get(f"{INDEX}totp/activate/").content.decode())
    assert secret
    client.post(f"{INDEX}totp/activate/", {"code": code_of(secret[1])})
    assert client.get("/").status_code == 200


def test_a_session_cannot_pass_by_the_api_or_by_a_header_but_a_token_is_no_session(ben, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    client, _ = sign_in(ben)
    refused = client.get("/api/v1/projects/")
    assert refused.status_code == 403
    assert "second factor" in refused.json()["detail"]
    for header in ("Basic x", "Bearer x"):
        assert client.get("/", headers={"Authorization": header})["Location"] == INDEX
        assert client.get("/api/v1/projects/", headers={"Authorization": header}).status_code in {401, 403}
    _, token = create_api_token(user=ben, name="nightly")
    assert Client().get("/api/v1/projects/", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "is_site_admin", "is_asked"),
    [("annotator", False, False), ("manager", False, False), ("admin", False, True), (None, True, True)],
)
def test_admins_alone_can_be_asked(ben, settings, role, is_site_admin, is_asked):
    settings.REQUIRE_SECOND_FACTOR = "admins"
    User.objects.filter(pk=ben.pk).update(is_superuser=is_site_admin)
    if role:
        make_member(make_project(), role, ben)
    client, _ = sign_in(ben)
    assert (client.get("/help/").status_code == 302) == is_asked


def test_recovery_codes_alone_are_no_second_factor(ben, settings):
    settings.REQUIRE_SECOND_FACTOR = "all"
    RecoveryCodes.activate(ben)
    client, _ = sign_in(ben)
    assert client.get("/")["Location"] == INDEX


# --- seeing and helping -----------------------------------------------------------------------------------------------


def test_admins_see_who_has_one_and_managers_do_not(ben):
    project = make_project()
    make_member(project, "annotator", ben)
    ada, max_ = make_member(project, "admin"), make_member(project, "manager")
    with_app(ben)
    client = Client()
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/people/").content.decode()
    assert page.count('data-name="Second factor"') == 3
    assert page.count("set up") == 1
    client.force_login(max_.user)
    assert "Second factor" not in client.get(f"/projects/{project.slug}/people/").content.decode()


def test_a_site_admin_helps_somebody_who_has_lost_phone_and_codes(ben):
    with_app(ben)
    RecoveryCodes.activate(ben)
    sam = make_user("sam", is_superuser=True)
    client = Client()
    client.force_login(sam)
    assert "Remove second factor" in client.get("/accounts/people/").content.decode()
    client.post(f"/accounts/people/{ben.pk}/", {"act": "second-factor"})
    assert sign_in(ben)[1]["Location"] == "/"
    assert Event.objects.get(verb="removed the second factor of").actor == sam
