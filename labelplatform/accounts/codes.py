"""Codes of authenticator apps: one half minute early or late still counts, and none counts twice."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache

# Longer than a code can be right: its own half minute and one to each side.
_REMEMBER_SECONDS = 120


class _OnceOnly:
    """django-allauth itself forgets a used code after half a minute, when with tolerance it would count again."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form that it is mixed into
        digits = "".join(filter(str.isdigit, code))
        if not cache.add(f"second-factor-used:{self.user.pk}:{digits}", 1, _REMEMBER_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateOnceForm(_OnceOnly, AuthenticateForm):
    pass


class ReauthenticateOnceForm(_OnceOnly, ReauthenticateForm):
    pass
