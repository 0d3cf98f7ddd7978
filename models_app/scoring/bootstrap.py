"""Intervals for whatever can be worked out from sums over rows: all resamples at once, without touching a row twice."""

from collections.abc import Callable

import numpy as np

from models_app.rounds.metrics import Estimate, doubted

_BLOCK = 4_000_000  # numbers of drawn rows at a time


def estimate_from_sums(
    parts: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    *,
    n_resamples: int = 500,
    random_state: int = 0,
) -> Estimate:
    """``statistic`` of the column sums of ``parts`` with a percentile bootstrap interval over the rows.

    ``statistic`` takes sums (resamples x columns) and gives one value for each resample. Equal rows are drawn
    together, so that a million rows of a few kinds cost no more than a few. Without rows, anything is possible.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife.

    >>> shares = estimate_from_sums(np.array([[1.0, 1.0], [0.0, 1.0]] * 50), lambda sums: sums[:, 0] / sums[:, 1])
    >>> shares.value, shares.n, 0.3 < shares.low < 0.5 < shares.high < 0.7
    (0.5, 100, True)
    """
    parts = np.asarray(parts, dtype=np.float64)
    n = len(parts)
    if not n:
        return Estimate(0.0, 0.0, 1.0, 0)
    kinds, counts = np.unique(parts, axis=0, return_counts=True)
    rng = np.random.default_rng(random_state)
    values = []
    per_block = max(1, _BLOCK // len(kinds))
    for start in range(0, n_resamples, per_block):
        drawn = rng.multinomial(n, counts / n, size=min(per_block, n_resamples - start))
        values.append(statistic(drawn @ kinds))
    low, high = np.nanquantile(np.concatenate(values), [0.025, 0.975])
    value = float(statistic(parts.sum(axis=0, keepdims=True))[0])
    return Estimate(value, float(low), float(high), n)


def f1_from_sums(parts: np.ndarray) -> Estimate:
    """F1 with its interval from columns of what was right, predicted and true; or the mean of several F1s, where each
    of the three has a column for each of them.

    >>> f1_from_sums(np.array([[2, 2, 2]] * 4)).low.__round__(2)
    0.51
    """
    return doubted(estimate_from_sums(parts, lambda sums: f1_of(*np.split(sums, 3, axis=1)).mean(axis=1)))


def f1_of(right: np.ndarray, predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """F1 from counts; 0 where there is nothing to find and nothing was found.

    >>> f1_of(np.array([1, 0]), np.array([1, 0]), np.array([3, 0])).tolist()
    [0.5, 0.0]
    """
    total = np.asarray(predicted + true, dtype=np.float64)
    return np.asarray(np.divide(2 * right, total, out=np.zeros_like(total), where=total > 0))
