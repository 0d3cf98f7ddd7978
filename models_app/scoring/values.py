"""How far predicted numbers and ratings are from the true ones."""

import numpy as np
from scipy.stats import rankdata

from models_app.rounds.metrics import Estimate
from models_app.scoring.bootstrap import estimate_from_sums

_MOST_RANKED = 5_000_000  # numbers ranked for the interval of Spearman's correlation
_FEWEST_RESAMPLES = 100


def mean_absolute_error(truth: np.ndarray, predicted: np.ndarray) -> Estimate:
    """How far off the predictions are on average.

    >>> mean_absolute_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])).value
    1.0
    """
    truth, predicted = _checked(truth, predicted)
    parts = np.stack([np.abs(truth - predicted), np.ones(len(truth))], axis=1)
    return estimate_from_sums(parts, lambda sums: sums[:, 0] / sums[:, 1])


def root_mean_squared_error(truth: np.ndarray, predicted: np.ndarray) -> Estimate:
    """Like the mean absolute error, but large errors weigh more.

    >>> root_mean_squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])).value.__round__(3)
    1.414
    """
    truth, predicted = _checked(truth, predicted)
    parts = np.stack([(truth - predicted) ** 2, np.ones(len(truth))], axis=1)
    return estimate_from_sums(parts, lambda sums: np.sqrt(sums[:, 0] / sums[:, 1]))


def quadratic_kappa(truth: np.ndarray, predicted: np.ndarray) -> Estimate:
    """Agreement beyond chance on an ordered scale: being two off counts four times as much as one.

    1 is perfect, 0 what chance gives; 0 also where all values are one and the same, for then nothing is shown.

    References
    ----------
    Cohen (1968), Weighted kappa: nominal scale agreement with provision for scaled disagreement.

    >>> quadratic_kappa(np.array([1, 2, 3]), np.array([1, 2, 3])).value
    1.0
    """
    truth, predicted = _checked(truth, predicted)
    # with squared distances kappa is a function of five sums; no table of pairs of values is needed
    ones = np.ones(len(truth))
    parts = np.stack([ones, truth, predicted, truth**2, predicted**2, truth * predicted], axis=1)
    return estimate_from_sums(parts, _kappa)


def spearman(truth: np.ndarray, predicted: np.ndarray, *, n_resamples: int = 500, random_state: int = 0) -> Estimate:
    """Whether the order is right, from -1 to 1; 0 where all values of a side are the same.

    References
    ----------
    Spearman (1904), The proof and measurement of association between two things.

    >>> spearman(np.array([1.0, 2.0, 9.0]), np.array([0.1, 0.2, 0.3])).value.__round__(6)
    1.0
    """
    truth, predicted = _checked(truth, predicted)
    n = len(truth)
    if not n:
        return Estimate(0.0, -1.0, 1.0, 0)
    n_resamples = max(_FEWEST_RESAMPLES, min(n_resamples, _MOST_RANKED // n))
    drawn = np.random.default_rng(random_state).integers(n, size=(n_resamples, n))
    low, high = np.quantile(_rank_correlation(truth[drawn], predicted[drawn]), [0.025, 0.975])
    return Estimate(float(_rank_correlation(truth[None], predicted[None])[0]), float(low), float(high), n)


def _kappa(sums: np.ndarray) -> np.ndarray:
    n, truth, predicted, truth_2, predicted_2, product = sums.T
    seen = truth_2 + predicted_2 - 2 * product
    by_chance = truth_2 + predicted_2 - 2 * truth * predicted / n
    is_shown = by_chance > 1e-9 * (1 + truth_2 + predicted_2)
    return np.asarray(1 - np.divide(seen, by_chance, out=np.ones_like(seen), where=is_shown))


def _rank_correlation(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    first, second = (rankdata(values, axis=1) for values in (truth, predicted))
    first -= first.mean(axis=1, keepdims=True)
    second -= second.mean(axis=1, keepdims=True)
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.asarray(np.divide((first * second).sum(axis=1), spread, out=np.zeros_like(spread), where=spread > 0))


def _checked(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truth, predicted = np.asarray(truth, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if truth.shape != predicted.shape:
        raise ValueError(f"There are {len(truth)} true values but {len(predicted)} predicted ones.")
    return truth, predicted
