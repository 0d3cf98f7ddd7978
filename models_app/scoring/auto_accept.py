"""From which confidence on answers may be accepted unseen, and how many labels are missing to say so."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, binom

from models_app.rounds.metrics import Estimate

_SHARE_AT_FIRST = 1 / 3
_MOST_SHORTFALL = 1_000_000


@dataclass(frozen=True)
class AutoAccept:
    """The lowest ``threshold`` that is safe, with the accuracy above it and the share of rows there.

    Without one, ``shortfall`` is how many more labels above the strictest threshold would have to be right, all of
    them, and ``reason`` says so.
    """

    threshold: float | None
    accuracy: Estimate | None
    share: float
    shortfall: int
    reason: str


def lower_bound(n_right: int, n: int, *, level: float = 0.95) -> float:
    """The lower end of the exact two-sided interval of a share; 0 with no rows.

    References
    ----------
    Clopper and Pearson (1934), The use of confidence or fiducial limits.

    >>> round(lower_bound(72, 72), 3), round(lower_bound(9, 10), 3)
    (0.95, 0.555)
    """
    return float(beta.ppf((1 - level) / 2, n_right, n - n_right + 1)) if n_right else 0.0


def upper_bound(n_right: int, n: int, *, level: float = 0.95) -> float:
    """The upper end of that interval; 1 with no rows."""
    return float(beta.ppf((1 + level) / 2, n_right + 1, n - n_right)) if n_right < n else 1.0


def faultless_needed(target: float, n_wrong: int = 0, *, level: float = 0.95) -> int:
    """How many right answers it takes beside ``n_wrong`` wrong ones until the lower bound is above ``target``.

    >>> faultless_needed(0.95), faultless_needed(0.95, 1), faultless_needed(0.9)
    (72, 109, 36)
    """
    low, high = 0, 1
    while lower_bound(high, high + n_wrong, level=level) < target:
        low, high = high, high * 2
        if high > _MOST_SHORTFALL:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lower_bound(middle, middle + n_wrong, level=level) >= target else (middle, high)
    return high


def find_threshold(
    confidences: np.ndarray, is_right: np.ndarray, *, target: float, level: float = 0.95, n_looks: int = 1
) -> AutoAccept:
    """The lowest confidence above which accuracy is ``target`` at least, as the random rows given here prove it.

    Trying many thresholds and taking the lowest one that looks good would be fooled by luck. So they are tried in an
    order fixed before any answer is looked at: first about the surest third of the rows (or as many as could prove the
    target at all), then as many more as allow for one more error, and so on; the first failure ends it. That way the
    chance of a threshold whose accuracy is below the target is ``(1 - level) / 2`` over all thresholds together, and no
    correction for their number is needed. Sizes in between are left out: they would allow no more errors, only have
    more of them. Who repeats this as labels come in looks several times: ``n_looks``, set ahead, divides the chance.

    Parameters
    ----------
    confidences, is_right : rows drawn at random, never ones that a strategy chose

    References
    ----------
    Angelopoulos et al. (2021), Learn then test: calibrating predictive algorithms to achieve risk control.
    Maurer, Hothorn and Lehmacher (1995), Multiple comparisons in drug clinical trials and preclinical assays.

    >>> sure = find_threshold(np.repeat([0.9, 0.2], 100), np.repeat([True, False], 100), target=0.95)
    >>> sure.threshold, sure.share
    (0.9, 0.5)
    >>> find_threshold(np.full(10, 0.9), np.full(10, True), target=0.95).reason
    'About 62 more faultless labels are needed to promise 95 %.'
    """
    confidences, is_right = np.asarray(confidences, dtype=np.float64), np.asarray(is_right, dtype=bool)
    if len(confidences) != len(is_right):
        raise ValueError(f"There are {len(confidences)} confidences but {len(is_right)} answers.")
    if not 0 < target < 1:
        raise ValueError(f"A target of {target} is no share between 0 and 1.")
    level = 1 - (1 - level) / max(1, n_looks)
    order = np.argsort(-confidences, kind="stable")
    ordered, rights = confidences[order], np.cumsum(is_right[order])
    allowed = _errors_allowed(len(ordered), target, level)
    size_found = 0
    sizes = _sizes(ordered, allowed)
    for size in sizes:
        if size - rights[size - 1] > allowed[size]:
            break
        size_found = size
    if not size_found:
        return _shortfall(rights, sizes[0] if sizes else len(ordered), target, level)
    n_right, share = int(rights[size_found - 1]), size_found / len(ordered)
    low, high = (bound(n_right, size_found, level=level) for bound in (lower_bound, upper_bound))
    accuracy = Estimate(n_right / size_found, low, high, size_found)
    reason = f"{share * 100:.0f} % of the rows are sure enough."
    return AutoAccept(float(ordered[size_found - 1]), accuracy, share, 0, reason)


def _errors_allowed(n: int, target: float, level: float) -> np.ndarray:
    """With how many wrong of 0, 1, ... ``n`` rows the lower bound is not below the target; -1 where even none is too
    many."""
    sizes, chance = np.arange(n + 1), (1 - level) / 2
    errors = binom.ppf(chance, sizes, 1 - target)
    return np.asarray(np.where(binom.cdf(errors, sizes, 1 - target) <= chance, errors, errors - 1), dtype=np.int64)


def _sizes(ordered: np.ndarray, allowed: np.ndarray) -> list[int]:
    """How many of the surest rows are looked at, in turn: where one more error is allowed, and at last all of them.

    Rows of equal confidence are taken together.
    """
    n = len(ordered)
    most = np.maximum.accumulate(allowed)
    steps = np.flatnonzero(np.diff(most, prepend=-1) > 0)
    if not len(steps):
        return []
    first = max(0, int(np.searchsorted(steps, n * _SHARE_AT_FIRST, side="right")) - 1)
    wanted = np.append(steps[first:], n)
    behind = np.searchsorted(-ordered, -ordered[wanted - 1], side="right")
    return [int(size) for size in np.unique(behind)]


def _shortfall(rights: np.ndarray, size: int, target: float, level: float) -> AutoAccept:
    n_right = int(rights[size - 1]) if size else 0
    missing = max(1, faultless_needed(target, size - n_right, level=level) - n_right)
    reason = f"About {missing:,} more faultless labels are needed to promise {target * 100:g} %."
    return AutoAccept(None, None, 0.0, missing, reason)
