"""Does asking by the strategy pay? What was chosen against as many labels of tasks drawn at random, on the holdout."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

FEWEST_LABELS = 50
FEWEST_HOLDOUT = 50
MOST_LABELS = 200  # of each kind: this bounds the cost, and is where strategies differ most
_HALVES = 5
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Advantage:
    """How right a model is that learned from ``n_labels`` chosen tasks, and one that learned from as many random ones.

    ``value`` is the difference, ``low`` to ``high`` hold the true one in 95 of 100 cases. The halves are the same
    figures with half as many labels.
    """

    n_labels: int
    n_holdout: int
    chosen: float
    random: float
    chosen_half: float
    random_half: float
    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 5) for name, value in asdict(self).items()}


def not_decidable(n_random: int, n_chosen: int, n_holdout: int) -> str:
    """Why the two cannot be compared yet, to go on after "because"; "" when they can.

    >>> not_decidable(12, 90, 200)
    'only 12 labels are of tasks drawn at random, and it takes 50'
    """
    for n, fewest, what in (
        (n_random, FEWEST_LABELS, "labels are of tasks drawn at random"),
        (n_chosen, FEWEST_LABELS, "labels are of tasks that the strategy chose"),
        (n_holdout, FEWEST_HOLDOUT, "labels are of holdout tasks"),
    ):
        if n < fewest:
            return f"only {n} {what}, and it takes {fewest}"
    return ""


def measure_advantage(
    rightness: Callable[[np.ndarray], np.ndarray],
    chosen: np.ndarray,
    random: np.ndarray,
    *,
    rng: np.random.Generator,
) -> Advantage:
    """Compare the first chosen labels with as many random ones, as if the project had asked in one way alone.

    The interval joins two doubts: another holdout might have said otherwise (paired, task by task, Agresti and Min's
    adjustment for small numbers), and other labels as well (halves of the labels drawn again and again: the variance
    over halves estimates that over whole sets, Shao and Wu's delete-half jackknife). It costs 12 fits on at most
    ``MOST_LABELS`` labels.

    Parameters
    ----------
    rightness : fits a model on the labels with these numbers, and says how right it is on each holdout task (0 to 1);
        ``ValueError`` when nothing can be learned from them
    chosen, random : numbers of labels, the earliest first

    References
    ----------
    Shao and Wu (1989), A general theory for jackknife variance estimation.
    Agresti and Min (2005), Simple improved confidence intervals for comparing matched proportions.
    """
    n = min(len(chosen), len(random), MOST_LABELS)
    chosen, random = chosen[:n], rng.permutation(random)[:n]
    right_chosen, right_random = rightness(chosen), rightness(random)
    halves = np.array(
        [[rightness(rng.permutation(labels)[: n // 2]).mean() for labels in (chosen, random)] for _ in range(_HALVES)]
    )
    gains = right_chosen - right_random
    value = float(gains.mean())
    n_adjusted = len(gains) + 2
    mean = gains.sum() / n_adjusted
    of_holdout = (((gains**2).sum() + 1) / n_adjusted - mean**2) / n_adjusted
    of_labels = np.var(halves[:, 0] - halves[:, 1], ddof=1)
    reach = _Z_95 * float(np.sqrt(of_holdout + of_labels))
    return Advantage(
        n_labels=n,
        n_holdout=len(gains),
        chosen=float(right_chosen.mean()),
        random=float(right_random.mean()),
        chosen_half=float(halves[:, 0].mean()),
        random_half=float(halves[:, 1].mean()),
        value=value,
        low=max(-1.0, value - reach),
        high=min(1.0, value + reach),
    )
