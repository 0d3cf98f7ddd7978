"""Where a day and a week begin, in UTC, as pages and panels count them."""

from datetime import datetime, timedelta

from django.utils import timezone


def day_start(now: datetime | None = None) -> datetime:
    return (now or timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def week_start(now: datetime | None = None) -> datetime:
    """Monday, 0:00 UTC."""
    midnight = day_start(now)
    return midnight - timedelta(days=midnight.weekday())
