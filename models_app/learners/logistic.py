"""Multinomial logistic regression on encoded texts that fits in well under a second at any step of a project."""

from collections.abc import Mapping
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin

from models_app.encoders.rows import Rows
from models_app.learners.softmax import softmax_weights

# Topics count as much as words up to 400 labels, half as much at 1,600: what many labels say needs no help. Measured on
# three sets, with 25 to 2,000 labels; a weight of 2 at the start gains nothing more once tasks are chosen.
_EVEN_UP_TO = 400
_MOST_WEIGHTS = 150_000_000  # 600 MB of float32
_MOST_FITTED = 60_000_000  # a fit holds up to sixteen times as much


class LogisticLearner(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Logistic regression on the words that occur in the labeled rows, and on what they mean.

    Meaning is the dense part of the rows where there is a semantic table, else the topics that the words belong to.
    The topic part is linear in the words, so it is folded into ``coef_`` after fitting: a word that no labeled row
    has still gets a weight from the words it occurs with.

    Parameters
    ----------
    topics : ndarray of shape (n_sparse, n_topics), optional
        How much of each topic is in each sparse column.
    C : float
        Inverse strength of regularization.
    random_state : int
        Nothing is random here; every learner takes it.

    Attributes
    ----------
    classes_ : ndarray of the distinct labels, ascending
    coef_ : ndarray of shape (n_features, n_classes), float32; the sparse columns first
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

    def fit(self, X: Rows | sp.csr_matrix, y: np.ndarray) -> Self:
        """Fit on the labeled rows; ``ValueError`` when they hold fewer than two classes."""
        rows = Rows.of(X)
        y = np.asarray(y)
        if len(rows) != len(y):
            raise ValueError(f"There are {len(rows)} rows but {len(y)} labels.")
        self.classes_, y_index = np.unique(y, return_inverse=True)
        n_classes = len(self.classes_)
        active = np.unique(rows.sparse.indices).astype(np.int64)
        if rows.shape[1] * n_classes > _MOST_WEIGHTS or len(active) * n_classes > _MOST_FITTED:
            raise ValueError(f"{n_classes} options are in use, too many for a model of {rows.shape[1]} columns.")
        if n_classes < 2:
            raise ValueError(f"At least two options must have been used to learn from; there is {n_classes}.")
        topic_weight = np.float32(min(1.0, float(np.sqrt(_EVEN_UP_TO / len(y)))))
        topics = self._topics_of(rows) * topic_weight
        meaning = topics if rows.dense is None else np.hstack([topics, rows.dense.astype(np.float32)])
        coef, self.intercept_ = softmax_weights(rows.sparse[:, active], meaning, y_index, n_classes=n_classes, C=self.C)
        n_active, n_dense = len(active), rows.n_dense
        self._active, self._active_coef = active, coef[:n_active]
        self._topic_coef = coef[n_active : len(coef) - n_dense] * topic_weight
        self._dense_coef = coef[len(coef) - n_dense :]
        self._fold(rows.sparse.shape[1])
        return self

    def decision_function(self, X: Rows | sp.csr_matrix) -> np.ndarray:
        """One score per row and class, also with two classes; the highest wins."""
        return np.asarray(X @ self.coef_ + self.intercept_)

    def predict(self, X: Rows | sp.csr_matrix) -> np.ndarray:
        return np.asarray(self.classes_[self.decision_function(X).argmax(axis=1)])

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs beside the topics: plain arrays, small as long as the labels are few."""
        return {
            "classes": self.classes_,
            "intercept": self.intercept_,
            "active": self._active,
            "active_coef": self._active_coef,
            "topic_coef": self._topic_coef,
            "dense_coef": self._dense_coef,
            "n_features": np.array([len(self.coef_)]),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray], topics: np.ndarray | None = None) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when it does not fit the topics."""
        learner = cls(topics)
        learner.classes_, learner.intercept_ = state["classes"], state["intercept"]
        learner._active, learner._active_coef = state["active"], state["active_coef"]
        learner._topic_coef = state["topic_coef"]
        # models of before there were dense rows have no such part
        learner._dense_coef = state.get("dense_coef", np.zeros((0, len(learner.classes_)), dtype=np.float32))
        n_sparse = int(state["n_features"][0]) - len(learner._dense_coef)
        if topics is not None and topics.shape[0] != n_sparse:
            raise ValueError(f"The model has {n_sparse} columns, the vocabulary {topics.shape[0]}.")
        learner._fold(n_sparse)
        return learner

    def _topics_of(self, rows: Rows) -> np.ndarray:
        if self.topics is None:
            return np.zeros((len(rows), 0), dtype=np.float32)
        return np.asarray(rows.sparse @ self.topics, dtype=np.float32)

    def _fold(self, n_sparse: int) -> None:
        coef = np.zeros((n_sparse + len(self._dense_coef), len(self.classes_)), dtype=np.float32)
        if self.topics is not None and len(self._topic_coef):
            coef[:n_sparse] = self.topics @ self._topic_coef
        coef[self._active] += self._active_coef
        coef[n_sparse:] = self._dense_coef
        self.coef_ = coef
