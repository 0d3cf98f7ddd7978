"""How far confidences and accuracy are apart."""

import numpy as np

from models_app.rounds.metrics import Estimate
from models_app.scoring.bootstrap import estimate_from_sums


def calibration_error(confidences: np.ndarray, is_right: np.ndarray, *, n_bins: int = 15) -> Estimate:
    """The expected calibration error with a bootstrap interval over the rows.

    Few rows make it look larger than it is: even perfect confidences are off by about 0.1 with 50 rows.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning.

    >>> calibration_error(np.array([0.9, 0.9]), np.array([True, False])).value.__round__(2)
    0.4
    """
    confidences = np.asarray(confidences, dtype=np.float64)
    if confidences.shape != np.shape(is_right):
        raise ValueError(f"There are {len(confidences)} confidences but {len(is_right)} answers.")
    bins = np.minimum((confidences * n_bins).astype(np.int64), n_bins - 1)
    parts = np.zeros((len(confidences), n_bins))
    parts[np.arange(len(bins)), bins] = confidences - np.asarray(is_right, dtype=np.float64)
    n = max(1, len(confidences))
    return estimate_from_sums(parts, lambda sums: np.abs(sums).sum(axis=1) / n)


def error_by_chance(confidences: np.ndarray, *, n_bins: int = 15, n_draws: int = 200, random_state: int = 0) -> float:
    """The calibration error that such confidences would show on average if they meant exactly what they say.

    On few rows chance alone keeps shares away from confidences; an error about as large as this one shows nothing.

    >>> error_by_chance(np.full(25, 0.5)) > error_by_chance(np.full(2500, 0.5))
    True
    """
    confidences = np.asarray(confidences, dtype=np.float64)
    if not len(confidences):
        return 0.0
    rng = np.random.default_rng(random_state)
    bins = np.minimum((confidences * n_bins).astype(np.int64), n_bins - 1)
    errors = [
        np.abs(np.bincount(bins, weights=confidences - (rng.random(len(confidences)) < confidences))).sum()
        for _ in range(n_draws)
    ]
    return float(np.mean(errors) / len(confidences))
