"""How django-allauth behaves here: accounts come by invitation, from an admin or from the sign-on provider."""

import base64
import hashlib
import math
import time
from functools import cache as keep
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import clean_client_ip, get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from labelplatform.accounts.people import ONE_TIME

_NO_ADDRESS = "0.0.0.0"  # a server on a unix socket without a proxy that says more


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {  # noqa: RUF012 - as allauth reads it
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail address and this password are not correct together.",
        "incorrect_password": "This password is not correct.",
        "incorrect_code": "This code is not correct. Codes of an app change every half minute; each works once.",
        "too_many_login_attempts": "Too many wrong codes. Wait five minutes, then try again.",
        "rate_limited": "Too many wrong codes. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who signed in with a one-time password is asked for one of their own first."""
        if request.user.is_authenticated and request.user.preferences.get(ONE_TIME) and not signed_on(request):
            return reverse("account_change_password")
        url: str = super().get_login_redirect_url(request)
        return url

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the site's own address, whatever host the request for it named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from; what a proxy of ours does not vouch for is not believed."""
        try:
            address = get_client_ip(request)
        except ImproperlyConfigured:  # fewer proxies than we count: it came past them
            address = None
        return address or clean_client_ip(request.META.get("REMOTE_ADDR", "")) or _NO_ADDRESS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; too many failures from one address end in a page that says how long to wait."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        attempt = {"app": "allauth.account", "action": "login_failed", "key": key}
        self._login_failed_rl_usage = ratelimit.consume(request, **attempt)
        if not self._login_failed_rl_usage:
            wait = seconds_to_wait(request, **attempt)
            raise ImmediateHttpResponse(too_many(request, wait, at="sign-in"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account and client address: failing from elsewhere locks nobody out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}@{ratelimit.get_ip(request)}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in need not say the same again."""
        records = get_authentication_records(self.request, self.request.user)
        just_now = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        if any(record["at"] > just_now for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted by the site's key: a copy of the database alone opens nothing."""

    error_messages = {  # noqa: RUF012 - as allauth reads it
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = user.authenticator_set.filter(type=type).count()
        return "Security key" if not count else f"Security key {count + 1}"


@keep
def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"second factor\0" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def signed_on(request: HttpRequest) -> bool:
    """Whether this session began at the sign-on provider."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "socialaccount" for record in records)


def seconds_to_wait(request: HttpRequest, *, app: str, action: str, key: str | None = None) -> int:
    """How long until the limits of an action let this request through."""
    now, longest = time.time(), 1.0
    for rate in ratelimit.get_rates(app=app, action=action):
        times = cache.get(ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)) or []
        if len(times) >= rate.amount:
            longest = max(longest, times[rate.amount - 1] + rate.duration - now)
    return math.ceil(longest)


def too_many(request: HttpRequest, seconds: int, *, at: str = "") -> Any:
    """The page for who tries too often, with the time after which trying again makes sense."""
    context = {"page_title": "Too many attempts", "seconds": seconds, "at": at}
    answer = render(request, "429.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
