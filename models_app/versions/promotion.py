"""The promotion gate: may a new model take the place of the active one?"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from labelplatform.certainty import FEWEST_HOLDOUT_LABELS

_SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Verdict:
    """Whether to promote, and why, in a sentence for the Models page."""

    promotes: bool
    reason: str
    p_value: float | None = None


def mcnemar_worse(was_right: np.ndarray, is_right: np.ndarray) -> float:
    """How likely the newer answers would lose this clearly if both models were equally good (exact, one-sided).

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions.

    >>> round(mcnemar_worse(np.array([True] * 5 + [False]), np.array([False] * 5 + [True])), 4)
    0.1094
    """
    lost = int((was_right & ~is_right).sum())
    gained = int((~was_right & is_right).sum())
    return float(binom.sf(lost - 1, lost + gained, 0.5)) if lost + gained else 1.0


def bootstrap_worse(former: np.ndarray, scores: np.ndarray, *, n_resamples: int = 2000, random_state: int = 0) -> float:
    """The share of resampled holdouts on which the newer scores are no worse on average than the former (one-sided).

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap.

    >>> bootstrap_worse(np.full(60, 0.9), np.full(60, 0.8))
    0.0
    """
    change = np.asarray(scores, dtype=np.float64) - np.asarray(former, dtype=np.float64)
    rng = np.random.default_rng(random_state)
    means = np.array([change[rng.integers(len(change), size=len(change))].mean() for _ in range(n_resamples)])
    return float((means >= 0).mean())


def judge(was_right: np.ndarray | None, is_right: np.ndarray) -> Verdict:
    """Compare a candidate with the active model on the same holdout labels; ``was_right`` is None for the first one.

    Both hold a score in [0, 1] per task, or whether it was right: then the exact test is used.

    A candidate is turned down only when the holdout shows it worse: it knows more labels, and the holdout is small.
    """
    n = len(is_right)
    if was_right is None:
        tested = f"untested, n = {n}" if n < FEWEST_HOLDOUT_LABELS else f"tested on {n} holdout labels"
        return Verdict(True, f"The first model for this question as it is asked now ({tested}).")
    if n < FEWEST_HOLDOUT_LABELS:
        needed = f"{n} of {FEWEST_HOLDOUT_LABELS} holdout labels"
        return Verdict(True, f"Not decidable yet ({needed}), so the newer model serves.")
    compare = mcnemar_worse if was_right.dtype == is_right.dtype == np.bool_ else bootstrap_worse
    p_value = compare(was_right, is_right)
    change = f"{was_right.mean():.1%} before, {is_right.mean():.1%} now, on {n} holdout labels (p = {p_value:.3f})"
    if p_value < _SIGNIFICANCE:
        return Verdict(False, f"The holdout shows it worse: {change}.", p_value)
    return Verdict(True, f"Not shown worse than the active model: {change}.", p_value)
