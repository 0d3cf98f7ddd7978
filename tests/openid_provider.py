"""A real OpenID Connect provider for tests, on this machine: discovery, authorization code, token, userinfo, keys."""

import base64
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from django.conf import settings
from django.test import Client

from labelplatform.environment import openid_provider


class Provider:
    """The people whom the provider knows, and going there and back as one of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: dict[str, str] = {}

    def settings(self, **changes: Any) -> dict[str, Any]:
        """What ``SOCIALACCOUNT_PROVIDERS`` is with this provider in the environment."""
        usual = {"client_id": "labels", "secret": "between us", "name": "Acme", "allowed_domains": []}
        return openid_provider(self.url, **{**usual, "scopes": ["openid", "profile", "email"], **changes})

    def knows(self, sub: str, **claims: Any) -> None:
        claims.setdefault("email_verified", True)
        told = {name: value for name, value in claims.items() if value is not None}
        answer = requests.put(f"{self.url}/users/{quote(sub)}", json={"sub": sub, **told}, timeout=5)
        assert answer.status_code == 204, answer.text

    def authorize(self, location: str, sub: str) -> str:
        """Consent as this person at the address the site sent them to; returns where they are sent back to."""
        answer = requests.post(location, data={"sub": sub}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def sign_in(self, sub: str, client: Client | None = None, *, next_url: str = "") -> tuple[Client, Any]:
        """The whole way: our link, the provider, back here. Returns the browser and the last answer."""
        client = client or Client()
        begun = client.get("/accounts/sso/sso/", {"next": next_url} if next_url else {})
        assert begun.status_code == 302, begun.content
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(begun["Location"]).query).items()}
        back = urlsplit(self.authorize(begun["Location"], sub))
        return client, client.get(f"{back.path}?{back.query}")

    def verifier_fits(self) -> bool:
        """Whether the last exchange of a code proved that it was ours (PKCE)."""
        exchange = requests.get(f"{self.url}/seen", timeout=5).json()[-1]
        digest = hashlib.sha256(exchange["code_verifier"].encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.asked["code_challenge"]


@contextmanager
def running_provider() -> Iterator[Provider]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.openid_server"]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield Provider(f"http://localhost:{int(server.stdout.readline())}")
        finally:
            server.kill()
