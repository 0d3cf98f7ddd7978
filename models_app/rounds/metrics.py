"""How good a model is, never without saying how sure we are of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import norm


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval and the number of rows behind it."""

    value: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float | int]:
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def wilson_interval(successes: float, n: int, *, level: float = 0.95) -> Estimate:
    """A share with an interval that holds for small ``n`` and shares near 0 and 1; all of [0, 1] with no rows.

    A case may be a part of a success: the interval is then too wide rather than too narrow.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    >>> estimate = wilson_interval(8, 10)
    >>> round(estimate.low, 3), round(estimate.high, 3)
    (0.49, 0.943)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes out of {n} are not a share.")
    if n == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    z = float(norm.ppf(0.5 + level / 2))
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Estimate(share, min(share, max(0.0, float(middle - reach))), max(share, min(1.0, float(middle + reach))), n)


def doubted(estimate: Estimate) -> Estimate:
    """An estimate of a share or an F1 by resampling, which cannot doubt a sample that is all right, or all wrong.

    No resample differs from such a sample, however small it is: its bound is Wilson's, for as many rows, instead.

    >>> few = doubted(Estimate(1.0, 1.0, 1.0, 4))
    >>> round(few.low, 2), few.high
    (0.51, 1.0)
    """
    if estimate.n == 0 or estimate.value not in {0.0, 1.0}:
        return estimate
    sure = wilson_interval(estimate.value * estimate.n, estimate.n)
    return replace(estimate, low=min(estimate.low, sure.low), high=max(estimate.high, sure.high))


def mean_estimate(values: np.ndarray, *, n_resamples: int = 500, random_state: int = 0) -> Estimate:
    """The mean of values in [0, 1] with a percentile bootstrap interval over the rows; all of [0, 1] with no rows."""
    values = np.asarray(values, dtype=np.float64)
    n = len(values)
    if n == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    rng = np.random.default_rng(random_state)
    means = [values[rng.integers(n, size=n)].mean() for _ in range(n_resamples)]
    low, high = np.quantile(means, [0.025, 0.975])
    return doubted(Estimate(float(values.mean()), float(low), float(high), n))


def confusion_matrix(truth: np.ndarray, predicted: np.ndarray, n_options: int) -> np.ndarray:
    """Counts by true option (row) and predicted option (column).

    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
    [[1, 1], [0, 1]]
    """
    cells = np.asarray(truth, dtype=np.int64) * n_options + np.asarray(predicted, dtype=np.int64)
    return np.bincount(cells, minlength=n_options * n_options).reshape(n_options, n_options)


def macro_f1(truth: np.ndarray, predicted: np.ndarray, n_options: int) -> float:
    """The mean F1 over the options that occur, in the truth or among the predictions; 0 with no rows.

    >>> macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).__round__(3)
    0.667
    """
    right = np.bincount(truth[truth == predicted], minlength=n_options)
    occurring = np.bincount(truth, minlength=n_options) + np.bincount(predicted, minlength=n_options)
    occurs = occurring > 0
    return float((2 * right[occurs] / occurring[occurs]).mean()) if occurs.any() else 0.0


def macro_f1_estimate(
    truth: np.ndarray, predicted: np.ndarray, n_options: int, *, n_resamples: int = 500, random_state: int = 0
) -> Estimate:
    """Macro-F1 with a percentile bootstrap interval over the rows."""
    n = len(truth)
    if n == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    resamples = np.random.default_rng(random_state).integers(n, size=(n_resamples, n))
    values = [macro_f1(truth[rows], predicted[rows], n_options) for rows in resamples]
    low, high = np.quantile(values, [0.025, 0.975])
    return doubted(Estimate(macro_f1(truth, predicted, n_options), float(low), float(high), n))


def option_scores(confusion: np.ndarray) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each option; None where there is nothing to divide by."""
    right = np.diag(confusion)
    predicted, true = confusion.sum(axis=0), confusion.sum(axis=1)
    return [
        {
            "precision": float(right[option] / predicted[option]) if predicted[option] else None,
            "recall": float(right[option] / true[option]) if true[option] else None,
            "f1": float(2 * right[option] / (predicted[option] + true[option]))
            if predicted[option] + true[option]
            else None,
            "predicted": int(predicted[option]),
            "true": int(true[option]),
        }
        for option in range(len(confusion))
    ]


def expected_calibration_error(confidences: np.ndarray, is_right: np.ndarray, *, n_bins: int = 15) -> float:
    """How far confidence and accuracy are apart, on average over equally wide bins of confidence.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning.

    >>> expected_calibration_error(np.array([0.9, 0.9]), np.array([True, False])).__round__(2)
    0.4
    """
    if not len(confidences):
        return 0.0
    bins = np.minimum((np.asarray(confidences) * n_bins).astype(np.int64), n_bins - 1)
    sums = np.bincount(bins, weights=confidences, minlength=n_bins)
    rights = np.bincount(bins, weights=np.asarray(is_right, dtype=np.float64), minlength=n_bins)
    return float(np.abs(sums - rights).sum() / len(confidences))


def reliability(confidences: np.ndarray, is_right: np.ndarray, *, n_bins: int = 10) -> list[dict[str, float | int]]:
    """For a picture of calibration: mean confidence, accuracy and count of each bin that has rows."""
    bins = np.minimum((np.asarray(confidences) * n_bins).astype(np.int64), n_bins - 1)
    return [
        {
            "confidence": float(np.mean(confidences[bins == bin_])),
            "accuracy": float(np.mean(is_right[bins == bin_])),
            "n": int((bins == bin_).sum()),
        }
        for bin_ in np.unique(bins)
    ]
