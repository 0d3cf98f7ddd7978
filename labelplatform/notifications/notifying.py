"""Tell people that something happened: the one way in."""

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from celery import current_app
from django.db import models, transaction
from kombu.exceptions import OperationalError

from labelplatform.accounts.models import User
from labelplatform.notifications.kinds import notification_kinds, only_visible
from labelplatform.notifications.models import Delivery, Notification
from labelplatform.notifications.preferences import delivery_of

logger = logging.getLogger(__name__)


def notify(
    users: Iterable[int],
    *,
    kind: str,
    text: str,
    path: str,
    project_id: int | None = None,
    object: models.Model | None = None,
) -> None:
    """Tell the users with these ids, once this transaction is committed.

    Nobody is told who may not see what it is about: the kind's own check decides now, and again whenever the
    notification is shown or mailed. Who has switched the kind off hears nothing.
    """
    notify_each(dict.fromkeys(users, text), kind=kind, path=path, project_id=project_id, object=object)


def notify_each(
    texts: Mapping[int, str],
    *,
    kind: str,
    path: str,
    project_id: int | None = None,
    object: models.Model | None = None,
) -> None:
    """Like ``notify``, with a text of their own for each user, by id; as many queries for all of them."""
    if kind not in notification_kinds():
        raise LookupError(f"There is no kind of notification {kind!r}.")
    if not texts:
        return
    about: dict[str, Any] = {"kind": kind, "path": path, "project_id": project_id}
    if object is not None:
        about |= {"object_type": object._meta.model_name, "object_id": object.pk}
    lines = {pk: _one_line(text) for pk, text in texts.items()}
    transaction.on_commit(partial(_raise, lines, about), robust=True)


def _raise(lines: dict[int, str], about: dict[str, Any]) -> None:
    users = User.objects.filter(pk__in=lines, is_active=True)
    rows = [
        Notification(user=user, delivery=delivery_of(user, about["kind"]), text=lines[user.pk], **about)
        for user in users
    ]
    rows = only_visible([row for row in rows if row.delivery != Delivery.OFF])
    Notification.objects.bulk_create(rows)
    if any(row.delivery == Delivery.EMAIL for row in rows):
        try:
            current_app.send_task("notifications.mail_waiting")
        except OperationalError:
            logger.warning("The broker is away; e-mails go out when beat comes round.")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 400 else f"{line[:399]}…"
