"""Fit a candidate, calibrate it, measure it: arrays in, a candidate out; nothing is written here."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from models_app.calibration import fit_temperature, out_of_fold_scores
from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.labels import Labels, LabelSet
from models_app.learnable import LearnableQuestion
from models_app.metrics import Evaluation, evaluate, wilson_interval
from models_app.registries import learners

# With fewer randomly drawn labels than this, all labels give the temperature.
_FEWEST_RANDOM = 50


@dataclass(frozen=True)
class FittedModel:
    """A fitted learner with its temperature; ``options`` give its classes' numbers their values."""

    learner: Any
    temperature: float
    options: tuple[str, ...]

    def evaluate(self, pool: EncodedPool, holdout: LabelSet) -> Evaluation:
        """Its answers for the holdout's tasks, which it has never seen."""
        scores = self.learner.decision_function(pool.rows_at(holdout.positions))
        return evaluate(scores, self.learner.classes_, holdout.y, temperature=self.temperature)


@dataclass(frozen=True)
class Calibration:
    """A temperature, and how right the model was about labels it had not seen while it was fitted."""

    temperature: float
    unseen: dict[str, Any]


def fit_model(
    question: LearnableQuestion, pool: EncodedPool, vocabulary: Vocabulary, labels: Labels, *, random_state: int
) -> tuple[FittedModel, Calibration]:
    """Fit on the training labels; ``ValueError`` when they hold fewer than two options."""
    learner_class = learners.get(question.learner)

    def make_learner() -> Any:
        return learner_class(vocabulary.topics, random_state=random_state)

    rows = pool.rows_at(labels.training.positions)
    learner = make_learner().fit(rows, labels.training.y)
    n_folds = folds_for(len(labels.training))
    scores = out_of_fold_scores(make_learner, rows, labels.training.y, n_folds=n_folds, random_state=random_state)
    y = np.searchsorted(learner.classes_, labels.training.y)
    calibration = _calibrate(scores, y, labels.is_random)
    return FittedModel(learner, calibration.temperature, question.options), calibration


def folds_for(n_labels: int) -> int:
    """Fewer folds for more labels: the temperature is one number, and a round must stay quick.

    >>> [folds_for(n) for n in (20, 2000, 10_000)]
    [5, 3, 2]
    """
    if n_labels <= 300:
        return 5
    return 3 if n_labels <= 4000 else 2


def _calibrate(scores: np.ndarray, y: np.ndarray, is_random: np.ndarray) -> Calibration:
    is_scored = ~np.isnan(scores).all(axis=1)
    is_right = np.zeros(len(y), dtype=bool)
    is_right[is_scored] = np.nan_to_num(scores[is_scored], nan=-np.inf).argmax(axis=1) == y[is_scored]
    # chosen tasks are the hard ones: confidences fitted on them would be too modest for the pool
    use = is_random if (is_random & is_scored).sum() >= _FEWEST_RANDOM else np.ones(len(y), dtype=bool)
    unseen = {
        name: wilson_interval(int(is_right[which & is_scored].sum()), int((which & is_scored).sum())).as_json()
        for name, which in {"random": is_random, "chosen": ~is_random}.items()
    }
    return Calibration(fit_temperature(scores[use], y[use]), unseen)
