"""One effect per client-made key, for what has no key of its own."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import IntegrityError, models, transaction

from labelplatform.events.models import CreationKey
from labelplatform.refusals import Conflict

Made = TypeVar("Made", bound=models.Model)


@transaction.atomic
def create_once(*, user: Any, key: uuid.UUID | None, scope: str, create: Callable[[], Made]) -> tuple[Made, bool]:
    """Run ``create`` unless this user has done so with this key; the second value tells whether it ran.

    Two calls at once wait for each other. Without a key every call creates. Raises ``Conflict`` when the key was
    used for something else, or when what it made is gone.
    """
    if key is None:
        return create(), True
    try:
        with transaction.atomic():
            use = CreationKey.objects.create(user=user, key=key, scope=scope)
    except IntegrityError:
        return _made_before(CreationKey.objects.get(user=user, key=key), scope), False
    made = create()
    use.object_type, use.object_id = made._meta.label_lower, made.pk
    use.save(update_fields=["object_type", "object_id"])
    return made, True


def _made_before(use: CreationKey, scope: str) -> Any:
    made = None
    if use.scope == scope:
        made = apps.get_model(use.object_type)._default_manager.filter(pk=use.object_id).first()
    if made is None:
        raise Conflict(
            "This key has been used before, for something else or for what is gone by now.",
            errors=[{"path": "key", "message": "Make a new UUID for every call that creates something."}],
        )
    return made
