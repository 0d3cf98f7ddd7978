"""Numbers, with intervals that hold as often as they say."""

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge

from models_app.learners.folds import even_folds
from models_app.learners.linear import Design, Weights, n_rows, rows_at

_FEWEST = 10
_PENALTIES = (0.1, 1.0, 10.0)
_N_FOLDS = 5


class NumberLearner(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Ridge regression whose intervals are as wide as its errors on rows it had not seen.

    The errors are those of each fifth of the rows under a model of the others, so that no label is set aside for them
    alone (split-conformal prediction in its cross-validated form). The penalty is the one of three with the smallest
    such errors.

    Parameters
    ----------
    random_state : int
        Seed of the folds.

    References
    ----------
    Lei et al. (2018), Distribution-free predictive inference for regression.
    Barber et al. (2021), Predictive inference with the jackknife+.

    Examples
    --------
    >>> X = np.arange(100.0)[:, np.newaxis] / 100
    >>> learner = NumberLearner().fit(X, 3 * np.arange(100.0))
    >>> low, high = learner.interval(X[50:51])
    >>> bool(low[0] < 150 < high[0])
    True
    """

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(self, X: Any, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Fit on rows and their numbers; ``ValueError`` when there are too few or they are all the same.

        Rows of one of the ``groups`` (the parts of a task) are never on both sides of a fold.
        """
        y = np.asarray(y, dtype=np.float64)
        if n_rows(X) != len(y):
            raise ValueError(f"There are {n_rows(X)} rows but {len(y)} numbers.")
        if not np.isfinite(y).all():
            raise ValueError("Only finite numbers can be learned from.")
        if len(y) < _FEWEST:
            raise ValueError(f"At least {_FEWEST} numbers must have been given to learn from; there are {len(y)}.")
        self._mean, self._scale = float(y.mean()), float(y.std())
        if not self._scale > 1e-12 * max(1.0, abs(self._mean)):
            raise ValueError(f"All {len(y)} numbers are the same, so there is nothing to learn.")
        standard = (y - self._mean) / self._scale
        groups = np.arange(len(y)) if groups is None else groups
        folds = even_folds(groups, _N_FOLDS, np.random.default_rng(self.random_state))
        errors = np.abs(self._out_of_fold(X, standard, folds) - standard[np.newaxis])
        best = int((errors**2).mean(axis=1).argmin())
        self._errors = np.sort(errors[best])
        self._weights = _fit(X, standard, _PENALTIES[best])
        return self

    def predict(self, X: Any) -> np.ndarray:
        return np.asarray(self._weights.scores(X)[:, 0].astype(np.float64) * self._scale + self._mean)

    def interval(self, X: Any, *, level: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends that hold the true number in a share ``level`` of cases like the labeled ones.

        ``ValueError`` when there are too few labels to promise that much.
        """
        place = math.ceil((len(self._errors) + 1) * level)
        if not 0 < level < 1 or place > len(self._errors):
            raise ValueError(f"{len(self._errors)} labels are too few for intervals that hold {level * 100:g} %.")
        reach = self._errors[place - 1] * self._scale
        middle = self.predict(X)
        return middle - reach, middle + reach

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return {**self._weights.state(), "errors": self._errors, "standard": np.array([self._mean, self._scale])}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from."""
        learner = cls()
        learner._weights, learner._errors = Weights.from_state(state), np.asarray(state["errors"])
        learner._mean, learner._scale = (float(number) for number in state["standard"])
        return learner

    def _out_of_fold(self, X: Any, y: np.ndarray, folds: np.ndarray) -> np.ndarray:
        """Predictions of unseen rows, a row for each penalty."""
        found = np.zeros((len(_PENALTIES), len(y)))
        for fold in range(_N_FOLDS):
            others, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            for number, penalty in enumerate(_PENALTIES):
                weights = _fit(rows_at(X, others), y[others], penalty)
                found[number, held] = weights.scores(rows_at(X, held))[:, 0]
        return found


def _fit(X: Any, y: np.ndarray, penalty: float) -> Weights:
    design = Design.of(X)
    model = Ridge(alpha=penalty, solver="auto").fit(design.matrix, y)
    return design.weights(np.reshape(model.coef_, (-1, 1)), np.array([model.intercept_]))
