"""Numbers for models that weigh: how near each is to each of some steps, so that any course can be learned."""

import numpy as np


def near_steps(values: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """A row for each value with a column for each step, ascending and one apart; two neighbours share a value.

    >>> near_steps(np.array([1.25, 9.0]), np.array([1.0, 2.0])).tolist()
    [[0.75, 0.25], [0.0, 1.0]]
    """
    inside = values.clip(steps[0], steps[-1])[:, None]
    return np.asarray(np.maximum(0, 1 - np.abs(inside - steps)), dtype=np.float32)
