"""A query strategy has two steps, so that only a short list is looked at closely and checked against the queue.

1. ``priorities(top, rng)``: one number per row of the pool, from what the model says; higher means more wanted.
2. ``pick(rows, priorities, n, rng)``: ``n`` positions out of the short list of the most wanted rows, best first.

Randomness comes from ``rng`` alone: it breaks ties, the position never does.
"""

from typing import Protocol

import numpy as np
import scipy.sparse as sp

from models_app.learners.top_options import TopOptions


class Strategy(Protocol):
    """How to choose a batch."""

    shortlist_factor: int  # how many times the batch the short list holds

    def priorities(self, top: TopOptions, rng: np.random.Generator) -> np.ndarray: ...

    def pick(self, rows: sp.csr_matrix, priorities: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray: ...


def shortlist(priorities: np.ndarray, is_eligible: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """The positions of the ``size`` highest priorities among the eligible rows, best first, ties in random order.

    >>> shortlist(np.array([0.1, 0.9, 0.5]), np.array([True, True, False]), 5, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    positions = np.flatnonzero(is_eligible)
    if not size:
        return positions[:0]
    wanted = priorities[positions]
    if len(positions) > size:
        # cut first, sort the few: a full sort of a million rows costs more than the model's scores
        threshold = np.partition(wanted, len(wanted) - size)[len(wanted) - size]
        above, equal = positions[wanted > threshold], positions[wanted == threshold]
        positions = np.concatenate([above, rng.permutation(equal)[: size - len(above)]])
        wanted = priorities[positions]
    return positions[np.lexsort((rng.random(len(positions)), -wanted))]
