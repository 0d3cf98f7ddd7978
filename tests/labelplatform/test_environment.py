"""Variables of the sign-on provider: what makes no sense or is not safe is refused at start, by name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from labelplatform.environment import env_choice, openid_provider

USUAL = {"client_id": "labels", "secret": "s", "name": "Acme", "scopes": ["openid"], "allowed_domains": []}


def test_without_an_issuer_there_is_no_single_sign_on():
    assert openid_provider("", **USUAL) == {}


def test_the_provider_is_asked_with_pkce():
    [app] = openid_provider("https://login.example.org/", **USUAL)["openid_connect"]["APPS"]
    assert app["settings"]["oauth_pkce_enabled"] is True
    assert app["settings"]["server_url"] == "https://login.example.org"


@pytest.mark.parametrize(
    ("issuer", "changes", "named"),
    [
        ("https://login.example.org", {"client_id": ""}, "OIDC_CLIENT_ID"),
        ("http://login.example.org", {}, "https://"),
        ("http://localhost.example.org", {}, "https://"),
        ("login.example.org", {}, "https://"),
        ("https://accounts.google.com", {}, "OIDC_ALLOWED_DOMAINS"),
        ("https://login.microsoftonline.com/common/v2.0", {}, "OIDC_ALLOWED_DOMAINS"),
    ],
)
def test_what_is_not_safe_is_refused(issuer, changes, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        openid_provider(issuer, **{**USUAL, **changes})


def test_a_provider_that_serves_everybody_is_taken_with_the_domains_that_may_come():
    assert openid_provider("https://accounts.google.com", **{**USUAL, "allowed_domains": ["example.org"]})
    assert openid_provider("https://login.microsoftonline.com/2f0a/v2.0", **USUAL)


def test_a_choice_is_one_of_those_there_are(monkeypatch):
    assert env_choice("REQUIRE_SECOND_FACTOR", ["none", "all"]) == "none"
    monkeypatch.setenv("REQUIRE_SECOND_FACTOR", "ALL")
    assert env_choice("REQUIRE_SECOND_FACTOR", ["none", "all"]) == "all"
    monkeypatch.setenv("REQUIRE_SECOND_FACTOR", "some")
    with pytest.raises(ImproperlyConfigured, match="REQUIRE_SECOND_FACTOR"):
        env_choice("REQUIRE_SECOND_FACTOR", ["none", "all"])
