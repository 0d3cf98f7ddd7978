"""Smallest margin: ask where the model's two likeliest options are closest."""

import numpy as np
import scipy.sparse as sp

from models_app.learners.top_options import TopOptions


class Margin:
    """Take the rows with the smallest difference between the two highest confidences.

    References
    ----------
    Scheffer et al. (2001), Active hidden Markov models for information extraction.
    """

    shortlist_factor = 1

    def priorities(self, top: TopOptions, rng: np.random.Generator) -> np.ndarray:
        return 1 - top.margins

    def pick(self, rows: sp.csr_matrix, priorities: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.arange(min(n, len(priorities)))
