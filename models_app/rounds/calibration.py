"""Confidences that mean what they say: one temperature, fitted on scores of rows the learner had not seen."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar

from models_app.learners.folds import are_grouped, even_folds

_FEWEST_ROWS = 10


def softmax(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities of each row's classes; a higher temperature makes them more even.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    scores = scores / temperature
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def out_of_fold_scores(
    make_learner: Callable[[], Any],
    X: sp.csr_matrix,
    y: np.ndarray,
    *,
    n_folds: int,
    random_state: int,
    groups: np.ndarray | None = None,
) -> np.ndarray:
    """Scores of each row by a learner fitted on the other folds, one column per class of ``np.unique(y)``.

    Rows of one of the ``groups`` are never on both sides; where no two rows share one, folds are even in each class.
    A class that the other folds lack scores ``-inf``; a row that no learner could score is all ``nan``.
    """
    classes, y_index = np.unique(y, return_inverse=True)
    if groups is not None and are_grouped(groups):
        folds = even_folds(groups, n_folds, np.random.default_rng(random_state))
    else:
        folds = _stratified_folds(y_index, n_folds, random_state)
    scores = np.full((len(y), len(classes)), np.nan, dtype=np.float64)
    for fold in range(n_folds):
        is_held = folds == fold
        known = np.unique(y_index[~is_held])
        if not is_held.any() or len(known) < 2:
            continue
        learner = make_learner().fit(X[~is_held], y_index[~is_held])
        held_scores = np.full((int(is_held.sum()), len(classes)), -np.inf)
        held_scores[:, known] = learner.decision_function(X[is_held])
        scores[is_held] = held_scores
    return scores


def fit_temperature(scores: np.ndarray, y: np.ndarray) -> float:
    """The temperature under which the classes ``y`` (column numbers) are likeliest; 1 with too few rows to tell.

    Few rows could ask for any temperature, so a normal prior on its logarithm holds it near 1 until many speak.
    Rows whose own class scores ``-inf`` or ``nan`` say nothing and are left out.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks.
    """
    is_usable = np.isfinite(scores[np.arange(len(y)), y]) if len(y) else np.zeros(0, dtype=bool)
    if is_usable.sum() < _FEWEST_ROWS:
        return 1.0
    scores, y = scores[is_usable], y[is_usable]
    rows = np.arange(len(y))

    def negative_log_likelihood(log_temperature: float) -> float:
        probabilities = softmax(scores, float(np.exp(log_temperature)))
        likelihood = np.log(np.maximum(probabilities[rows, y], 1e-12)).sum()
        return float(log_temperature**2 / 2 - likelihood)

    found = minimize_scalar(negative_log_likelihood, bounds=(-3.0, 3.0), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


def _stratified_folds(y_index: np.ndarray, n_folds: int, random_state: int) -> np.ndarray:
    """A fold number per row: each class is spread over the folds as evenly as can be."""
    rng = np.random.default_rng(random_state)
    shuffled = rng.permutation(len(y_index))
    by_class = shuffled[np.argsort(y_index[shuffled], kind="stable")]
    folds = np.empty(len(y_index), dtype=np.int64)
    folds[by_class] = np.arange(len(y_index)) % n_folds
    return folds
