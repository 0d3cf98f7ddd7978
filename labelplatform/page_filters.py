"""How numbers and times read on pages. Built into every template (settings.TEMPLATES)."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def thousands(value: Any) -> str:
    """1284 -> 1,284; nothing for None."""
    return "" if value is None else f"{value:,}"


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """0.862 -> 86 %; a tiny share that is not nothing stays visible as < 1 %."""
    if share is None:
        return ""
    if digits == 0 and 0 < share < 0.005:
        return "< 1 %"
    return f"{100 * share:.{digits}f} %"


@register.filter
def duration(seconds: float | None) -> str:
    """4.13 -> 4.1 s, 95 -> 2 min, 5400 -> 1 h 30 min."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours:,} h"


@register.filter
def money(amount: float | None, sign: str) -> str:
    """An amount as people say it: 213.4 of € -> 210 €, 7.254 -> 7.25 €."""
    if amount is None:
        return ""
    if amount < 10:
        return f"{amount:.2f} {sign}"
    step = 10 ** max(0, len(str(int(amount))) - 2)
    return f"{round(amount / step) * step:,} {sign}"


@register.filter
def ago(moment: datetime | None) -> str:
    """How long a moment is past, in the one unit that matters."""
    if moment is None:
        return "never"
    passed = timezone.now() - moment
    if passed < timedelta(minutes=1):
        return "just now"
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = passed // length
        if count:
            return f"{count:,} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


@register.filter
def counted(count: int, word: str) -> str:
    """1 task, 2 tasks, 0 tasks; "person,people" gives both forms."""
    one, _, many = word.partition(",")
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@register.filter
def spelled(name: str) -> str:
    """A stored name as words: import_tasks -> Import tasks."""
    return name.replace("_", " ").replace("-", " ").capitalize()
