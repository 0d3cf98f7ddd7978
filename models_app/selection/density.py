"""Density-weighted margin: doubtful rows that many others are like."""

from typing import ClassVar

import numpy as np

from models_app.selection.margin import Margin
from models_app.selection.near_copies import cosines
from models_app.selection.strategies import Shortlist

SAMPLE = 500


class Density(Margin):
    """Take ten times the batch by margin, and of it the rows whose doubt times mean likeness to the pool is highest.

    The pool is represented by a random sample of 500 rows; a batch of 50 costs one table of 950 x 950 numbers.

    References
    ----------
    Settles and Craven (2008), An analysis of active learning strategies for sequence labeling tasks.
    """

    shortlist_factor: ClassVar[int] = 10

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray:
        if len(short) <= n or not n:
            return np.arange(min(n, len(short)))
        sample = rng.permutation(short.n_pool)[:SAMPLE]
        likeness = cosines(short.products_with(sample))[: len(short), len(short) :]
        return np.argsort(-short.priorities * likeness.mean(axis=1), kind="stable")[:n]
