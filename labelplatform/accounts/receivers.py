"""How this app reacts to django-allauth."""

from typing import Any

from labelplatform.accounts.models import User
from labelplatform.accounts.people import ONE_TIME
from labelplatform.events.models import record_event


def forget_one_time_password(sender: Any, user: User, **kwargs: Any) -> None:
    """The person has set a password of their own."""
    if user.preferences.pop(ONE_TIME, False):
        user.save(update_fields=["preferences"])


def record_second_factor(sender: Any, user: User, authenticator: Any, verb: str, **kwargs: Any) -> None:
    record_event(actor=user, verb=verb, object=user, after={"kind": authenticator.type})
