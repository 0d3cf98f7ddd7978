"""Model versions as pages show them: every figure with its interval and count, options by their titles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse

from labelplatform.certainty import Share, read_share, wilson
from labelplatform.charts import (
    ConfusionMatrix,
    CurvePoint,
    LearningCurve,
    ReliabilityDiagram,
    confusion_matrix,
    learning_curve,
    reliability_diagram,
)
from models_app.meanings.semantic_tables import encoder_choices, encoder_of
from models_app.models import EncodingVocabulary, ModelState, ModelVersion
from models_app.rounds.effort import Effort, effort_of
from models_app.versions.scores import SCORES, ScoreName, score_name
from projects.models import Project

MAX_CURVE_POINTS = 200

MADE_OF = {
    "tfidf": "TF-IDF",
    "picture-1": "edges and colours of the image",
    "pictures": "edges and colours of the image, and what an image model sees",
    "sound-1": "pitches of the sound and how they change",
    "logistic": "logistic regression",
    "one_vs_rest": "one logistic regression per option",
    "hierarchical": "logistic regression along the tree",
    "ordinal": "ordinal regression",
    "ridge": "ridge regression",
    "crf": "conditional random field",
    "pairs": "classification of pairs of spans",
    "parts": "a model of each part",
    "regions": "logistic regression on what given regions show",
    "antecedents": "choice of each span's antecedent",
    "written_dates": "choice among the dates that are written in a task",
    "memory": "the most similar labeled tasks",
    "bradley_terry": "Bradley–Terry comparison",
}


_REASONS = {
    "pairs": "words between the spans stand beside each",
    "antecedents": "what ties a span to an earlier one stands beside each",
    "bradley_terry": "words of the candidates stand beside each",
    "regions": "what the labeled regions most like each are called stands beside it",
}


def _in_words(part: str) -> str:
    return MADE_OF.get(part) or MADE_OF.get(part.partition("-")[0], part)  # behind the name may be which model it is


def made_of(version: ModelVersion) -> list[str]:
    """The encoders and the learner of a version, in words."""
    words, _, table = version.encoder.partition("+")
    learner, per = version.parameters.get("learner", version.learner), version.parameters.get("per")
    parts = [_in_words(part) for part in (words, learner)]
    if table:
        name = table.removeprefix("sentences:")
        parts.insert(1, f"{'word meanings' if name == table else 'full sentences'} by {name}")
    return [*parts, f"for each {per}"] if per else parts


def reasons_in_words(version: ModelVersion) -> str:
    """What stands beside a version's suggestions to say why."""
    return _REASONS.get(version.parameters.get("learner", version.learner), "what speaks for each stands beside it")


def encoder_words(project: Project) -> dict[str, Any]:
    """How the project's texts are read now, what is chosen, and what may be."""
    current = EncodingVocabulary.objects.filter(project=project).select_related("table").order_by("-pk").first()
    now = ""
    if current is not None and current.media:
        beside = " and word meanings" if current.table else ""
        now = f"{_in_words(current.media)}{beside}"
    elif current is not None:
        now = current.table.in_words if current.table else "words and their topics"
    choices = encoder_choices()
    has_sentences = any("full sentences" in title for _, title in choices)
    return {"now": now, "chosen": encoder_of(project.pk), "choices": choices, "has_sentences": has_sentences}


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    version: ModelVersion
    url: str
    score: ScoreName
    share: Share | None
    is_of_this_schema: bool

    @property
    def is_active(self) -> bool:
        return self.version.state == ModelState.ACTIVE


@dataclass(frozen=True)
class ScoreLine:
    """One figure of a version: a share, or where the name says so a value in the unit of the answers."""

    name: ScoreName
    figure: Share | None
    is_main: bool


@dataclass(frozen=True)
class OptionLine:
    """How well one option is told apart: of those it is (recall), of those called so (precision)."""

    title: str
    colour: int
    n_learned: int
    recall: Share | None
    precision: Share | None


@dataclass(frozen=True)
class CalibrationLine:
    """Of the answers given with about this confidence, how many are right."""

    confidence: float
    right: Share


@dataclass(frozen=True)
class CalibrationError:
    """How far confidences are off on average; ``by_chance`` is what perfect ones would seem to be off on so few."""

    value: float
    interval: Share | None
    by_chance: float | None


def model_url(project: Project, question: str, number: int) -> str:
    first = project.schema.questions[0].name
    query = "" if question == first else f"?question={question}"
    return f"{reverse('models_app:model-detail', args=[project.slug, number])}{query}"


def side_by_side(first: ModelVersion, second: ModelVersion) -> list[dict[str, Any]]:
    """Every score of the first of two versions, with the same of the second."""
    before = {line.name.title: line for line in MeasuredVersion(first).scores}
    after = {line.name.title: line for line in MeasuredVersion(second).scores}
    return [
        {"name": line.name, "first": line.figure, "second": after[title].figure if title in after else None}
        for title, line in before.items()
    ]


def main_score(version: ModelVersion) -> ScoreName:
    """What the one figure that stands for a version is."""
    return score_name(version.metrics.get("holdout", {}).get("main", "accuracy"))


def version_lines(project: Project, versions: list[ModelVersion]) -> list[VersionLine]:
    return [
        VersionLine(
            version,
            model_url(project, version.question, version.number),
            main_score(version),
            read_share(version.metrics.get("holdout", {}).get("score")),
            version.schema_version_id == project.schema_version_id,
        )
        for version in versions
    ]


def curve_of(project: Project, question: str) -> LearningCurve | None:
    """How good each model of the current schema is on the holdout, over the labels it learned from."""
    versions: QuerySet[Any] = ModelVersion.objects.of_question(project.pk, question)
    rows = versions.filter(schema_version=project.schema_version).annotate(
        right=KT("metrics__holdout__score__value"),
        low=KT("metrics__holdout__score__low"),
        high=KT("metrics__holdout__score__high"),
        n=KT("metrics__holdout__score__n"),
    )
    points = [
        CurvePoint(
            n_labels=trained_on,
            score=float(right),
            low=float(low),
            high=float(high),
            name=f"Model {number}",
            url=model_url(project, question, number),
            is_active=state == ModelState.ACTIVE,
            is_rejected=state == ModelState.REJECTED,
        )
        for number, state, trained_on, right, low, high, n in rows.values_list(
            "number", "state", "trained_on", "right", "low", "high", "n"
        )[:MAX_CURVE_POINTS]
        if n and int(n)
    ]
    return learning_curve(points[::-1])


@dataclass(frozen=True)
class Prospects:
    """What more labels would give, in points of 100, and whether little is left to gain.

    ``gain`` is empty where it is not defined, for ``because`` says why; ``effort`` is what they would take people.
    """

    extra: int
    gain: str
    reach: str
    because: str
    effort: Effort
    may_stop: bool
    stop_reason: str


def prospects_of(project: Project, question: str) -> Prospects | None:
    """Those of the newest model of the schema in force."""
    versions = ModelVersion.objects.of_question(project.pk, question).filter(schema_version=project.schema_version)
    version = versions.only("metrics").first()
    found = version.metrics.get("prospects") if version else None
    if not found:
        return None
    forecast, stop = found["forecast"], found["stop"]
    gain, effort = forecast["gain"], effort_of(project, forecast["extra"])
    said = ("", "")
    if gain is not None:
        said = (f"{100 * gain:+.1f}", f"{100 * max(forecast['high'] - gain, gain - forecast['low']):.1f}")
    return Prospects(forecast["extra"], *said, forecast["reason"], effort, stop["is_given"], stop["reason"])


def what_changed(version: ModelVersion, former: ModelVersion | None) -> str:
    """The labels it learned from in comparison with the version before."""
    if former is None or former.schema_version_id != version.schema_version_id:
        return ""
    more = version.trained_on - former.trained_on
    return f"{more:+,} since model {former.number}"


class MeasuredVersion:
    """A version's figures on the holdout, option by option."""

    def __init__(self, version: ModelVersion) -> None:
        self._holdout: Mapping[str, Any] = version.metrics.get("holdout", {})
        self._values: list[str] = version.parameters.get("options", [])
        self._per: str = version.parameters.get("per", "")
        self._learned: Mapping[str, int] = version.metrics.get("labels_by_option", {})
        self._unseen: Mapping[str, Any] = version.metrics.get("out_of_fold", {})
        question = version.schema_version.schema.questions_by_name.get(version.question)
        self._options = {option.value: option for option in getattr(question and question.single, "options", ())}

    @property
    def scores(self) -> list[ScoreLine]:
        """Everything that was measured on the holdout; a figure without labels behind it is said to be unknown."""
        main = self._holdout.get("main", "accuracy")
        names = [main, *(name for name in SCORES if name in self._holdout and name != main)]
        return [ScoreLine(score_name(name), read_share(self._holdout.get(name)), name == main) for name in names]

    @property
    def per(self) -> str:
        """What the figures are of, where a question is about each part of a task: turn, candidate, column."""
        return self._per

    @property
    def n_parts(self) -> int:
        """How many of them the holdout had."""
        return int(self._holdout.get("n_parts", 0))

    @property
    def on_random_tasks(self) -> Share | None:
        """Out of fold, on labels of tasks that were drawn at random."""
        return read_share(self._unseen.get("random"))

    @property
    def on_chosen_tasks(self) -> Share | None:
        """Out of fold, on labels of tasks that the strategy chose because they are hard."""
        return read_share(self._unseen.get("chosen"))

    @property
    def knows_options(self) -> bool:
        """Whether it tells options of a list apart."""
        return "confusion" in self._holdout

    def confusion(self) -> ConfusionMatrix | None:
        titles = [self._title(value) for value in self._measured_values()]
        return confusion_matrix(titles, self._holdout.get("confusion", []))

    def unlearned(self) -> list[str]:
        """The options that can be answered and that nobody had labeled: it never says them."""
        options = self._options.values()
        return [option.title for option in options if not option.retired and option.value not in self._learned]

    def options(self) -> list[OptionLine]:
        """Every option it learned or met on the holdout, in the schema's order."""
        measured, counts = self._measured_values(), self._holdout.get("confusion", [])
        lines = []
        for value in self._values:
            recall = precision = None
            if value in measured:
                place = measured.index(value)
                right = counts[place][place]
                recall = wilson(right, sum(counts[place]))
                precision = wilson(right, sum(row[place] for row in counts))
            option = self._options.get(value)
            colour = option.colour if option else 0
            line = OptionLine(self._title(value), colour, self._learned.get(value, 0), recall, precision)
            if line.n_learned or recall or precision:
                lines.append(line)
        return lines

    def calibration(self) -> list[CalibrationLine]:
        lines = []
        for part in self._holdout.get("reliability", []):
            right = wilson(round(part["accuracy"] * part["n"]), part["n"])
            if right is not None:
                lines.append(CalibrationLine(part["confidence"], right))
        return lines

    def reliability(self) -> ReliabilityDiagram | None:
        """The same as a picture."""
        return reliability_diagram((line.confidence, line.right) for line in self.calibration())

    @property
    def calibration_error(self) -> CalibrationError | None:
        """None without holdout labels; older versions have no interval."""
        if not read_share(self._holdout.get("score")):
            return None
        error = read_share(self._holdout.get("calibration"))
        by_chance = self._holdout.get("calibration", {}).get("by_chance")
        value = error.value if error else self._holdout.get("calibration_error")
        return None if value is None else CalibrationError(value, error, by_chance)

    def _measured_values(self) -> list[str]:
        """The options that the rows and columns of the confusion counts stand for."""
        return [self._values[number] for number in self._holdout.get("options", []) if number < len(self._values)]

    def _title(self, value: str) -> str:
        option = self._options.get(value)
        return option.title if option else value
