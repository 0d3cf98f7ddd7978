"""Where a person is signed in, and signing out there."""

import re
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.utils import timezone

from labelplatform.accounts.models import User
from labelplatform.events.models import record_event

_AGENT_LENGTH = 200

# The first that fits wins: nearly every browser also calls itself Chrome or Safari.
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chromium", r"Chromium/"),
    ("Chrome", r"(?:Headless)?Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
    ("curl", r"^curl/"),
    ("a Python program", r"^python-requests/|^Python-urllib/|^python-httpx/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def note_session(request: HttpRequest) -> None:
    """Write down when, from where and by what this session was last used."""
    seen = {
        "last_seen_at": timezone.now(),
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:_AGENT_LENGTH],
        "user_id": request.user.pk,
    }
    key = request.session.session_key
    if request.user.is_authenticated and not UserSession.objects.filter(session_key=key).update(**seen):
        try:
            with transaction.atomic():
                UserSession.objects.create(session_key=key, **seen)
        except IntegrityError:  # another request of the same page was quicker
            return


def sessions_of(user: User, current_key: str | None) -> list[UserSession]:
    """The person's living sessions, this one first, then the last used; each knows its ``browser``."""
    rows = UserSession.objects.purge_and_list(user)
    for row in rows:
        row.browser, row.is_this = browser_in_words(row.user_agent), row.session_key == current_key
    return sorted(rows, key=lambda row: (not row.is_this, -row.last_seen_at.timestamp()))


@transaction.atomic
def end_session(user: User, session_id: int, *, current_key: str | None) -> None:
    """Sign a person out in one other place; 404 when it is none of theirs."""
    row = UserSession.objects.filter(user=user, pk=session_id).exclude(session_key=current_key).first()
    if row is None:
        raise Http404
    row.end()
    record_event(actor=user, verb="ended a session of", object=user)


@transaction.atomic
def end_sessions(user: User, *, except_key: str | None = None, actor: Any = None) -> int:
    """Sign a person out everywhere, but for the session named; returns in how many places."""
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=except_key))
    for row in rows:
        row.end()
    if rows:
        record_event(actor=actor or user, verb="ended sessions of", object=user, after={"count": len(rows)})
    return len(rows)


def browser_in_words(user_agent: str) -> str:
    """
    >>> browser_in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    """
    browser = next((name for name, pattern in _BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for name, pattern in _SYSTEMS if re.search(pattern, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "An unknown program"
