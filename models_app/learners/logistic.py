"""Multinomial logistic regression on sparse rows that fits in well under a second at any step of a project."""

from collections.abc import Mapping
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

# Topics count as much as words up to 400 labels, half as much at 1,600: what many labels say needs no help. Measured on
# three sets, with 25 to 2,000 labels; a weight of 2 at the start gains nothing more once tasks are chosen.
_EVEN_UP_TO = 400
_MOST_WEIGHTS = 150_000_000  # 600 MB of float32


class LogisticLearner(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Logistic regression on the columns that occur in the labeled rows, and on the topics they belong to.

    The topic part is linear in the columns as well, so it is folded into ``coef_`` after fitting: scoring is one
    sparse product, and a word that no labeled row has still gets a weight from the words it occurs with.

    Parameters
    ----------
    topics : ndarray of shape (n_features, n_topics), optional
        How much of each topic is in each column.
    C : float
        Inverse strength of regularization.
    random_state : int
        Seed of the solver.

    Attributes
    ----------
    classes_ : ndarray of the distinct labels, ascending
    coef_ : ndarray of shape (n_features, n_classes), float32
    intercept_ : ndarray of shape (n_classes,), float32

    Examples
    --------
    >>> X = sp.csr_matrix(np.eye(4, dtype=np.float32))
    >>> LogisticLearner().fit(X, [0, 0, 1, 1]).predict(X[:3]).tolist()
    [0, 0, 1]
    """

    classes_: np.ndarray
    coef_: np.ndarray
    intercept_: np.ndarray

    def __init__(self, topics: np.ndarray | None = None, C: float = 10.0, random_state: int = 0) -> None:
        self.topics = topics
        self.C = C
        self.random_state = random_state

    def fit(self, X: sp.csr_matrix, y: np.ndarray) -> Self:
        """Fit on the labeled rows; ``ValueError`` when they hold fewer than two classes."""
        y = np.asarray(y)
        if X.shape[0] != len(y):
            raise ValueError(f"There are {X.shape[0]} rows but {len(y)} labels.")
        self.classes_ = np.unique(y)
        if X.shape[1] * len(self.classes_) > _MOST_WEIGHTS:
            raise ValueError(f"{len(self.classes_)} options are in use, too many for a model of {X.shape[1]} columns.")
        if len(self.classes_) < 2:
            raise ValueError(f"At least two options must have been used to learn from; there is {len(self.classes_)}.")
        active = np.unique(X.indices)
        topic_weight = min(1.0, float(np.sqrt(_EVEN_UP_TO / len(y))))
        design = X[:, active]
        if self.topics is not None and self.topics.shape[1]:
            design = sp.hstack([design, sp.csr_matrix((X @ self.topics) * np.float32(topic_weight))], format="csr")
        if not design.shape[1]:  # rows without a single known column: nothing but the intercept can be learned
            design = sp.csr_matrix((len(y), 1), dtype=np.float32)
        coef, intercept = self._solve(design, y)
        self._active, self._active_coef = active.astype(np.int64), coef[: len(active)]
        self._topic_coef = coef[len(active) :] * np.float32(topic_weight)
        self.intercept_ = intercept
        self._fold(X.shape[1])
        return self

    def decision_function(self, X: sp.csr_matrix) -> np.ndarray:
        """One score per row and class, also with two classes; the highest wins."""
        return np.asarray(X @ self.coef_ + self.intercept_)

    def predict(self, X: sp.csr_matrix) -> np.ndarray:
        return np.asarray(self.classes_[self.decision_function(X).argmax(axis=1)])

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs beside the topics: plain arrays, small as long as the labels are few."""
        return {
            "classes": self.classes_,
            "intercept": self.intercept_,
            "active": self._active,
            "active_coef": self._active_coef,
            "topic_coef": self._topic_coef,
            "n_features": np.array([self.coef_.shape[0]]),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray], topics: np.ndarray | None = None) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when it does not fit the topics."""
        learner = cls(topics)
        learner.classes_, learner.intercept_ = state["classes"], state["intercept"]
        learner._active, learner._active_coef = state["active"], state["active_coef"]
        learner._topic_coef = state["topic_coef"]
        n_features = int(state["n_features"][0])
        if topics is not None and topics.shape[0] != n_features:
            raise ValueError(f"The model has {n_features} columns, the vocabulary {topics.shape[0]}.")
        learner._fold(n_features)
        return learner

    def _solve(self, design: sp.csr_matrix, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # saga at this tolerance scores like lbfgs at 1e-4 and takes a quarter of the time; with two classes lbfgs is
        # the faster one. lbfgs at a coarser tolerance stops before it has learned anything.
        is_binary = len(self.classes_) == 2
        model = LogisticRegression(
            C=self.C,
            class_weight="balanced",
            solver="lbfgs" if is_binary else "saga",
            tol=1e-4 if is_binary else 1e-2,
            max_iter=300,
            random_state=self.random_state,
        ).fit(design, y)
        coef, intercept = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
        if is_binary:
            return np.hstack([-coef, coef]) / 2, np.array([-intercept[0], intercept[0]]) / 2
        return np.ascontiguousarray(coef), intercept

    def _fold(self, n_features: int) -> None:
        if self.topics is not None and self.topics.shape[1] and len(self._topic_coef):
            self.coef_ = np.ascontiguousarray(self.topics @ self._topic_coef, dtype=np.float32)
        else:
            self.coef_ = np.zeros((n_features, len(self.classes_)), dtype=np.float32)
        self.coef_[self._active] += self._active_coef
