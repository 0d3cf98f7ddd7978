"""What is asked next and why, as the Strategy page and the API say it. Light: the web process imports this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Left
from django.urls import reverse

from models_app.models import EncodingVocabulary, ModelVersion, SelectionRun
from models_app.prelabeling import likeliest_answers
from models_app.selection.explanations import StrategyWords, strategy_words, why_asked
from models_app.shown_predictions import Doubt, doubt_of
from models_app.versions.predictions_file import AnsweredTask
from projects.models import Lane, Membership, Project, Stage, Task
from projects.policies import STRATEGIES
from projects.shown_data import task_picture

SHOWN_TASKS = 12
SHOWN_BATCHES = 20
_SHOWN_CHARACTERS = 240
_RANDOM = "random"


@dataclass(frozen=True)
class Answer:
    """What the model at work thinks likely of a task."""

    value: Any
    title: str
    confidence: float
    colour: int


@dataclass(frozen=True)
class AskedTask:
    """A task of the selected lane; ``margin`` is how far its two likeliest answers are apart, None without a model."""

    task_id: int
    external_id: str
    url: str
    text: str
    picture: str
    answers: list[Answer]
    margin: float | None
    is_random: bool
    why: str


@dataclass(frozen=True)
class BatchLine:
    """One batch of the past. The margins are means, of what the strategy chose and of the whole pool."""

    strategy: str
    words: StrategyWords
    model_number: int | None
    n_tasks: int
    n_random: int
    margin: float | None
    pool_margin: float | None
    created_at: datetime


@dataclass(frozen=True)
class StrategyFacts:
    """``nothing_because`` says in a sentence why no task is asked for, where none is."""

    question: str
    strategy: str
    words: StrategyWords
    next_tasks: list[AskedTask]
    nothing_because: str
    batches: list[BatchLine]
    advantage: dict[str, Any]

    @property
    def batch(self) -> BatchLine | None:
        """The one that the next tasks are from."""
        return self.batches[0] if self.batches else None


def strategy_choices() -> list[tuple[str, StrategyWords]]:
    """Every strategy that a project can choose, the default first."""
    return [(name, strategy_words(name)) for name in STRATEGIES]


def strategy_facts(member: Membership, question: str) -> StrategyFacts:
    """All about how the tasks of one question are chosen."""
    project = member.project
    runs = list(_runs(project.pk, question)[:SHOWN_BATCHES])
    next_tasks = _next_tasks(member, question, runs[0]) if runs else []
    return StrategyFacts(
        question=question,
        strategy=project.strategy,
        words=strategy_words(project.strategy),
        next_tasks=next_tasks,
        nothing_because="" if next_tasks else _why_nothing(project, has_runs=bool(runs)),
        batches=[batch_line(run) for run in runs],
        advantage=_advantage(project, question),
    )


def batch_lines(project_id: int, question: str, n: int) -> list[BatchLine]:
    """The latest batches, the newest first."""
    return [batch_line(run) for run in _runs(project_id, question)[:n]]


def batch_line(run: SelectionRun) -> BatchLine:
    version = run.model_version
    return BatchLine(
        strategy=run.strategy,
        words=strategy_words(run.strategy),
        model_number=version.number if version else None,
        n_tasks=run.n_tasks,
        n_random=len(run.random_tasks),
        margin=run.statistics.get("mean_margin"),
        pool_margin=run.statistics.get("mean_margin_of_pool"),
        created_at=run.created_at,
    )


def _runs(project_id: int, question: str) -> Any:
    runs = SelectionRun.objects.filter(project_id=project_id, question=question).select_related("model_version")
    return runs.order_by("-pk")


def _next_tasks(member: Membership, question: str, run: SelectionRun) -> list[AskedTask]:
    project = member.project
    waiting = Task.objects.filter(project=project, lane=Lane.SELECTED, open_slots__gt=0, stage=Stage.ANNOTATE)
    rows = list(
        waiting.order_by("rank", "pk")
        .annotate(text=Left("content__search_text", _SHOWN_CHARACTERS))
        .values_list("pk", "external_id", "text", "content__data")[:SHOWN_TASKS]
    )
    predicted = likeliest_answers(project.pk, question, [pk for pk, *_ in rows])
    drawn = frozenset(run.random_tasks)
    found = []
    for pk, external_id, text, data in rows:
        answers = _answers(project, question, predicted.get(pk))
        is_random = run.strategy == _RANDOM or pk in drawn
        doubt = _doubt(project, question, predicted.get(pk), data or {})
        found.append(
            AskedTask(
                task_id=pk,
                external_id=external_id,
                url=reverse("annotations:task-story", args=[project.slug, pk]),
                text=text or "",
                picture=task_picture(member, pk, data or {}),
                answers=answers,
                margin=answers[0].confidence - answers[1].confidence if len(answers) > 1 else None,
                is_random=is_random,
                why=why_asked(run.strategy, doubt.likeliest, is_random=is_random, about=doubt.about),
            )
        )
    return found


def _answers(project: Project, name: str, found: AnsweredTask | None) -> list[Answer]:
    """The single values the model compares; of an answer of another form, that answer alone."""
    question = project.schema.questions_by_name.get(name)
    if found is None or question is None:
        return []
    if not found.ranked or isinstance(found.value, list):
        return [Answer(found.value, question.summarize(found.value), found.confidence, 0)]
    colours = {option.value: option.colour for option in getattr(question, "options", ())}
    return [
        Answer(one.value, question.summarize(one.value), one.confidence, colours.get(str(one.value), 0))
        for one in found.ranked
    ]


def _doubt(project: Project, name: str, found: AnsweredTask | None, data: Mapping[str, Any]) -> Doubt:
    question = project.schema.questions_by_name.get(name)
    if found is None or question is None:
        return Doubt()
    return doubt_of(question, found, project.schema.fields_by_name[question.on], data)


def _why_nothing(project: Project, *, has_runs: bool) -> str:
    if not project.learns:
        return "This project does not learn, so nothing is chosen: the queue follows its own order."
    if not Task.objects.filter(project=project).exists():
        return "There are no tasks yet: import some, and the first are chosen by themselves."
    if not has_runs and not EncodingVocabulary.objects.filter(project=project).exists():
        return "The tasks are still being read in; the first are chosen when that is done."
    if not has_runs:
        return "The first tasks are about to be chosen."
    return "All that was chosen is answered or in people's hands; the next batch comes by itself."


def _advantage(project: Project, question: str) -> dict[str, Any]:
    """What the newest model of the current schema says of it; ``because`` where it is not decidable."""
    versions = ModelVersion.objects.of_question(project.pk, question).filter(schema_version=project.schema_version)
    newest = versions.only("metrics").first()
    found: dict[str, Any] | None = newest.metrics.get("advantage") if newest else None
    return found or {"because": "no model has been compared on labels of chosen and of random tasks"}
