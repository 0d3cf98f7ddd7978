"""Sources of predictions as pages show them: what each is, how good on the holdout, and which one suggests."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelplatform.certainty import Share, read_share
from models_app.models import ModelVersion, PredictionSource, SuggestionChoice
from models_app.versions.scores import ScoreName, score_name
from projects.models import Project
from projects.schema import Question

BUILTIN_TITLE = "The project's own model"


@dataclass(frozen=True)
class SourceScore:
    """How good a source is on one question. ``source`` is None for the project's own model."""

    source: PredictionSource | None
    title: str
    score: ScoreName | None
    share: Share | None
    n_predicted: int
    n_truth: int
    is_chosen: bool

    @property
    def may_be_chosen(self) -> bool:
        return not self.is_chosen and (self.source is None or self.n_predicted > 0)

    @property
    def key(self) -> str:
        return str(self.source.pk) if self.source else ""


@dataclass(frozen=True)
class QuestionSources:
    """All that answer one question, the project's own model first."""

    question: Question
    lines: Sequence[SourceScore]

    @property
    def has_others(self) -> bool:
        return len(self.lines) > 1


def sources_by_question(project: Project, sources: Sequence[PredictionSource]) -> list[QuestionSources]:
    """For each question what the project's own model and the sources that predict it are worth, side by side."""
    choices = SuggestionChoice.objects.filter(project=project)
    chosen = dict(choices.values_list("question", "source_id"))
    own = {version.question: version for version in ModelVersion.objects.serving().filter(project=project)}
    return [
        QuestionSources(
            question,
            [
                _own(own.get(question.name), is_chosen=chosen.get(question.name) is None),
                *(
                    score_of(source, question, is_chosen=chosen.get(question.name) == source.pk)
                    for source in sources
                    if question.name in source.measures or chosen.get(question.name) == source.pk
                ),
            ],
        )
        for question in project.schema.questions
    ]


def score_of(source: PredictionSource, question: Question, *, is_chosen: bool = False) -> SourceScore:
    figures = source.measures.get(question.name, {})
    holdout = figures.get("holdout", {})
    return SourceScore(
        source,
        source.name,
        score_name(holdout["main"]) if holdout else None,
        read_share(holdout.get("score")),
        figures.get("n_predicted", 0),
        figures.get("n_truth", 0),
        is_chosen,
    )


def _own(version: ModelVersion | None, *, is_chosen: bool) -> SourceScore:
    if version is None:
        return SourceScore(None, BUILTIN_TITLE, None, None, 0, 0, is_chosen)
    holdout = version.metrics.get("holdout", {})
    return SourceScore(
        None,
        f"{BUILTIN_TITLE} ({version.number})",
        score_name(holdout.get("main", "accuracy")),
        read_share(holdout.get("score")),
        version.n_predicted,
        0,
        is_chosen,
    )
