"""What people are told: on their page, by e-mail at once, or in one e-mail a day."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Delivery(models.TextChoices):
    """How somebody wants to hear of a kind of thing."""

    PAGE = "page", "On the page"
    EMAIL = "email", "On the page and by e-mail at once"
    DIGEST = "digest", "On the page and in a daily e-mail"
    OFF = "off", "Not at all"


class Notification(models.Model):
    """One thing that one person is told. ``delivery`` is what they had chosen when it was raised.

    ``path`` leads to what it is about, within the site. ``mailed_at`` is set before the e-mail goes out, so that
    nothing is mailed twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    project_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=400)
    path = models.CharField(max_length=300)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.PAGE)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_list"),
            models.Index(fields=["user", "-id"], condition=models.Q(read_at=None), name="notification_unread"),
            models.Index(
                fields=["delivery", "user", "id"],
                condition=models.Q(mailed_at=None, read_at=None),
                name="notification_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.text
