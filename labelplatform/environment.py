"""Typed readers of environment variables: a wrong value is refused by name, never guessed at."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SIGN_ON = "sso"  # how addresses and rows call the sign-on provider

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_flag(name: str, *, default: bool) -> bool:
    value = env_text(name).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name}={value!r}: say 1 or 0.")
    return value in _TRUE


def env_int(name: str, default: int, *, minimum: int, maximum: int) -> int:
    value = env_text(name)
    if not value:
        return default
    if not value.isdecimal() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name}={value!r}: a whole number from {minimum} to {maximum} is needed.")
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    value = env_text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def env_choice(name: str, choices: list[str]) -> str:
    """One of ``choices``; the first when the variable is not set."""
    value = env_text(name, choices[0]).lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: say one of {', '.join(choices)}.")
    return value


_OPEN_TO_EVERYBODY = ("accounts.google.com", "login.microsoftonline.com/common", "gitlab.com", "appleid.apple.com")


def openid_provider(
    issuer: str, *, client_id: str, secret: str, name: str, scopes: list[str], allowed_domains: list[str]
) -> dict[str, object]:
    """django-allauth's entry for the one OpenID Connect provider; empty when there is none.

    Plain http is refused but for this machine: what the provider says about a person is believed because of TLS.
    """
    if not issuer:
        return {}
    if not client_id:
        raise ImproperlyConfigured("OIDC_ISSUER is set: set OIDC_CLIENT_ID too, as the provider gave it.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// (http:// only for this machine itself).")
    is_open = any(f"{parts.hostname}{parts.path}".startswith(place) for place in _OPEN_TO_EVERYBODY)
    if is_open and not allowed_domains:
        raise ImproperlyConfigured(
            "Everybody can have an account at this OIDC_ISSUER: say by OIDC_ALLOWED_DOMAINS whose may come in."
        )
    app = {
        "provider_id": SIGN_ON,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True, "scope": scopes},
    }
    return {"openid_connect": {"APPS": [app]}}


def postgresql_from_url(url: str) -> dict[str, object]:
    """Django's database entry for ``postgres://user:password@host:port/name?sslmode=require``."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5, **dict(parse_qsl(parts.query))},
    }


def sqlite_in(folder: Path) -> dict[str, object]:
    """SQLite as it must run under annotations: WAL, every commit on disk, writers wait for each other.

    ``IMMEDIATE`` takes the write lock at the start of a transaction: a deferred one that turns into a write
    cannot wait and fails with "database is locked". ``FULL`` is what makes a commit survive power loss.
    """
    pragmas = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-32768;"
        "PRAGMA mmap_size=268435456;PRAGMA journal_size_limit=67108864;"
    )
    return {
        "ENGINE": "labelplatform.sqlite_in_turn",
        "NAME": folder / "site.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def secret_key_in(folder: Path) -> str:
    """Read this installation's secret key, making it on the first start (mode 0600, never replaced)."""
    path = folder / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
