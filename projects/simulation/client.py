"""One person's browser, as far as the site can tell: sign-in form, session cookie, CSRF token, JSON."""

from typing import Any
from urllib.parse import quote

import requests

_SECONDS = 30


class SiteUnreachable(Exception):
    """No server answers at the address."""


class SignInRefused(Exception):
    """The site did not take this address and password."""


class RequestRefused(Exception):
    """The site answered with an error; the message is the site's own."""


class SiteClient:
    """Speaks to one site as one person. Used by one thread."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment has no business with a site on this machine

    def sign_in(self, email: str, password: str) -> None:
        """Fetch the form, send it back filled in. Raises ``SiteUnreachable`` or ``SignInRefused``."""
        address = f"{self._url}/accounts/login/"
        try:
            shown = self._session.get(address, timeout=_SECONDS)
            form = {"login": email, "password": password, "csrfmiddlewaretoken": self._csrf_token()}
            answer = self._session.post(
                address, data=form, headers={"Referer": address}, timeout=_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise SiteUnreachable(f"No site answers at {self._url} ({type(error).__name__}).") from error
        if not shown.ok:
            raise SiteUnreachable(f"{address} answers with status {shown.status_code}: is it this site?")
        if answer.status_code != 302:
            raise SignInRefused(f"{self._url} did not let {email} in (status {answer.status_code}).")

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"X-CSRFToken": self._csrf_token(), "Referer": self._url}
        return self._call("POST", path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        address = f"{self._url}/api/v1/{quote(path)}"
        try:
            answer = self._session.request(method, address, timeout=_SECONDS, **more)
        except requests.RequestException as error:
            raise SiteUnreachable(f"{self._url} stopped answering ({type(error).__name__}).") from error
        if not answer.ok:
            raise RequestRefused(f"{method} {path}: {answer.status_code} {_detail(answer)}")
        return answer.json() if answer.content else None

    def _csrf_token(self) -> str:
        return str(self._session.cookies.get("csrftoken", default=""))


def _detail(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("detail", ""))
    except (ValueError, AttributeError):
        return answer.reason
