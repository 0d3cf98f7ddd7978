"""Smallest margin: ask where the model's two likeliest options are closest."""

import numpy as np

from models_app.selection.doubts import Doubts
from models_app.selection.strategies import TakesTheFirst


class Margin(TakesTheFirst):
    """Take the rows with the smallest difference between the two highest confidences.

    References
    ----------
    Scheffer et al. (2001), Active hidden Markov models for information extraction.
    """

    def priorities(self, doubts: Doubts, rng: np.random.Generator) -> np.ndarray:
        return 1 - doubts.margins
