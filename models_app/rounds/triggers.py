"""When a project learns: what a final label or an import sets off, and how much is put into the queue.

Light on purpose: the web process imports this. A receiver only leaves a mark and wakes a worker; the worker takes the
mark away *before* it counts, so that a label recorded meanwhile leaves a new mark and is counted then.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils import timezone
from kombu.exceptions import OperationalError

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import enqueue_job
from models_app.meanings.semantic_tables import table_of
from models_app.models import EncodingShard, EncodingVocabulary, ModelVersion, SelectionRun
from models_app.rounds.learnable import LearnableQuestion, learnable_questions
from models_app.rounds.retraining import (
    BATCH,
    BATCH_PER_PERSON,
    FEWEST_NEW_LABELS,
    FIRST_TRAINING,
    LARGEST_BATCH,
    SMALLEST_BATCH,
    is_time_for_training,
    labels_until_next_training,
)
from projects.models import Assignment, Lane, Project, ProjectState, Task

logger = logging.getLogger(__name__)

# Labels that come in a burst are counted once.
_CONSIDER_AFTER_SECONDS = 0.5
_MARK_SECONDS = 30
# What found nothing or failed is not tried again at once.
_PAUSE = timedelta(minutes=5)
_GIVEN_UP = frozenset({JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True)
class LabelCount:
    """Final labels that can be trained on, how many different answers they hold, and how many were recorded lately."""

    n: int
    n_values: int
    n_recent: int = 0

    def is_too_alike(self, question: LearnableQuestion) -> bool:
        """Whether all of them say the same, where a model tells answers apart."""
        return question.needs_two_values and self.n_values < 2


def note_new_labels(project_id: int) -> None:
    """Have a worker look at the project soon; many calls in a row wake it once."""
    if not cache.add(_mark(project_id), 1, _MARK_SECONDS):
        return
    try:
        current_app.send_task("models.consider_training", args=[project_id], countdown=_CONSIDER_AFTER_SECONDS)
    except OperationalError:
        logger.warning("The broker is away; project %s is looked at when beat comes round.", project_id)


def request_encoding(project_id: int) -> Job:
    """Enqueue the encoding of what is new or changed."""
    key = f"encode:{project_id}"
    return enqueue_job("encode_tasks", project_id=project_id, once_key=key, exclusive_key=key)


def request_training(project_id: int, *, fit: bool = True, n_labels: int = 0, requested_by: Any = None) -> Job:
    """Enqueue a learning round; without ``fit`` the active model predicts and selects afresh."""
    key = f"train:{project_id}"
    return enqueue_job(
        "train_model",
        project_id=project_id,
        params={"fit": fit, "n_labels": n_labels},
        requested_by=requested_by,
        once_key=f"{key}:{'fit' if fit else 'refresh'}",
        exclusive_key=key,
    )


def name_proposals(project: Project, proposed: Iterable[str]) -> None:
    """Have regions that a source has newly proposed, for some questions, named by the models at work."""
    naming = [one.name for one in learnable_questions(project) if one.names_given and one.name in set(proposed)]
    if project.learns and ModelVersion.objects.serving().filter(project=project, question__in=naming).exists():
        request_training(project.pk, fit=False)


def consider_all_trainings() -> None:
    """Look at every project that people work on: what a lost message or a dead broker left undone is found here."""
    for project_id in Project.objects.filter(learns=True, state=ProjectState.ACTIVE).values_list("pk", flat=True):
        consider_training(project_id)


def consider_training(project_id: int) -> Job | None:
    """Enqueue what is due: encoding, a training, or a fresh batch. Returns the job, or None when nothing is due.

    Labels that come while a training runs are counted when it ends.
    """
    cache.delete(_mark(project_id))
    project = Project.objects.select_related("schema_version").filter(pk=project_id).first()
    if project is None or not project.learns:
        return None
    questions = learnable_questions(project)
    encoding = _due_encoding(project, questions)
    if encoding is not None:
        return encoding
    if not questions or not EncodingVocabulary.objects.filter(project=project).exists():
        return None
    # one that waits for its next slice has begun, too
    is_begun = Q(state=JobState.RUNNING) | Q(state=JobState.QUEUED, started_at__isnull=False)
    if Job.objects.filter(is_begun, project_id=project_id, kind="train_model", params__fit=True).exists():
        return None
    tried = last_round(project, fit=True)
    for question in questions:
        last = ModelVersion.objects.of_question(project_id, question.name).first()
        labels = count_labels(project_id, question, since=labels_read_at(last, tried))
        if _is_training_due(project, question, labels, last, tried):
            return request_training(project_id, n_labels=labels.n)
    lacks = any(_lacks_predictions(project, question) for question in questions)
    if (lacks or _wants_batch(project)) and not _is_pausing(project):
        return request_training(project_id, fit=False)
    return None


def count_labels(project_id: int, question: LearnableQuestion, *, since: datetime | None = None) -> LabelCount:
    """Count what a training would learn from, the holdout left out; ``since`` says from when on labels are recent."""
    labels = FinalLabel.objects.filter(
        project=project_id, question=question.name, task__lane__in=[Lane.BASE, Lane.SELECTED]
    )
    if question.kind == "choice":
        labels = labels.filter(value_text__in=question.options)
    counts = {"n": Count("pk"), "n_values": Count("value_text", distinct=True)}
    if since is not None:
        counts["n_recent"] = Count("pk", filter=Q(recorded_at__gt=since))
    return LabelCount(**labels.aggregate(**counts))


def count_news(labels: LabelCount, last: ModelVersion, *, n_tried: int = 0) -> int:
    """How many labels the last model did not know, or knew otherwise: those that people changed are news as well."""
    return max(labels.n - max(last.trained_on, n_tried), labels.n_recent)


def labels_read_at(last: ModelVersion | None, tried: Job | None) -> datetime | None:
    """When labels were read for the last model, or for the last round if that gave none."""
    times = [last.created_at - timedelta(seconds=last.seconds)] if last else []
    if tried is not None and (at := tried.started_at or tried.finished_at):
        times.append(at)
    return max(times, default=None)


def last_round(project: Project, **params: Any) -> Job | None:
    """The latest learning round that is over: the same labels would fail again, and who cancelled one meant it."""
    wanted = {f"params__{name}": value for name, value in params.items()}
    jobs = Job.objects.for_project(project.pk).filter(kind="train_model", finished_at__isnull=False, **wanted)
    return jobs.first()


def batch_size(project: Project) -> int:
    """How many tasks each question that is learned may select, so that all of them together keep people busy."""
    at_work = Assignment.objects.leased().filter(project=project, lease_expires_at__gt=timezone.now())
    n_people = at_work.values("user").distinct().count()
    together = min(LARGEST_BATCH, BATCH + BATCH_PER_PERSON * max(0, n_people - 1))
    return max(SMALLEST_BATCH, together // max(1, len(learnable_questions(project))))


def _mark(project_id: int) -> str:
    return f"new-labels:{project_id}"


def _due_encoding(project: Project, questions: list[LearnableQuestion]) -> Job | None:
    """An encoding job when tasks have come after the last shard of some field, or another encoder is wanted."""
    table = table_of(project.pk)
    for field in {question.field for question in questions}:
        last = EncodingShard.objects.of_field(project.pk, field).last()
        vocabulary = _vocabulary(project, field)
        is_other = vocabulary is not None and vocabulary.table_id != (table.pk if table else None)
        if is_other or Task.objects.filter(project=project, pk__gt=last.last_task if last else 0).exists():
            if Job.objects.filter(project_id=project.pk, kind="encode_tasks").active().exists():
                return None
            return request_encoding(project.pk)
    return None


def _is_training_due(
    project: Project, question: LearnableQuestion, labels: LabelCount, last: ModelVersion | None, tried: Job | None
) -> bool:
    if labels.n < (project.retrain_after or FIRST_TRAINING) or labels.is_too_alike(question):
        return False
    n_tried = tried.params.get("n_labels", 0) if tried else 0
    if last is None or last.schema_version_id != project.schema_version_id:
        return labels.n > n_tried or tried is None or tried.state not in _GIVEN_UP
    vocabulary = _vocabulary(project, question.field)
    if vocabulary is not None and vocabulary.table_id != last.vocabulary.table_id:
        # texts are read in another way now; what was tried since is not tried again for that
        return tried is None or tried.created_at < vocabulary.created_at
    n_new = count_news(labels, last, n_tried=n_tried)
    if n_new >= labels_until_next_training(last.trained_on, project_setting=project.retrain_after):
        return True
    if last.metrics.get("guideline", project.guideline_number) != project.guideline_number:
        return n_new >= FEWEST_NEW_LABELS  # labels under other rules say more than so many under the old ones
    return is_time_for_training(timezone.now() - last.created_at, n_new, hours=project.retrain_hours)


def _vocabulary(project: Project, field: str) -> EncodingVocabulary | None:
    return EncodingVocabulary.objects.filter(project=project, field=field).order_by("-number").first()


def _is_pausing(project: Project) -> bool:
    last = last_round(project)
    if last is None or last.finished_at is None or last.state not in _GIVEN_UP:
        return False
    return last.finished_at > timezone.now() - _PAUSE


def _lacks_predictions(project: Project, question: LearnableQuestion) -> bool:
    serving = ModelVersion.objects.serving().filter(project=project, question=question.name).first()
    if serving is None:
        return False
    n_predictable = (
        EncodingShard.objects.of_field(project.pk, question.field).aggregate(n=Sum("n_predictable"))["n"] or 0
    )
    if question.reads_tasks:  # such a model answers for a part of the pool only
        return not serving.n_predicted and n_predictable > 0
    return serving.n_predicted != n_predictable


def _wants_batch(project: Project) -> bool:
    """Whether half of the selected tasks are used up and there are others to choose from."""
    open_tasks = Task.objects.filter(project=project, open_slots__gt=0)
    if open_tasks.filter(lane=Lane.SELECTED)[: BATCH // 2].count() >= BATCH // 2:
        return False
    if not Task.objects.untouched(project).filter(lane=Lane.BASE).exists():
        return False
    last = SelectionRun.objects.filter(project=project).order_by("-pk").first()
    # a pool of near copies gives short batches: choosing again at once would give as short a one
    return last is None or last.n_tasks >= BATCH // 2 or last.created_at < timezone.now() - _PAUSE
