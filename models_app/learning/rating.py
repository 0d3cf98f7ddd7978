"""Ratings on a scale, learned with thresholds between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.ordinal import RatingLearner
from models_app.learners.top_options import TopOptions, top_options
from models_app.learning.evaluation import Evaluation, agreement_of, calibration_details
from models_app.learning.pool_answers import OptionAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel
from models_app.learning.unseen import learn
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.values import mean_absolute_error
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question

_LEAST_PROBABILITY = 1e-12


@dataclass
class RatingModel(QuestionModel):
    """A fitted learner; its classes are the ratings themselves."""

    question: Question
    fitted: RatingLearner

    learner: ClassVar[str] = "ordinal"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        rows = inputs.pool.rows_at(labels.training.positions)
        y = np.array(labels.training.answers, dtype=np.int64)

        def make(places: np.ndarray) -> "RatingModel":
            return cls(question, RatingLearner().fit(rows[places], y[places]))

        def answers(model: "RatingModel", held: np.ndarray) -> Sequence[AnsweredTask]:
            return model._answers(rows[held])

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        ratings = self.fitted.classes_
        parts = [self._top(part.rows, measures) for part in inputs.pool.parts] or [
            top_options(np.zeros((0, len(ratings))), np.arange(len(ratings)), 1.0, measures)
        ]
        return OptionAnswers(TopOptions.joined(parts), ratings.tolist())

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        answers = self._answers(inputs.pool.rows_at(holdout.positions))
        truth = np.array(holdout.answers, dtype=np.int64)
        rated = np.array([answer.value for answer in answers], dtype=np.int64)
        is_right, is_near = truth == rated, np.abs(truth - rated) <= 1
        agreement = agreement_of(self.question, answers, holdout.answers)
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        scores = {
            "accuracy": wilson_interval(int(is_right.sum()), len(truth)),
            "within_one": wilson_interval(int(is_near.sum()), len(truth)),
            "agreement": mean_estimate(agreement),
            "mean_error": mean_absolute_error(truth, rated),
        }
        return Evaluation(agreement, answers, "accuracy", scores, calibration_details(confidences, is_right), is_right)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        return cls(question, RatingLearner.from_state(arrays))

    def _top(self, rows: Any, measures: Collection[str] = ()) -> TopOptions:
        probabilities = np.maximum(self.fitted.predict_proba(rows), _LEAST_PROBABILITY)
        scores = np.log(probabilities).astype(np.float32)
        return top_options(scores, np.arange(len(self.fitted.classes_)), 1.0, measures)

    def _answers(self, rows: Any) -> list[AnsweredTask]:
        if not rows.shape[0]:
            return []
        top = self._top(rows)
        ratings = self.fitted.classes_[top.options[:, 0]]
        pairs = zip(ratings.tolist(), top.confidences[:, 0].tolist(), strict=True)
        return [AnsweredTask(rating, confidence) for rating, confidence in pairs]
