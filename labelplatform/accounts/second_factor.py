"""Who has a second factor, who needs one, and taking it away from somebody who has lost theirs."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from labelplatform.accounts.models import User
from labelplatform.events.models import record_event
from labelplatform.registry import Registry

admin_tests = Registry("test of who is an admin")  # functions from a user to whether they administer anything

# Recovery codes are a way back to these, no factor of their own.
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def people_with_second_factor(user_ids: Iterable[int]) -> set[int]:
    """Those of ``user_ids`` who have set one up."""
    rows = Authenticator.objects.filter(user_id__in=list(user_ids), type__in=_FACTORS)
    return set(rows.values_list("user_id", flat=True))


def lacks_second_factor(user: Any) -> bool:
    """Whether the site asks this person for a second factor that they have not set up."""
    asked = settings.REQUIRE_SECOND_FACTOR
    if asked == "none" or (asked == "admins" and not is_admin(user)):
        return False
    return not Authenticator.objects.filter(user_id=user.pk, type__in=_FACTORS).exists()


def is_admin(user: Any) -> bool:
    """A site admin, or whom another part of the site calls an admin."""
    return bool(user.is_superuser) or any(administers(user) for administers in admin_tests.objects())


@transaction.atomic
def remove_second_factor(user: User, *, actor: Any) -> None:
    """For somebody who has lost phone, keys and codes: they sign in by password alone and set up anew."""
    User.objects.select_for_update().get(pk=user.pk)
    removed, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    if removed:
        record_event(actor=actor, verb="removed the second factor of", object=user)
