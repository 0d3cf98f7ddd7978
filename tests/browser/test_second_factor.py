"""A security key in a real browser: added, asked for at sign-in, used to confirm who one is, renamed and removed."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from labelplatform.accounts.models import User
from tests.factories import make_user

PASSWORD = "correct horse battery"
FACTORS = "/accounts/second-factor/"


@pytest.fixture
def ben(db: None) -> User:
    return make_user("ben", password=PASSWORD)


class Key:
    """A security key in the browser's port, which answers by itself."""

    def __init__(self, page: Page) -> None:
        self.port = page.context.new_cdp_session(page)
        self.port.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": False,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.port.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def pull_out(self) -> None:
        self.port.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})

    @property
    def uses(self) -> int:
        kept = self.port.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]
        return sum(credential["signCount"] for credential in kept)


@pytest.fixture
def key(page: Page) -> Key:
    return Key(page)


def sign_in(page: Page, live_server: Any, user: User) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_key(page: Page, live_server: Any, name: str = "blue key") -> None:
    page.goto(f"{live_server.url}{FACTORS}")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Use the key").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_key_is_added_and_from_then_on_asked_for(
    page: Page, live_server: Any, ben: User, key: Key, complaints: list[str]
) -> None:
    sign_in(page, live_server, ben)
    add_key(page, live_server)
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto(f"{live_server.url}{FACTORS}")
    expect(page.get_by_text("blue key")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, live_server, ben)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    before = key.uses
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    assert key.uses > before
    assert Authenticator.objects.get(user=ben, type="webauthn").last_used_at is not None
    assert complaints == []


def test_another_key_does_not_sign_in_and_the_page_says_what_to_do(
    page: Page, live_server: Any, ben: User, key: Key
) -> None:
    sign_in(page, live_server, ben)
    add_key(page, live_server)
    page.context.clear_cookies()
    key.pull_out()
    Key(page)  # somebody else's
    sign_in(page, live_server, ben)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.locator("[data-problem]")).to_contain_text("No key answered")
    expect(page.get_by_role("button", name="Use a security key")).to_be_enabled()
    assert page.request.get(f"{live_server.url}/api/v1/me/").status == 401


def test_the_same_key_is_not_added_twice(page: Page, live_server: Any, ben: User, key: Key) -> None:
    sign_in(page, live_server, ben)
    add_key(page, live_server)
    page.goto(f"{live_server.url}{FACTORS}webauthn/add/")
    page.get_by_role("button", name="Use the key").click()
    expect(page.locator("[data-problem]")).to_contain_text("This key is added already")
    assert Authenticator.objects.filter(user=ben, type="webauthn").count() == 1


def test_a_key_confirms_who_one_is_and_is_renamed_and_removed(
    page: Page, live_server: Any, ben: User, key: Key, complaints: list[str], settings: Any
) -> None:
    sign_in(page, live_server, ben)
    add_key(page, live_server)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # all of it is long ago
    page.goto(f"{live_server.url}{FACTORS}")
    page.get_by_role("link", name="Rename blue key").click()
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_role("link", name="Use a security key").click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_label("Name").fill("red key")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("red key")).to_be_visible()
    page.get_by_role("link", name="Remove red key").click()
    page.get_by_role("button", name="Remove the key").click()
    expect(page.get_by_text("red key")).to_have_count(0)
    assert not Authenticator.objects.filter(user=ben).exists(), "recovery codes alone guard nothing"
    assert complaints == []


def test_an_app_is_set_up_by_its_key_and_code(page: Page, live_server: Any, ben: User, complaints: list[str]) -> None:
    sign_in(page, live_server, ben)
    page.goto(f"{live_server.url}{FACTORS}totp/activate/")
    picture = page.get_by_alt_text("QR code; the key below says the same")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.get_by_text("I cannot scan it").click()
    expect(page.locator("#totp-key")).to_be_visible()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("This code is not correct")).to_be_visible()
    assert complaints == []
