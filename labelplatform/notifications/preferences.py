"""How a person wants to hear of each kind of thing; kept with their account."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from labelplatform.accounts.models import User
from labelplatform.notifications.kinds import notification_kinds
from labelplatform.notifications.models import Delivery
from labelplatform.refusals import Refusal

PREFERENCE = "notifications"


def delivery_of(user: User, kind: str) -> str:
    """What the person chose for a kind, or what is usual."""
    chosen = user.preferences.get(PREFERENCE, {}).get(kind)
    return chosen if chosen in Delivery.values else notification_kinds()[kind].usual


def deliveries_of(user: User) -> dict[str, str]:
    """What the person chose, for every kind there is."""
    return {kind: delivery_of(user, kind) for kind in notification_kinds()}


@transaction.atomic
def choose_deliveries(user: User, chosen: Mapping[str, Any]) -> dict[str, str]:
    """Change how the person hears of the kinds that are named; the rest stays. Raises ``Refusal``."""
    kinds = notification_kinds()
    errors = [
        {"path": name, "message": f"There is no such kind; there are: {', '.join(kinds)}."}
        for name in chosen
        if name not in kinds
    ] or [
        {"path": name, "message": f"Choose one of {', '.join(Delivery.values)}."}
        for name, delivery in chosen.items()
        if delivery not in Delivery.values
    ]
    if errors:
        raise Refusal("Some settings are not right.", errors=errors)
    locked = User.objects.select_for_update().get(pk=user.pk)
    kept = locked.preferences.get(PREFERENCE, {})
    locked.preferences = {**locked.preferences, PREFERENCE: {**kept, **{name: str(chosen[name]) for name in chosen}}}
    locked.save(update_fields=["preferences"])
    user.preferences = locked.preferences
    return deliveries_of(locked)
