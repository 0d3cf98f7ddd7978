"""Any row as well as any other: the yardstick for every other strategy."""

import numpy as np

from models_app.selection.doubts import Doubts
from models_app.selection.strategies import TakesTheFirst


class RandomOrder(TakesTheFirst):
    """Draw the batch at random."""

    def priorities(self, doubts: Doubts, rng: np.random.Generator) -> np.ndarray:
        return rng.random(len(doubts), dtype=np.float32)
