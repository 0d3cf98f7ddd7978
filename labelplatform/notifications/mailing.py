"""Notifications as e-mails: at once, or all of a day in one.

What is about to be sent is marked first, in a transaction of its own: a worker that dies in between loses an e-mail,
the notification stays on the page, and nothing is ever mailed twice. A mail server that refuses is asked again.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from labelplatform.accounts.models import User
from labelplatform.notifications.kinds import only_visible
from labelplatform.notifications.models import Delivery, Notification

logger = logging.getLogger(__name__)

DIGEST_HOUR = 7  # UTC
_TRIED_FOR = timedelta(days=1)
_DIGEST_ROWS = 100
_IN_ONE_RUN = 500
_KEPT_FOR = timedelta(days=180)
_DELETED_AT_ONCE = 5000


def mail_waiting() -> int:
    """Send what is to be mailed at once; returns how many went out. What fails now is tried again for a day."""
    last = sent = 0
    for _ in range(_IN_ONE_RUN):
        row = _claim_next(last)
        if row is None:
            break
        last = row.pk
        if only_visible([row]):
            sent += _send(row.user, row.text, [row])
    return sent


def mail_digests(now: datetime | None = None) -> int:
    """Send each person who wants it one e-mail with what came before today's hour; returns how many went out."""
    now = now or timezone.now()
    until = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if until > now:
        until -= timedelta(days=1)
    due = Notification.objects.filter(delivery=Delivery.DIGEST, mailed_at=None, read_at=None)
    due = due.filter(created_at__lt=until, created_at__gte=until - 7 * _TRIED_FOR)
    sent = 0
    for user_id in list(due.order_by("user_id").values_list("user_id", flat=True).distinct()[:_IN_ONE_RUN]):
        with transaction.atomic():
            rows = list(due.filter(user_id=user_id).select_for_update(of=("self",)).order_by("id")[:_DIGEST_ROWS])
            _mark(rows, now)
        visible = only_visible(rows)
        if visible:
            many = f"{len(visible)} notifications" if len(visible) > 1 else visible[0].text
            sent += _send(User.objects.get(pk=user_id), many, visible)
    return sent


def forget_old() -> int:
    """Delete what was read long ago, some thousand at a time."""
    old = Notification.objects.filter(read_at__lt=timezone.now() - _KEPT_FOR).order_by("id")
    ids = list(old.values_list("pk", flat=True)[:_DELETED_AT_ONCE])
    return Notification.objects.filter(pk__in=ids).delete()[0]


@transaction.atomic
def _claim_next(last: int) -> Notification | None:
    now = timezone.now()
    waiting = Notification.objects.filter(delivery=Delivery.EMAIL, mailed_at=None, read_at=None, pk__gt=last)
    waiting = waiting.filter(created_at__gte=now - _TRIED_FOR).select_related("user").order_by("pk")
    row = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if row is not None:
        _mark([row], now)
    return row


def _mark(rows: list[Notification], at: datetime | None) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)


def _send(user: User, subject: str, rows: list[Notification]) -> int:
    lines = [f"{row.text}\n{settings.SITE_URL}{row.path}" for row in rows]
    choose = f"{settings.SITE_URL}{reverse('notifications:settings')}"
    body = "\n\n".join([*lines, f"-- \nChoose what you are mailed, or nothing at all: {choose}"])
    message = EmailMessage(subject[:120], body, to=[user.email], headers={"List-Unsubscribe": f"<{choose}>"})
    try:
        message.send()
    except (OSError, SMTPException):
        logger.warning("An e-mail to %s could not be sent; it is tried again.", user.email, exc_info=True)
        _mark(rows, None)
        return 0
    return 1
