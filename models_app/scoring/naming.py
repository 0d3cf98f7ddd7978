"""How many of the given regions, several to a task, have the right name."""

import numpy as np

from models_app.rounds.metrics import Estimate, wilson_interval


def naming_accuracy(right: np.ndarray, lengths: np.ndarray) -> Estimate:
    """The share of regions with the right name, with Wilson's interval for as many regions as they are worth: those of
    one task are alike, so that they say less than as many of different tasks.

    References
    ----------
    Kish (1965), Survey sampling: the design effect of clusters.

    >>> estimate = naming_accuracy(np.array([10, 0]), np.array([10, 10]))
    >>> round(estimate.value, 2), round(estimate.high - estimate.low, 2), estimate.n
    (0.5, 0.89, 20)
    """
    n, n_tasks = int(lengths.sum()), int((lengths > 0).sum())
    if n == 0 or n_tasks < 2:
        return wilson_interval(int(right.sum()), n)
    share = right.sum() / n
    spread = n_tasks / (n_tasks - 1) * float(np.square(right - share * lengths).sum()) / n**2
    as_if_free = share * (1 - share) / n
    effect = max(1.0, spread / as_if_free) if as_if_free > 0 else 1.0
    worth = max(1, round(n / effect))
    found = wilson_interval(float(share) * worth, worth)
    return Estimate(float(share), found.low, found.high, n)
