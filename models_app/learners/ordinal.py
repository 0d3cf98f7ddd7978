"""Ratings on an ordered scale."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

from models_app.learners.linear import Design, Weights, n_rows


class RatingLearner(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """One linear score per row and a threshold between each two ratings, so that near misses cost little.

    Each threshold is a logistic regression of "rated higher than this" with the same weights for all (the
    all-threshold loss, which is convex and keeps the thresholds in order).

    Parameters
    ----------
    C : float
        Inverse strength of regularization.
    random_state : int
        Not used: the solution does not depend on chance.

    Attributes
    ----------
    classes_ : ndarray of the ratings that were given, ascending

    References
    ----------
    Rennie and Srebro (2005), Loss functions for preference levels.

    Examples
    --------
    >>> X = np.repeat(np.eye(3), 20, axis=0)
    >>> learner = RatingLearner().fit(X, np.repeat([1, 3, 5], 20))
    >>> learner.predict(np.eye(3)).tolist(), learner.expected(np.eye(3)).round().tolist()
    ([1, 3, 5], [1.0, 3.0, 5.0])
    """

    classes_: np.ndarray

    def __init__(self, C: float = 10.0, random_state: int = 0) -> None:
        self.C = C
        self.random_state = random_state

    def fit(self, X: Any, y: np.ndarray) -> Self:
        """Fit on rows and their ratings (numbers); ``ValueError`` when fewer than two ratings were given."""
        y = np.asarray(y)
        if n_rows(X) != len(y):
            raise ValueError(f"There are {n_rows(X)} rows but {len(y)} ratings.")
        self.classes_, levels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"At least two ratings must have been given to learn from; there is {len(self.classes_)}.")
        design = Design.of(X)
        matrix, n_columns = design.matrix, design.matrix.shape[1]
        # -1 where the rating is above the threshold, 1 where it is at or below it
        sides = np.where(levels[:, np.newaxis] <= np.arange(len(self.classes_) - 1), 1.0, -1.0)

        def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            coef, thresholds = parameters[:n_columns], parameters[n_columns:]
            margins = sides * (thresholds - np.asarray(matrix @ coef)[:, np.newaxis])
            pull = -sides * expit(-margins)
            value = self.C * np.logaddexp(0, -margins).sum() + coef @ coef / 2
            coef_gradient = coef - self.C * np.asarray(matrix.T @ pull.sum(axis=1))
            return float(value), np.concatenate([coef_gradient, self.C * pull.sum(axis=0)])

        shares = np.clip((sides > 0).mean(axis=0), 1e-3, 1 - 1e-3)
        start = np.concatenate([np.zeros(n_columns), np.log(shares / (1 - shares))])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-6})
        self._weights = design.weights(found.x[:n_columns, np.newaxis], np.zeros(1))
        self._thresholds = np.maximum.accumulate(found.x[n_columns:])
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """How likely each rating of ``classes_`` is, for each row."""
        below = expit(self._thresholds - self._weights.scores(X).astype(np.float64))
        edges = np.hstack([np.zeros((len(below), 1)), below, np.ones((len(below), 1))])
        return np.diff(edges, axis=1)

    def expected(self, X: Any) -> np.ndarray:
        """The mean rating to be expected: a number between ratings, by which rows can be ordered."""
        return np.asarray(self.predict_proba(X) @ self.classes_)

    def predict(self, X: Any) -> np.ndarray:
        """The median rating of each row: on average it is the least far off."""
        at_most = np.cumsum(self.predict_proba(X), axis=1)[:, :-1]
        return np.asarray(self.classes_[(at_most < 0.5).sum(axis=1)])

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return {**self._weights.state(), "classes": self.classes_, "thresholds": self._thresholds}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        learner = cls()
        learner._weights = Weights.from_state(state)
        learner.classes_, learner._thresholds = np.asarray(state["classes"]), np.asarray(state["thresholds"])
        if len(learner.classes_) != len(learner._thresholds) + 1:
            raise ValueError("The thresholds do not fit the ratings.")
        return learner
