"""Any number of options per task: one logistic regression per option, and how likely one must be to be chosen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from models_app.learners.folds import even_folds
from models_app.learners.linear import Design, Weights, n_rows, rows_at
from models_app.learners.thresholds import best_thresholds
from models_app.scoring.recalibration import Recalibration

_MOST_OPTIONS = 300  # a fit each, some ten seconds for all at a thousand rows; rarer ones are left out
_FEWEST_RANDOM = 50


class MultiLabelLearner(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """One-vs-rest logistic regression with thresholds chosen for micro-F1 on scores of rows not seen in fitting.

    Weighing both sides of each option alike learns rare options better, but says of all of them that they are as
    likely as not; the log-odds of how often an option was chosen put that right, and one slope and offset fitted out
    of fold calibrate what remains.

    Parameters
    ----------
    C : float
        Inverse strength of regularization.
    n_folds : int, optional
        For the out-of-fold scores; by default fewer for more rows.
    random_state : int
        Seed of the folds.

    Attributes
    ----------
    classes_ : ndarray of the options that can be predicted, ascending
    thresholds_ : ndarray, the probability from which each of them is
    left_out_ : ndarray of options in use that were too rare among too many

    References
    ----------
    King and Zeng (2001), Logistic regression in rare events data.

    Examples
    --------
    >>> X = np.repeat(np.eye(3), 10, axis=0)
    >>> learner = MultiLabelLearner().fit(X, [[0]] * 10 + [[0, 1]] * 10 + [[]] * 10)
    >>> learner.predict(np.eye(3))
    [[0], [0, 1], []]
    """

    classes_: np.ndarray
    thresholds_: np.ndarray
    left_out_: np.ndarray

    def __init__(self, C: float = 10.0, n_folds: int | None = None, random_state: int = 0) -> None:
        self.C = C
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Sequence[Collection[int]],
        is_random: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> Self:
        """Fit on rows and the options chosen for each; ``ValueError`` when no two rows differ in them.

        ``is_random`` marks the rows that were not chosen by a strategy: if there are enough, they calibrate. Rows of
        one of the ``groups`` (the parts of a task) are never on both sides of a fold.
        """
        n = n_rows(X)
        if n != len(y):
            raise ValueError(f"There are {n} rows but {len(y)} answers.")
        self._choose_options(y)
        chosen = indicators(y, self.classes_)
        if not len(self.classes_) or (chosen == chosen[:1]).all():
            raise ValueError("At least one option must have been chosen for some tasks and not for others.")
        n_chosen = chosen.sum(axis=0)
        self._offsets = np.log((n_chosen + 0.5) / (n - n_chosen + 0.5))
        self._weights = self._fit_weights(X, chosen)
        scores = self._out_of_fold(X, chosen, groups)
        use = np.ones(n, dtype=bool)
        if is_random is not None and np.count_nonzero(is_random) >= _FEWEST_RANDOM:
            use = np.asarray(is_random, dtype=bool)
        self._recalibration = Recalibration.fit(scores[use].ravel(), chosen[use].ravel())
        self.thresholds_ = best_thresholds(self._recalibration.apply(scores), chosen)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """How likely each option of ``classes_`` is, for each row."""
        return self._recalibration.apply(self._weights.scores(X) + self._offsets)

    def predict(self, X: Any) -> list[list[int]]:
        """The options of each row, ascending; there may be none."""
        return self.choose(self.predict_proba(X))

    def choose(self, probabilities: np.ndarray) -> list[list[int]]:
        """The options that are likely enough."""
        return [self.classes_[row].tolist() for row in probabilities >= self.thresholds_]

    def sparse_coef(self) -> np.ndarray:
        """How much each sparse column speaks for each option of ``classes_``."""
        return self._weights.sparse_coef()

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return {
            **self._weights.state(),
            **self._recalibration.state(),
            "classes": self.classes_,
            "thresholds": self.thresholds_,
            "offsets": self._offsets,
            "left_out": self.left_out_,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        learner = cls()
        learner._weights = Weights.from_state(state)
        learner._recalibration = Recalibration.from_state(state)
        learner.classes_, learner.thresholds_ = state["classes"], state["thresholds"]
        learner._offsets, learner.left_out_ = state["offsets"], state["left_out"]
        if not len(learner.classes_) == len(learner.thresholds_) == learner._weights.coef.shape[1]:
            raise ValueError("The weights do not fit the options.")
        return learner

    def _choose_options(self, y: Sequence[Collection[int]]) -> None:
        used = np.array([option for options in y for option in set(options)], dtype=np.int64)
        options, counts = np.unique(used, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        self.classes_ = np.sort(options[order[:_MOST_OPTIONS]])
        self.left_out_ = np.sort(options[order[_MOST_OPTIONS:]])

    def _fit_weights(self, X: Any, chosen: np.ndarray) -> Weights:
        design = Design.of(X)
        coef = np.zeros((design.matrix.shape[1], chosen.shape[1]), dtype=np.float32)
        intercept = np.zeros(chosen.shape[1], dtype=np.float32)
        # an option of all rows or of none has nothing to learn from: its offset says all
        for column in np.flatnonzero(chosen.any(axis=0) & ~chosen.all(axis=0)):
            model = LogisticRegression(
                C=self.C, class_weight="balanced", solver="liblinear", tol=1e-2, random_state=self.random_state
            ).fit(design.matrix, chosen[:, column])
            coef[:, column], intercept[column] = model.coef_[0], model.intercept_[0]
        return design.weights(coef, intercept)

    def _out_of_fold(self, X: Any, chosen: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
        n = len(chosen)
        groups = np.arange(n) if groups is None else groups
        n_folds = min(len(np.unique(groups)), self.n_folds or folds_for(n))
        folds = even_folds(groups, n_folds, np.random.default_rng(self.random_state))
        scores = np.tile(self._offsets, (n, 1))
        for fold in range(n_folds):
            is_held = folds == fold
            weights = self._fit_weights(rows_at(X, np.flatnonzero(~is_held)), chosen[~is_held])
            scores[is_held] += weights.scores(rows_at(X, np.flatnonzero(is_held)))
        return scores


def normalised_margins(probabilities: np.ndarray) -> np.ndarray:
    """How far apart the two likeliest options of each row are, when its probabilities are made to add up to one.

    Small means: ask. Measured on GoEmotions with k-means over the short list, this beats random at every budget,
    where the smallest margin of any option, and entropy, lose to it.

    >>> normalised_margins(np.array([[0.8, 0.8, 0.0], [0.3, 0.1, 0.0], [0.2, 0.2, 0.6]])).round(2).tolist()
    [0.0, 0.5, 0.4]
    """
    if probabilities.shape[1] < 2:
        return np.asarray(np.abs(2 * probabilities[:, 0] - 1))
    totals = np.maximum(probabilities.sum(axis=1), 1e-12)
    top_two = np.partition(probabilities, -2, axis=1)[:, -2:]
    return np.asarray((top_two[:, 1] - top_two[:, 0]) / totals)


def folds_for(n: int) -> int:
    """Fewer folds for more rows, so that a round stays quick.

    >>> [folds_for(n) for n in (20, 2000, 10_000)]
    [5, 3, 2]
    """
    if n <= 300:
        return 5
    return 3 if n <= 4000 else 2


def indicators(y: Sequence[Collection[int]], classes: np.ndarray) -> np.ndarray:
    """Which of ``classes`` were chosen for each row.

    >>> indicators([[3], [], [3, 5]], np.array([3, 5])).astype(int).tolist()
    [[1, 0], [0, 0], [1, 1]]
    """
    lengths = np.array([len(set(options)) for options in y], dtype=np.int64)
    used = np.array([option for options in y for option in sorted(set(options))], dtype=np.int64)
    rows = np.repeat(np.arange(len(y)), lengths)
    is_known = np.isin(used, classes)
    chosen = np.zeros((len(y), len(classes)), dtype=bool)
    chosen[rows[is_known], np.searchsorted(classes, used[is_known])] = True
    return chosen
