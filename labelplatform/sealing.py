"""Secrets that the site must send again: kept sealed, so that a copy of the database alone does not tell them."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(ValueError):
    """A secret that was sealed with another secret key; it must be entered again."""


def seal(secret: str) -> str:
    """The secret as it may be stored; "" stays ""."""
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The secret again. Raises ``Unreadable``."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("The secret was sealed with another secret key: enter it again.") from error


def _box() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), b"labelplatform.sealing", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
