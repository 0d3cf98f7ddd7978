"""Smallest margin, made diverse: cluster the most doubtful rows and take one of each cluster."""

import numpy as np
import scipy.sparse as sp

from models_app.selection.clustering import nearest_to_centres
from models_app.selection.margin import Margin

_LEAST_WEIGHT = 1e-6


class KMeansMargin(Margin):
    """Take ten times the batch by margin, and from each of as many clusters as wanted the row nearest to its centre.

    References
    ----------
    Zhdanov (2019), Diverse mini-batch active learning.
    """

    shortlist_factor = 10

    def pick(self, rows: sp.csr_matrix, priorities: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        if rows.shape[0] <= n or not n:
            return np.arange(min(n, rows.shape[0]))
        chosen = nearest_to_centres(rows, n, weights=np.maximum(priorities, _LEAST_WEIGHT), rng=rng)
        # equal rows share a cluster, so there may be fewer clusters than wanted: the most doubtful others fill up
        others = np.setdiff1d(np.arange(len(priorities)), chosen)
        return np.concatenate([np.sort(chosen), others[: n - len(chosen)]])
