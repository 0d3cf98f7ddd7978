"""Highest entropy: ask where the model spreads its belief over the most options."""

from collections.abc import Collection
from typing import ClassVar

import numpy as np

from models_app.selection.doubts import Doubts
from models_app.selection.strategies import TakesTheFirst


class Entropy(TakesTheFirst):
    """Take the rows with the highest entropy of all options' probabilities.

    References
    ----------
    Settles and Craven (2008), An analysis of active learning strategies for sequence labeling tasks.
    """

    measures: ClassVar[Collection[str]] = frozenset({"entropies"})

    def priorities(self, doubts: Doubts, rng: np.random.Generator) -> np.ndarray:
        if doubts.entropies is None:
            raise ValueError("This strategy goes by entropies, and they were not measured.")
        return doubts.entropies
