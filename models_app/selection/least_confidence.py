"""Least confidence: ask where even the model's best guess is improbable."""

import numpy as np

from models_app.selection.doubts import Doubts
from models_app.selection.strategies import TakesTheFirst


class LeastConfidence(TakesTheFirst):
    """Take the rows whose likeliest option has the lowest probability.

    References
    ----------
    Lewis and Gale (1994), A sequential algorithm for training text classifiers.
    """

    def priorities(self, doubts: Doubts, rng: np.random.Generator) -> np.ndarray:
        return 1 - doubts.first
