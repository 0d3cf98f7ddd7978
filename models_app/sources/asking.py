"""Ask a source about tasks: the holdout, so that it can be measured, and those that people get next, or all."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from labelplatform.bulk_rows import one_of
from labelplatform.jobs.models import JobState
from labelplatform.jobs.running import JobFailed, JobRun
from labelplatform.refusals import Conflict
from models_app.backends.backend import AskedTask, Backend, BackendFailed, BudgetSpent, Said
from models_app.models import Prediction, PredictionRun, PredictionSource, SourceKind, SourceState
from models_app.registries import backends
from models_app.sources.checking import RowChecker
from models_app.sources.jobs import enqueue_run, request_measuring
from models_app.sources.storing import store_batch
from projects.models import Lane, Membership, Stage, Task, TaskContent

MOST_CHOSEN = 20_000
# A source that fails this often in a row is left alone until somebody, or its pause, lets it try again.
_MOST_FAILURES = 3
_LANES = (Lane.SELECTED, Lane.BASE)


def ask(member: Membership | None, source: PredictionSource, *, limit: int | None) -> PredictionRun:
    """Ask about the holdout and the next ``limit`` tasks of the queue, or all tasks where that is None.

    Raises ``Conflict`` for a source that nobody can ask, and while it is being asked already.
    """
    chosen = None if limit is None else tasks_to_ask(source.project.tasks.all(), min(limit, MOST_CHOSEN))
    return _enqueue(member, source, chosen)


def ask_about_new(source: PredictionSource, *, limit: int) -> PredictionRun:
    """As ``ask``, about tasks that the source has said nothing about."""
    said = Prediction.objects.filter(task=OuterRef("pk"), source=source)
    unasked = source.project.tasks.filter(~Exists(said))
    return _enqueue(None, source, tasks_to_ask(unasked, min(limit, MOST_CHOSEN)))


def _enqueue(member: Membership | None, source: PredictionSource, task_ids: list[int] | None) -> PredictionRun:
    """Labeling functions always vote on all tasks: that is quick, and how far each is believed rests on all."""
    if source.kind == SourceKind.UPLOAD:
        raise Conflict("This source is not asked: its predictions are sent.")
    active = [JobState.QUEUED, JobState.RUNNING]
    if PredictionRun.objects.filter(source=source, job__state__in=active).exists():
        raise Conflict(f"“{source}” is at work already: wait until it is done, or cancel that.")
    job_kind = "apply_functions" if source.kind == SourceKind.FUNCTIONS else "ask_source"
    with transaction.atomic():
        return enqueue_run(job_kind, member, source, options={"task_ids": task_ids})


def tasks_to_ask(tasks: QuerySet[Task], limit: int) -> list[int]:
    """Of these tasks the holdout, then what people get next, by ascending place in the queue."""
    holdout = tasks.filter(lane=Lane.HOLDOUT).exclude(stage=Stage.EXCLUDED).order_by("pk")
    chosen = list(holdout.values_list("pk", flat=True)[:MOST_CHOSEN])
    for lane in _LANES:
        waiting = tasks.filter(lane=lane, open_slots__gt=0).order_by("rank", "pk")
        found = list(waiting.values_list("pk", flat=True)[:limit])
        chosen += found
        limit -= len(found)
    return chosen


def ask_source(run: JobRun) -> None:
    """Job kind: ask batch by batch; each batch's answers are stored with the place where to go on."""
    runs = PredictionRun.objects.select_related("project__schema_version", "source")
    prediction_run = runs.get(pk=run.params["prediction_run"])
    source, project = prediction_run.source, prediction_run.project
    backend: Backend = backends.get(source.kind)(source, project)
    _Asking(run, prediction_run, backend, RowChecker(project.pk, project.schema, prediction_run.source_id)).go_on()


class _Asking:
    """One slice of asking."""

    def __init__(self, run: JobRun, prediction_run: PredictionRun, backend: Backend, checker: RowChecker) -> None:
        self._run = run
        self._prediction_run = prediction_run
        self._project = prediction_run.project
        self._source = prediction_run.source
        self._backend = backend
        self._checker = checker
        self._failures = run.cursor.get("failures", 0)
        backend.alive = run.advance

    def go_on(self) -> None:
        ids = self._prediction_run.options.get("task_ids")
        total = len(ids) if ids is not None else Task.objects.filter(project=self._project).count()
        self._run.advance(total=total)
        try:
            self._backend.prepare()
        except BackendFailed as failure:
            self._give_up(str(failure))
        place, done = self._run.cursor.get("place", 0), self._run.job.done
        while batch := self._next(ids, place):
            said = self._said(list(self._asked(batch)))
            if not said.ask_again:
                place = place + len(batch) if ids is not None else batch[-1]
                done += len(batch)
            self._store(said, place=place, done=done)
            if self._run.time_is_up():
                return
        self._end()

    def _next(self, ids: Sequence[int] | None, place: int) -> list[int]:
        if ids is not None:
            return list(ids[place : place + self._backend.batch])
        tasks = Task.objects.filter(project=self._project, pk__gt=place).exclude(stage=Stage.EXCLUDED)
        return list(tasks.order_by("pk").values_list("pk", flat=True)[: self._backend.batch])

    def _said(self, tasks: Sequence[AskedTask]) -> Said:
        """What comes back; where the source fails, that as the reason for each task."""
        try:
            said = self._backend.ask(tasks) if tasks else Said()
        except BudgetSpent as stop:
            raise JobFailed(str(stop)) from stop
        except BackendFailed as failure:
            self._failures += 1
            if self._failures >= _MOST_FAILURES:
                self._give_up(str(failure))
            said = Said(counts={"failures": 1})
            for task in tasks:
                said.refuse(task.id, str(failure), "")
            return said
        self._failures = 0
        return said

    def _store(self, said: Said, *, place: int, done: int) -> None:
        checked, rejected = self._checker.check(said.rows)
        with transaction.atomic():
            version = self._project.current_schema_version
            store_batch(self._prediction_run, checked, rejected, schema_version_id=version.pk)
            self._count(said)
            cursor = {"place": place, "failures": self._failures}
            self._run.advance(cursor=cursor, done=done, message=self._words())

    def _asked(self, batch: Sequence[int]) -> Iterator[AskedTask]:
        """The tasks in the order asked for, without the fields that not everybody is shown."""
        contents = dict(TaskContent.objects.filter(one_of("task_id", list(batch))).values_list("task_id", "data"))
        for task_id in batch:
            if task_id in contents:
                yield AskedTask(task_id, self._project.schema.visible(contents[task_id]))

    def _count(self, said: Said) -> None:
        statistics: dict[str, Any] = self._prediction_run.statistics
        for name, amount in said.counts.items():
            statistics[name] = round(statistics.get(name, 0) + amount, 6)
        PredictionRun.objects.filter(pk=self._prediction_run.pk).update(statistics=statistics)

    def _end(self) -> None:
        with transaction.atomic():
            if not self._failures:
                _note_state(self._source, SourceState.READY, "")
            result = {"stored": self._prediction_run.stored_count, "rejected": self._prediction_run.rejected_count}
            self._run.finish(message=self._words(), result=result)
            request_measuring(self._source)

    def _give_up(self, reason: str) -> None:
        _note_state(self._source, SourceState.FAILING, reason)
        raise JobFailed(f"“{self._source}” was given up. {reason}")

    def _words(self) -> str:
        run = self._prediction_run
        spent = run.statistics.get("spent", 0)
        return f"{run.stored_count:,} stored, {run.rejected_count:,} refused" + (
            f", {spent:.4f} spent" if spent else ""
        )


def _note_state(source: PredictionSource, state: SourceState, reason: str) -> None:
    PredictionSource.objects.filter(pk=source.pk).update(
        state=state, state_reason=reason[:300], state_at=timezone.now()
    )
