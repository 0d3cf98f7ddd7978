"""What is done with every request of somebody who is signed in by session."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from labelplatform.accounts.adapter import signed_on
from labelplatform.accounts.second_factor import lacks_second_factor
from labelplatform.accounts.sessions import note_session
from labelplatform.api import plain_problem

_NOTE_EVERY = 300.0
_MOST_NOTED = 20_000
# By session, when this process last wrote it down. In memory: a mark in the session would be one more write of it,
# which could overwrite what another request of the same person keeps there.
_noted: dict[str, float] = {}

# Where a person without the second factor they need may still go: to set it up, to confirm who they are, to leave.
_OPEN_TO_ALL = ("account_", "mfa_", "theme")


class NoteSessions:
    """Keeps the list of sessions: last seen, from where and by what, at most every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        # what nobody has read need not be read here: calls with a token, pages for strangers
        if session.accessed and SESSION_KEY in session and _is_due(session.session_key or ""):
            note_session(request)
        return response


def _is_due(key: str) -> bool:
    now = time.monotonic()
    if now - _noted.get(key, -_NOTE_EVERY) < _NOTE_EVERY:
        return False
    if len(_noted) >= _MOST_NOTED:
        _noted.clear()
    _noted[key] = now
    return True


class RequireSecondFactor:
    """Leads people who lack a required second factor to the page where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        is_api = request.path.startswith("/api/")
        if settings.REQUIRE_SECOND_FACTOR == "none" or (is_api and _brings_token(request)):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if (name or "").startswith(_OPEN_TO_ALL) or not request.user.is_authenticated:
            return None
        if signed_on(request) or not lacks_second_factor(request.user):
            return None
        if is_api:
            return plain_problem(403, "This site asks for a second factor. Set one up on your account page first.")
        return redirect("mfa_index")


def _brings_token(request: HttpRequest) -> bool:
    """A call with a token is no sign-in; whether the token is any good, the API says."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")
