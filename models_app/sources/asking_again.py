"""Ask sources again by themselves, where a manager says so: about new tasks after an import, and every so many hours.

Whether it is time is looked at once a minute, in a worker. Then it is an asking like one by hand: a job with progress,
which can be cancelled, of one source one at a time, about so many tasks at most.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from models_app.models import PredictionRun, PredictionSource, SourceKind, SourceState
from models_app.sources.asking import MOST_CHOSEN, ask, ask_about_new
from projects.models import Membership, ProjectState, Task

MOST_HOURS = 24 * 30
# A source that failed is tried again by itself only after this.
PAUSE = timedelta(hours=1)
_FIELDS = ("asked_after_import", "asked_every_hours", "asked_at_most")
_AT_REST = (ProjectState.ARCHIVED, ProjectState.PAUSED)


@dataclass(frozen=True)
class AskAgain:
    """When a source is asked by itself; ``most_tasks`` besides the holdout."""

    after_import: bool
    every_hours: int | None
    most_tasks: int


@transaction.atomic
def set_ask_again(member: Membership, source: PredictionSource, wanted: AskAgain) -> PredictionSource:
    """Say when the source is asked again. What is there now is not new: only later tasks are asked about.

    Raises ``Conflict`` for a source that nobody can ask, ``Refusal`` for numbers out of bounds.
    """
    if source.kind == SourceKind.UPLOAD:
        raise Conflict("This source is not asked: its predictions are sent.")
    if wanted.every_hours is not None and not 1 <= wanted.every_hours <= MOST_HOURS:
        raise _wrong("every_hours", f"Say how many hours: a number from 1 to {MOST_HOURS}, or nothing.")
    if not 1 <= wanted.most_tasks <= MOST_CHOSEN:
        raise _wrong("most_tasks", f"Say how many tasks: a number from 1 to {MOST_CHOSEN:,}.")
    before = {name: getattr(source, name) for name in _FIELDS}
    if wanted.after_import and not source.asked_after_import:
        source.asked_up_to_task = _newest_task(source)
    source.asked_after_import = wanted.after_import
    source.asked_every_hours = wanted.every_hours
    source.asked_at_most = wanted.most_tasks
    source.save(update_fields=[*_FIELDS, "asked_up_to_task"])
    after = {name: getattr(source, name) for name in _FIELDS}
    record_event(actor=member.user, verb="changed", object=source, before=before, after=after)
    return source


def ask_sources_again() -> list[PredictionRun]:
    """Start what is due. A source that is at work already has its turn when that is over."""
    now = timezone.now()
    wanted = PredictionSource.objects.filter(Q(asked_after_import=True) | Q(asked_every_hours__isnull=False))
    started: list[PredictionRun] = []
    for source in wanted.exclude(project__state__in=_AT_REST).select_related("project"):
        if source.state == SourceState.FAILING and source.state_at > now - PAUSE:
            continue
        newest = _newest_task(source)
        try:
            if _is_time(source, now):
                started.append(ask(None, source, limit=source.asked_at_most))
            elif source.asked_after_import and newest > source.asked_up_to_task:
                started.append(ask_about_new(source, limit=source.asked_at_most))
            else:
                continue
        except Conflict:
            continue
        PredictionSource.objects.filter(pk=source.pk).update(asked_up_to_task=newest, asked_again_at=now)
    return started


def _is_time(source: PredictionSource, now: datetime) -> bool:
    if source.asked_every_hours is None:
        return False
    last = PredictionRun.objects.filter(source=source).order_by("-pk").values_list("created_at", flat=True).first()
    return last is None or last <= now - timedelta(hours=source.asked_every_hours)


def _newest_task(source: PredictionSource) -> int:
    return Task.objects.filter(project=source.project_id).order_by("-pk").values_list("pk", flat=True).first() or 0


def _wrong(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])
