"""One place in a tree of options, decided level by level."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.hierarchical import NOWHERE, TreeLearner
from models_app.learning.choice import numbers_of
from models_app.learning.evaluation import Evaluation, agreement_of, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask, Ranked
from projects.schema.questions.question import Question
from projects.schema.questions.taxonomy import TaxonomyQuestion

# Where groups can be answered, a group that is at least this sure is suggested rather than a guess below it.
_SURE_ENOUGH = 0.5


@dataclass
class TaxonomyModel(QuestionModel):
    """A fitted tree; ``nodes`` give its numbers their values."""

    question: Question
    fitted: TreeLearner
    nodes: tuple[str, ...]
    recalibration: Recalibration = Recalibration()

    learner: ClassVar[str] = "hierarchical"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        asked = cast("TaxonomyQuestion", question)
        nodes = tuple(asked.nodes)
        numbers = {value: number for number, value in enumerate(nodes)}
        paths = [asked.nodes[value].path for value in nodes]
        parents = np.array([numbers[path[-2]] if len(path) > 1 else -1 for path in paths], dtype=np.int64)
        rows = inputs.pool.rows_at(labels.training.positions)
        y = numbers_of(nodes, labels.training.answers)

        def make(places: np.ndarray) -> "TaxonomyModel":
            return cls(question, TreeLearner(parents, random_state=random_state).fit(rows[places], y[places]), nodes)

        def answers(model: "TaxonomyModel", held: np.ndarray) -> Sequence[AnsweredTask]:
            return model._answers(rows[held])

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        answers = [answer for part in inputs.pool.parts for answer in self._answers(part.rows)]
        answers = recalibrated(answers, self.recalibration)
        return ListedAnswers(answers, np.array([answer.confidence for answer in answers], dtype=np.float32))

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        answers = recalibrated(self._answers(inputs.pool.rows_at(holdout.positions)), self.recalibration)
        pairs = zip(answers, holdout.answers, strict=True)
        is_right = np.array([answer.value == truth for answer, truth in pairs], dtype=bool)
        agreement = agreement_of(self.question, answers, holdout.answers)
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        scores = {
            "accuracy": wilson_interval(int(is_right.sum()), len(is_right)),
            "agreement": mean_estimate(agreement),
        }
        return Evaluation(agreement, answers, "accuracy", scores, calibration_details(confidences, is_right), is_right)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C, "used_options": len(self.fitted.classes_)}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta = {"nodes": list(self.nodes), "recalibration": recalibration_as_json(self.recalibration)}
        return meta, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        fitted = TreeLearner.from_state(arrays)
        return cls(question, fitted, tuple(meta["nodes"]), recalibration_from(meta["recalibration"]))

    def _answers(self, rows: Any) -> list[AnsweredTask]:
        if not rows.shape[0]:
            return []
        paths = self.fitted.paths(rows)
        least = _SURE_ENOUGH if cast("TaxonomyQuestion", self.question).any_level else 0.0
        found, sure = paths.back_off(least)
        return [
            AnsweredTask(self.nodes[node], float(confidence), self._ranked(way, ways_sure))
            for node, confidence, way, ways_sure in zip(
                found.tolist(), sure.tolist(), paths.nodes.tolist(), paths.confidences.tolist(), strict=True
            )
        ]

    def _ranked(self, way: Sequence[int], sure: Sequence[float]) -> tuple[Ranked, ...]:
        """The way down, the deepest node first."""
        steps = [(node, confidence) for node, confidence in zip(way, sure, strict=True) if node != NOWHERE]
        return tuple(Ranked(self.nodes[node], confidence) for node, confidence in reversed(steps))
