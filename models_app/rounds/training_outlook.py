"""What learning waits for, and training on demand. Light: the web process imports this."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction

from annotations.models import FinalLabel
from labelplatform.certainty import FEWEST_HOLDOUT_LABELS
from labelplatform.events.models import Event, record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.refusals import Refusal
from models_app.models import EncodingVocabulary, ModelVersion
from models_app.rounds.learnable import LearnableQuestion, learnable_questions
from models_app.rounds.retraining import FIRST_TRAINING, labels_until_next_training
from models_app.rounds.triggers import (
    LabelCount,
    count_labels,
    count_news,
    labels_read_at,
    last_round,
    request_training,
)
from projects.models import Lane, Project, Stage, Task

_KEEP_SECONDS = 5
# Beyond this many labels the next training is no matter of single ones, and counting them exactly takes time.
_COUNTED_LABELS = 20_000


@dataclass(frozen=True)
class Outlook:
    """What a question's next model waits for.

    ``labels_to_go`` is None where it cannot be said; ``n_changed`` of the labels were changed since the last model,
    which counts as well. ``cannot_train`` says in a sentence why it would be in vain now.
    """

    question: str
    n_labels: int
    is_all: bool
    labels_to_go: int | None
    n_changed: int
    n_holdout: int
    cannot_train: str

    @property
    def holdout_to_go(self) -> int:
        """Holdout labels that are missing before models can be told apart."""
        return max(0, FEWEST_HOLDOUT_LABELS - self.n_holdout)


def training_job(project_id: int) -> Job | None:
    """The learning round that runs, else the one that waits."""
    jobs = Job.objects.active().filter(project_id=project_id, kind="train_model")
    return jobs.order_by("-state", "pk").first()


def failed_training(project_id: int) -> Job | None:
    """The latest learning round, if it failed."""
    last = Job.objects.for_project(project_id).filter(kind="train_model", finished_at__isnull=False).first()
    return last if last is not None and last.state == JobState.FAILED else None


def outlooks(project: Project) -> list[Outlook]:
    """One for each question that can be learned."""
    return [_outlook(project, question) for question in learnable_questions(project)]


@transaction.atomic
def start_training(project: Project, requested_by: Any) -> Job:
    """Enqueue a learning round now, or give the one that already waits; ``Refusal`` says why it would be in vain."""
    found = outlooks(project)
    if not found:
        raise Refusal("No question of this project can be learned; its Models page says why.")
    if all(outlook.cannot_train for outlook in found):
        raise Refusal(found[0].cannot_train)
    job = request_training(project.pk, n_labels=max(one.n_labels for one in found), requested_by=requested_by)
    if not Event.objects.filter(object_type="job", object_id=job.pk).exists():  # or it is the one that waited already
        record_event(actor=requested_by, verb="started", object=job)
    return job


def _outlook(project: Project, question: LearnableQuestion) -> Outlook:
    last = ModelVersion.objects.of_question(project.pk, question.name).first()
    if last is not None and last.schema_version_id != project.schema_version_id:
        last = None
    labels: LabelCount = cache.get_or_set(  # type: ignore[assignment]
        f"label-count:{project.pk}:{question.name}", lambda: _count(project, question, last), _KEEP_SECONDS
    )
    is_all = labels.n <= _COUNTED_LABELS
    to_go, n_changed = (project.retrain_after or FIRST_TRAINING) - labels.n, 0
    if last is not None:
        n_new = count_news(labels, last)
        n_changed = n_new - max(0, labels.n - last.trained_on)
        to_go = labels_until_next_training(last.trained_on, project_setting=project.retrain_after) - n_new
    return Outlook(
        question=question.name,
        n_labels=min(labels.n, _COUNTED_LABELS),
        is_all=is_all,
        labels_to_go=max(0, to_go) if is_all and project.learns else None,
        n_changed=n_changed,
        n_holdout=_count_holdout(project),
        cannot_train=_cannot_train(project, question, labels),
    )


def _count(project: Project, question: LearnableQuestion, last: ModelVersion | None) -> LabelCount:
    labels = FinalLabel.objects.filter(project=project, question=question.name)
    if labels[: _COUNTED_LABELS + 1].count() > _COUNTED_LABELS:
        return LabelCount(_COUNTED_LABELS + 1, 2)
    return count_labels(project.pk, question, since=labels_read_at(last, last_round(project, fit=True)))


def _count_holdout(project: Project) -> int:
    done = Task.objects.filter(project=project, lane=Lane.HOLDOUT, stage=Stage.DONE)
    return done[: project.holdout_target].count()


def _cannot_train(project: Project, question: LearnableQuestion, labels: LabelCount) -> str:
    if not EncodingVocabulary.objects.filter(project=project).exists():
        if Task.objects.filter(project=project).exists():
            return "The tasks are still being read in; training can start when that is done."
        return "There is nothing to learn from: import tasks first."
    if not labels.n:
        return "Training needs labels: none so far."
    if labels.is_too_alike(question):
        return f"Training needs at least two different answers: {labels.n_values} so far."
    return ""
