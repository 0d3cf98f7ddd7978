"""The site's users: make one, give them a new one-time password, close and reopen their account."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from labelplatform.accounts.models import User, normalize_email
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.registry import Registry

# (user) -> list[str]: why this account cannot be closed, each a sentence that says what to do first. Asked inside the
# transaction that closes it, so a veto may lock what it looks at.
closing_vetoes = Registry("veto against closing an account")
# (user, actor=user or None) -> None: what follows, in the same transaction, when an account has been closed.
closing_follow_ups = Registry("follow-up of closing an account")
# (user_ids: list[int]) -> dict[int, list[Place]] by user id
place_sources = Registry("source of the places where people work")


@dataclass(frozen=True)
class Place:
    """Where on the site a person works, and as what."""

    title: str
    url: str
    role: str
    note: str = ""


def places_of(user_ids: list[int]) -> dict[int, list[Place]]:
    """Where each of these people works, by user id."""
    places: dict[int, list[Place]] = {}
    for find in place_sources.objects():
        for user_id, found in find(user_ids).items():
            places.setdefault(user_id, []).extend(found)
    return places


# Without what is easily misread; fourteen of them are 69 random bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME = "password_is_one_time"


def one_time_password() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(14))


@transaction.atomic
def add_user(*, email: str, name: str = "", is_site_admin: bool = False, actor: Any = None) -> tuple[User, str]:
    """Make a user; the second value is their one-time password, which cannot be read again. Raises ``Refusal``."""
    email = normalize_email(email)
    try:
        validate_email(email)
    except ValidationError as error:
        message = f"“{email}” is no e-mail address."
        raise Refusal(message, errors=[{"path": "email", "message": message}]) from error
    if User.objects.filter(email=email).exists():
        message = f"{email} has an account already."
        raise Conflict(message, errors=[{"path": "email", "message": message}])
    password = one_time_password()
    user = User.objects.create_user(
        email, password, name=name.strip(), is_superuser=is_site_admin, preferences={ONE_TIME: True}
    )
    record_event(actor=actor, verb="added", object=user, after={"email": email, "is_site_admin": is_site_admin})
    return user, password


@transaction.atomic
def rename_user(user: User, name: str, *, actor: Any) -> User:
    """Change how others see a person's name."""
    before = User.objects.select_for_update().get(pk=user.pk).name
    user.name = name.strip()
    if user.name != before:
        user.save(update_fields=["name"])
        record_event(actor=actor, verb="renamed", object=user, before={"name": before}, after={"name": user.name})
    return user


@transaction.atomic
def reset_password(user: User, *, actor: Any) -> str:
    """Give a user a new one-time password; the old one and every session end."""
    password = one_time_password()
    user.set_password(password)
    user.preferences = {**user.preferences, ONE_TIME: True}
    user.save(update_fields=["password", "preferences"])
    record_event(actor=actor, verb="reset the password of", object=user)
    return password


@transaction.atomic
def set_site_admin(user: User, *, is_site_admin: bool, actor: Any, after: dict[str, Any] | None = None) -> User:
    """Make a user a site admin or an ordinary one. The last site admin who may sign in stays one."""
    if not is_site_admin:
        _keep_a_site_admin(user)
    user.is_superuser = is_site_admin
    user.save(update_fields=["is_superuser"])
    verb = "made a site admin" if is_site_admin else "made an ordinary user"
    record_event(actor=actor, verb=verb, object=user, after=after)
    return user


@transaction.atomic
def set_user_open(user: User, *, is_open: bool, actor: Any) -> User:
    """Close an account (no sign-in, no tokens, everything kept) or open it again.

    What waits for a person whose account is closed goes to others: ``closing_follow_ups`` see to that.
    The last site admin stays, and so does whom other apps cannot spare: raises ``Conflict`` that says what to do.
    """
    if not is_open:
        _keep_a_site_admin(user)
        reasons = [reason for veto in closing_vetoes.objects() for reason in veto(user)]
        if reasons:
            raise Conflict(f"The account of {user.email} cannot be closed yet. {' '.join(reasons)}")
    user.is_active = is_open
    user.save(update_fields=["is_active"])
    record_event(actor=actor, verb="opened" if is_open else "closed", object=user)
    if not is_open:
        for follow_up in closing_follow_ups.objects():
            follow_up(user, actor=actor)
    return user


def _keep_a_site_admin(user: User) -> None:
    others = User.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not list(others):
        raise Conflict("This is the last site admin. Make somebody else one first.")
