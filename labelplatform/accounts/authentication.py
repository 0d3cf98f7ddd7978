"""How an API call says who it is: a personal token, or the session of the pages."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DrfSessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from labelplatform.accounts.models import ApiToken, User, token_digest

_NOTE_USE_EVERY = timedelta(minutes=5)


def caller(request: Request) -> User:
    """The signed-in user of an API call; views are reached by nobody else."""
    assert isinstance(request.user, User)
    return request.user


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``. An unknown or expired token is refused with 401, never ignored."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = ApiToken.objects.select_related("user").filter(digest=token_digest(token.strip())).first()
        if row is None or not row.user.is_active:
            raise AuthenticationFailed("This API token is not known. Make a new one on your account page.")
        now = timezone.now()
        if row.is_expired:
            raise AuthenticationFailed(f"The API token “{row.name}” has expired. Make a new one on your account page.")
        if row.last_used_at is None or now - row.last_used_at > _NOTE_USE_EVERY:
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(DrfSessionAuthentication):
    """The pages' session, with CSRF check; without one the answer is 401, which clients can tell from 403."""

    def authenticate_header(self, request: Any) -> str:
        return 'Session realm="api"'
