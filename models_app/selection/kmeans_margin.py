"""Smallest margin, made diverse: cluster the most doubtful rows and take one of each cluster."""

from typing import ClassVar

import numpy as np

from models_app.selection.clustering import cluster, first_of_each
from models_app.selection.margin import Margin
from models_app.selection.strategies import Shortlist, filled_up

_LEAST_WEIGHT = 1e-6


class KMeansMargin(Margin):
    """Take ten times the batch by margin, and from each of as many clusters as wanted the row nearest to its centre.

    A batch of 50 costs 20 steps over a table of 450 x 450 numbers, about 15 ms, whatever the pool.

    References
    ----------
    Zhdanov (2019), Diverse mini-batch active learning.
    """

    shortlist_factor: ClassVar[int] = 10

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray:
        if len(short) <= n or not n:
            return np.arange(min(n, len(short)))
        weights = np.maximum(short.priorities, _LEAST_WEIGHT)
        chosen = first_of_each(*cluster(short.products, n, weights=weights, rng=rng))
        # a cluster may lose all its rows to others: the most doubtful rows fill up
        return filled_up(np.sort(chosen), short, n)
