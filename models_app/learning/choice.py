"""One option of a list, learned by logistic regression on the rows of the pool."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.logistic import LogisticLearner
from models_app.learners.top_options import top_options_of_parts
from models_app.learning.evaluation import Evaluation, evaluate_options
from models_app.learning.pool_answers import OptionAnswers, PoolAnswers
from models_app.learning.question_model import (
    Classifier,
    Fit,
    Inputs,
    Labels,
    LabelSet,
    NotLearnable,
    OptionWeights,
    QuestionModel,
    Unseen,
)
from models_app.learning.unseen import unseen_shares, worth_keeping
from models_app.rounds.calibration import fit_temperature, out_of_fold_scores, softmax
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question

# With fewer randomly drawn labels than this, all labels give the temperature.
_FEWEST_RANDOM = 50
_FEW_A_CLASS = 30  # labels


@dataclass
class ChoiceModel(QuestionModel):
    """A fitted learner with its temperature; ``options`` give its classes' numbers their values."""

    question: Question
    fitted: LogisticLearner
    temperature: float
    options: tuple[Any, ...]

    learner: ClassVar[str] = "logistic"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        options = cls.options_of(question, labels.training.answers)
        y = numbers_of(options, labels.training.answers)
        rows = inputs.pool.rows_at(labels.training.positions)

        def make_learner() -> LogisticLearner:
            return LogisticLearner(inputs.vocabulary.topics, random_state=random_state)

        try:
            fitted = make_learner().fit(rows, y)
        except ValueError as refusal:
            raise NotLearnable(str(refusal)) from refusal
        n_folds = folds_for(len(y), len(fitted.classes_))
        scores = out_of_fold_scores(
            make_learner, rows, y, n_folds=n_folds, random_state=random_state, groups=labels.training.task_ids
        )
        places = np.searchsorted(fitted.classes_, y)
        temperature, out_of_fold = _calibrate(scores, places, labels.is_random)
        unseen = _unseen(scores, places, labels.is_random, temperature, [options[number] for number in fitted.classes_])
        return Fit(cls(question, fitted, temperature, options), out_of_fold, unseen)

    @classmethod
    def options_of(cls, question: Question, answers: Sequence[Any]) -> tuple[Any, ...]:
        """The values that its numbers stand for."""
        return tuple(getattr(question, "open_values", ()))

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        parts = (part.rows for part in inputs.pool.parts)
        fitted = self.fitted
        top = top_options_of_parts(parts, fitted.coef_, fitted.intercept_, fitted.classes_, self.temperature, measures)
        return OptionAnswers(top, self.options)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        scores = self.fitted.decision_function(inputs.pool.rows_at(holdout.positions))
        truth = numbers_of(self.options, holdout.answers)
        options = [*self.options, ""]
        return evaluate_options(scores, self.fitted.classes_, truth, options=options, temperature=self.temperature)

    def parameters(self) -> dict[str, Any]:
        return {**plain_parameters(self.fitted), "options": list(self.options)}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"temperature": self.temperature, "options": list(self.options)}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        fitted = LogisticLearner.from_state(arrays, vocabulary.topics)
        return cls(question, fitted, float(meta["temperature"]), tuple(meta["options"]))

    def classifier(self) -> Classifier:
        return Classifier(self.fitted, partial(numbers_of, self.options))

    def option_weights(self) -> OptionWeights | None:
        return OptionWeights([str(self.options[number]) for number in self.fitted.classes_], self.fitted.coef_)


def numbers_of(options: Sequence[Any], answers: Sequence[Any]) -> np.ndarray:
    """The options' numbers; the one behind the last for an answer that is none of them."""
    numbers = {value: number for number, value in enumerate(options)}
    return np.array([numbers.get(answer, len(options)) for answer in answers], dtype=np.int64)


def plain_parameters(learner: Any) -> dict[str, Any]:
    """A learner's hyper-parameters that are plain values."""
    chosen = learner.get_params(deep=False)
    return {name: value for name, value in chosen.items() if isinstance(value, int | float | str)}


def folds_for(n_labels: int, n_classes: int = 2) -> int:
    """Fewer folds for more labels: the temperature is one number, and a round must stay quick.

    But with few labels a class, each makes a model better: what learned from two thirds of them knows so much less that
    its temperature would make the whole model too modest.

    >>> [folds_for(n) for n in (20, 2000, 10_000)], folds_for(2000, n_classes=100)
    ([5, 3, 2], 5)
    """
    if n_labels <= max(300, _FEW_A_CLASS * n_classes):
        return 5
    return 3 if n_labels <= 4000 else 2


def _calibrate(scores: np.ndarray, y: np.ndarray, is_random: np.ndarray) -> tuple[float, dict[str, Any]]:
    is_scored = ~np.isnan(scores).all(axis=1)
    is_right = np.zeros(len(y), dtype=bool)
    is_right[is_scored] = np.nan_to_num(scores[is_scored], nan=-np.inf).argmax(axis=1) == y[is_scored]
    # chosen tasks are the hard ones: confidences fitted on them would be too modest for the pool
    use = is_random if (is_random & is_scored).sum() >= _FEWEST_RANDOM else np.ones(len(y), dtype=bool)
    return fit_temperature(scores[use], y[use]), unseen_shares(is_right, is_scored, is_random)


def _unseen(
    scores: np.ndarray, y: np.ndarray, is_random: np.ndarray, temperature: float, values: Sequence[Any]
) -> Unseen:
    is_scored = ~np.isnan(scores).all(axis=1)
    known = np.flatnonzero(is_scored)
    if not len(known):
        return Unseen()
    probabilities = softmax(np.nan_to_num(scores[known], nan=-np.inf, neginf=-np.inf), temperature)
    best = probabilities.argmax(axis=1)
    confidences = probabilities[np.arange(len(known)), best]
    wanted = worth_keeping(best == y[known], confidences, is_random[known])
    answers = [AnsweredTask(values[best[place]], float(confidences[place])) for place in wanted.tolist()]
    return Unseen(known[wanted], answers)
