"""What more labels take: people's time as it was measured lately, and money where the project has said what an hour
costs. Light: the web process imports this."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.models import Annotation, AnnotationStatus
from projects.models import Project

FEWEST_TIMED = 10
_TIMED_ANSWERS = 200  # the latest; people become faster
_Z_95 = 1.96
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_HOUR = 3600.0


@dataclass(frozen=True)
class Range:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Range":
        return Range(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Effort:
    """``seconds`` of people's active time for some more labels, as ``n_timed`` answers took it lately; ``cost`` is in
    ``currency``. None where it cannot be said."""

    seconds: Range | None
    n_timed: int
    cost: Range | None
    currency: str

    @property
    def sign(self) -> str:
        return _SIGNS.get(self.currency, self.currency)


def effort_of(project: Project, n_labels: int) -> Effort:
    """What ``n_labels`` more tasks take with as many opinions a task as the project asks for; without review."""
    latest = Annotation.objects.filter(project=project, submitted_at__isnull=False, active_seconds__gt=0)
    answers = latest.filter(status=AnnotationStatus.SUBMITTED).order_by("-submitted_at")
    timed = list(answers.values_list("active_seconds", flat=True)[:_TIMED_ANSWERS])
    opinions = 1 + (project.overlap - 1) * project.overlap_percent / 100
    seconds = time_for(timed, n_labels * opinions)
    cost = None
    if seconds is not None and project.pay_per_hour is not None:
        cost = seconds.times(project.pay_per_hour / _HOUR)
    return Effort(seconds, len(timed), cost, project.pay_currency)


def time_for(timed: Sequence[float], n_answers: float) -> Range | None:
    """The seconds that so many answers take if they are like the timed ones; None where too few were timed.

    The interval joins how well the mean is known and how much single answers differ. That other people or harder
    tasks may come it cannot know.

    >>> time_for([10.0] * 20, 100)
    Range(value=1000.0, low=1000.0, high=1000.0)
    >>> time_for([10.0] * 3, 100) is None
    True
    """
    n = len(timed)
    if n < FEWEST_TIMED:
        return None
    total = statistics.fmean(timed) * n_answers
    reach = _Z_95 * statistics.stdev(timed) * math.sqrt(n_answers**2 / n + n_answers)
    return Range(total, max(0.0, total - reach), total + reach)
