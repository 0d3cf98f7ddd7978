"""Make and revoke personal API tokens."""

import secrets
from datetime import datetime

from django.db import transaction

from labelplatform.accounts.models import TOKEN_PREFIX, ApiToken, User, token_digest
from labelplatform.events.models import record_event


@transaction.atomic
def create_api_token(*, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """Make a token for ``user``; the second value is the token itself, which cannot be read again."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user, name=name.strip()[:80], digest=token_digest(token), hint=token[-4:], expires_at=expires_at
    )
    record_event(actor=user, verb="created", object=row)
    return row, token


@transaction.atomic
def revoke_api_token(token: ApiToken) -> None:
    """Delete a token; from now on it is unknown."""
    record_event(actor=token.user, verb="revoked", object=token)
    token.delete()
