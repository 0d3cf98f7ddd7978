"""How sure a share is, worked out without numpy, so that pages can say it."""

import math
from dataclasses import dataclass
from typing import Any

# With fewer holdout labels than this, which of two models is better cannot be told.
FEWEST_HOLDOUT_LABELS = 50
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval and the number of cases behind it."""

    value: float
    low: float
    high: float
    n: int

    @property
    def is_decidable(self) -> bool:
        return self.n >= FEWEST_HOLDOUT_LABELS


def wilson(successes: float, n: int) -> Share | None:
    """A share with Wilson's interval; None of no cases. A case may be half a success.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    >>> share = wilson(8, 10)
    >>> round(share.low, 3), round(share.high, 3)
    (0.49, 0.943)
    """
    if n == 0:
        return None
    share, z2 = successes / n, _Z_95 * _Z_95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Share(share, max(0.0, middle - reach), min(1.0, middle + reach), n)


def sign_test(one: int, other: int) -> float:
    """How likely wins would be spread at least this unevenly if both sides were equally good (exact, two-sided).

    Of two classifiers on the same cases this is McNemar's exact test.

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions.

    >>> sign_test(5, 1), sign_test(0, 0)
    (0.21875, 1.0)
    """
    n = one + other
    tail = sum(math.comb(n, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / 2**n)


def read_share(figures: Any) -> Share | None:
    """A share as metrics keep it; None where nothing was measured."""
    if not isinstance(figures, dict) or not figures.get("n"):
        return None
    return Share(figures["value"], figures["low"], figures["high"], figures["n"])
