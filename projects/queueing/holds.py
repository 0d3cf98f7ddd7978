"""What keeps a member from getting another task: asked at every claim, so each hold costs nothing where it is not set.

A hold says what is the matter and what the person can do; what they hold already stays theirs.
"""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from labelplatform.registry import Registry
from labelplatform.roles import Capability
from labelplatform.week import day_start
from projects.models import Assignment, Membership, Purpose
from projects.panels import answers_since


@dataclass(frozen=True)
class Hold:
    """``code`` is for programs, ``message`` for the person; ``extra`` joins the reason that the API gives."""

    code: str
    message: str
    extra: dict[str, Any] = field(default_factory=dict)

    def as_reason(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, **self.extra}


def guideline_hold(member: Membership) -> Hold | None:
    """A new version of the guideline has to be read first."""
    number = member.project.acknowledge_number
    if member.acknowledged_number >= number or member.pk is None:  # a site admin who is no member is held by nothing
        return None
    message = f"The guideline has changed: read version {number} and say so, then go on."
    return Hold("guideline_changed", message, {"guideline": number})


def quiz_hold(member: Membership) -> Hold | None:
    """Who labels must have passed the quiz in force; who makes gold tasks knows the answers and is held by nothing."""
    number = member.project.quiz_number
    if member.quiz_passed_number >= number or member.pk is None or member.may(Capability.CURATE_TASKS):
        return None
    message = "Pass the quiz on the guideline first, then you get tasks."
    return Hold("quiz", message, {"quiz": reverse("annotations:quiz", args=[member.project.slug])})


def open_limit_hold(member: Membership) -> Hold | None:
    """Some may hold only so many tasks at once."""
    if member.open_limit is None:
        return None
    own = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, purpose=Purpose.ANNOTATE)
    if own.leased().count() < member.open_limit:
        return None
    count = "one task" if member.open_limit == 1 else f"{member.open_limit:,} tasks"
    return Hold("open_limit", f"You may hold {count} at a time here: finish one, then you get the next.")


def exposure_hold(member: Membership) -> Hold | None:
    """Enough of what is hard to look at for one day. What is held counts, too: it is about to be looked at."""
    limit = member.project.exposure_limit
    if limit is None:
        return None
    own = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, purpose=Purpose.ANNOTATE)
    held = own.leased().count()
    if held + answers_since(member.user_id, member.project_id, day_start()) < limit:
        return None
    message = (
        f"That is enough for today: this project shows nobody more than {limit:,} of these a day, for your own good. "
        "Thank you. It goes on tomorrow (the day ends at midnight UTC)."
    )
    return Hold("enough_for_today", message, {"exposure_limit": limit})


# (member: Membership) -> Hold | None; what other apps know
more_holds = Registry("hold on members")

_HOLDS = (guideline_hold, quiz_hold, exposure_hold, open_limit_hold)


def hold_on(member: Membership) -> Hold | None:
    """The first thing that keeps the member from another task; None where nothing does."""
    asked = (*_HOLDS, *more_holds.objects())
    return next((hold for ask in asked if (hold := ask(member)) is not None), None)
