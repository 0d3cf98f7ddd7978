"""Model versions as pages show them: every figure with its interval and count, options by their titles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse

from labelplatform.certainty import Share, read_share, wilson
from labelplatform.charts import ConfusionMatrix, CurvePoint, LearningCurve, confusion_matrix, learning_curve
from models_app.models import ModelState, ModelVersion
from projects.models import Project

MAX_CURVE_POINTS = 200

STRATEGY_TITLES = {
    "kmeans_margin": "uncertain and varied",
    "margin": "most uncertain first",
    "random": "at random",
    "cold_start": "typical of every kind",
}
STRATEGY_HELP = {
    "kmeans_margin": "Where the model is least sure between two options, spread over unlike texts.",
    "margin": "Where the model is least sure between two options.",
    "random": "Every task is as likely as any other.",
    "cold_start": "Before there is a model: texts that stand for many others.",
}

MADE_OF = {"tfidf": "TF-IDF", "logistic": "logistic regression"}


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    version: ModelVersion
    url: str
    share: Share | None
    is_of_this_schema: bool

    @property
    def is_active(self) -> bool:
        return self.version.state == ModelState.ACTIVE


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


def model_url(project: Project, question: str, number: int) -> str:
    first = project.schema.questions[0].name
    query = "" if question == first else f"?question={question}"
    return f"{reverse('models_app:model-detail', args=[project.slug, number])}{query}"


def version_lines(project: Project, versions: list[ModelVersion]) -> list[VersionLine]:
    return [
        VersionLine(
            version,
            model_url(project, version.question, version.number),
            read_share(version.metrics.get("holdout", {}).get("accuracy")),
            version.schema_version_id == project.schema_version_id,
        )
        for version in versions
    ]


def curve_of(project: Project, question: str) -> LearningCurve | None:
    """How right each model of the current schema is on the holdout, over the labels it learned from."""
    versions: QuerySet[Any] = ModelVersion.objects.of_question(project.pk, question)
    rows = versions.filter(schema_version=project.schema_version).annotate(
        right=KT("metrics__holdout__accuracy__value"),
        low=KT("metrics__holdout__accuracy__low"),
        high=KT("metrics__holdout__accuracy__high"),
        n=KT("metrics__holdout__accuracy__n"),
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
    return learning_curve(points)


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
        self._learned: Mapping[str, int] = version.metrics.get("labels_by_option", {})
        self._unseen: Mapping[str, Any] = version.metrics.get("out_of_fold", {})
        question = version.schema_version.schema.questions_by_name.get(version.question)
        self._options = {option.value: option for option in getattr(question, "options", ())}

    @property
    def accuracy(self) -> Share | None:
        return read_share(self._holdout.get("accuracy"))

    @property
    def macro_f1(self) -> Share | None:
        return read_share(self._holdout.get("macro_f1"))

    @property
    def on_random_tasks(self) -> Share | None:
        """Out of fold, on labels of tasks that were drawn at random."""
        return read_share(self._unseen.get("random"))

    @property
    def on_chosen_tasks(self) -> Share | None:
        """Out of fold, on labels of tasks that the strategy chose because they are hard."""
        return read_share(self._unseen.get("chosen"))

    def confusion(self) -> ConfusionMatrix | None:
        titles = [self._title(value) for value in self._measured_values()]
        return confusion_matrix(titles, self._holdout.get("confusion", []))

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

    @property
    def calibration_error(self) -> float | None:
        return self._holdout.get("calibration_error") if self.accuracy else None

    def _measured_values(self) -> list[str]:
        """The options that the rows and columns of the confusion counts stand for."""
        return [self._values[number] for number in self._holdout.get("options", []) if number < len(self._values)]

    def _title(self, value: str) -> str:
        option = self._options.get(value)
        return option.title if option else value
