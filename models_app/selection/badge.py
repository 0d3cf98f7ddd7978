"""BADGE-like: rows that would move the model in many different directions."""

from typing import ClassVar

import numpy as np

from models_app.selection.clustering import spread_seeds
from models_app.selection.margin import Margin
from models_app.selection.strategies import Shortlist, filled_up


class Badge(Margin):
    """Of ten times the batch by margin, rows drawn far from each other by the gradients of their likeliest labels.

    A gradient is the row times (probabilities less one for the likeliest option), so the table of the gradients' inner
    products is that of the rows times that of the options' parts: 450 x 450 numbers each for a batch of 50. Where
    answers are no classes, how doubtful a row is stands for its gradient's length.

    References
    ----------
    Ash et al. (2020), Deep batch active learning by diverse, uncertain gradient lower bounds.
    """

    shortlist_factor: ClassVar[int] = 10

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray:
        if len(short) <= n or not n:
            return np.arange(min(n, len(short)))
        if short.look.probabilities is None:
            parts = short.priorities[:, None]
        else:
            parts = short.look.probabilities(short.rows).copy()
            parts[np.arange(len(parts)), parts.argmax(axis=1)] -= 1
        gradients = short.products * (parts @ parts.T)
        # longer gradients are likelier: a row that would not move the model at all is far from others, and worthless
        seeds, _ = spread_seeds(gradients, n, weights=np.maximum(gradients.diagonal(), 0), rng=rng)
        return filled_up(seeds, short, n)
