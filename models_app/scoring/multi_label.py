"""How well any number of options per task is predicted."""

import numpy as np

from models_app.rounds.metrics import Estimate
from models_app.scoring.bootstrap import f1_from_sums


def multi_label_micro_f1(truth: np.ndarray, predicted: np.ndarray) -> Estimate:
    """F1 over all choices of all rows (two tables of bool, a column per option), with a bootstrap interval.

    >>> truth, predicted = np.array([[True, False], [True, True]]), np.array([[True, True], [True, False]])
    >>> round(multi_label_micro_f1(truth, predicted).value, 3)
    0.667
    """
    return f1_from_sums(multi_label_counts(truth, predicted))


def multi_label_counts(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """For each row, how many choices were rightly predicted, predicted, and true.

    >>> multi_label_counts(np.array([[True, True]]), np.array([[True, False]])).tolist()
    [[1, 1, 2]]
    """
    return np.stack([one.sum(axis=1) for one in _compared(truth, predicted)], axis=1)


def multi_label_macro_f1(truth: np.ndarray, predicted: np.ndarray) -> Estimate:
    """The mean F1 of the options that occur, in the truth or among the predictions, with a bootstrap interval.

    >>> truth, predicted = np.array([[True, False], [True, True]]), np.array([[True, True], [True, False]])
    >>> multi_label_macro_f1(truth, predicted).value
    0.5
    """
    right, predicted, truth = _compared(truth, predicted)
    occurs = predicted.any(axis=0) | truth.any(axis=0)
    if not occurs.any():
        return Estimate(0.0, 0.0, 1.0, len(truth))
    parts = np.concatenate([right[:, occurs], predicted[:, occurs], truth[:, occurs]], axis=1)
    return f1_from_sums(parts)


def _compared(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    truth, predicted = np.asarray(truth, dtype=bool), np.asarray(predicted, dtype=bool)
    if truth.shape != predicted.shape:
        raise ValueError(f"The truth is a table of {truth.shape}, the predictions of {predicted.shape}.")
    return truth & predicted, predicted, truth
