"""Any row as well as any other: the yardstick for every other strategy."""

import numpy as np
import scipy.sparse as sp

from models_app.learners.top_options import TopOptions


class RandomOrder:
    """Draw the batch at random."""

    shortlist_factor = 1

    def priorities(self, top: TopOptions, rng: np.random.Generator) -> np.ndarray:
        return rng.random(len(top), dtype=np.float32)

    def pick(self, rows: sp.csr_matrix, priorities: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.arange(min(n, len(priorities)))
