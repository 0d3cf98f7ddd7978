"""A person's notifications: how many are new, the list, and marking them read."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from labelplatform.notifications.kinds import only_visible
from labelplatform.notifications.models import Notification

COUNT_CAP = 99


def unread_count(user: Any) -> int:
    """How many the person has not read, of those they may see; counting stops at ``COUNT_CAP`` + 1."""
    unread = Notification.objects.filter(user=user, read_at=None).order_by("-id")
    newest = unread.only("kind", "user_id", "project_id", "object_type", "object_id")
    return len(only_visible(list(newest[: COUNT_CAP + 1])))


def notifications_of(user: Any) -> QuerySet[Notification]:
    """Everything the person was told, newest first; pass what is shown through ``only_visible``."""
    return Notification.objects.filter(user=user).order_by("-id")


def mark_read(user: Any, notification_id: int) -> Notification | None:
    """Mark one as read and return it; None where it is not theirs, or they may not see it any more."""
    row = notifications_of(user).filter(pk=notification_id).first()
    if row is None or not only_visible([row]):
        return None
    if row.read_at is None:
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])
    return row


def mark_all_read(user: Any, *, up_to: int | None = None) -> int:
    """Mark everything as read, or what is not newer than the notification with this number. Returns how many were."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return unread.update(read_at=timezone.now())
