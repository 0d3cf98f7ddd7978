"""Folds for answers out of fold: what belongs together is never on both sides."""

import numpy as np


def even_folds(groups: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """A fold number for each row; rows of one group, the parts of a task, are in the same fold.

    >>> folds = even_folds(np.array([7, 7, 8, 9, 9]), 2, np.random.default_rng(0))
    >>> bool(folds[0] == folds[1]), bool(folds[3] == folds[4])
    (True, True)
    """
    distinct, numbered = np.unique(groups, return_inverse=True)
    return np.asarray((rng.permutation(len(distinct)) % n_folds)[numbered])


def are_grouped(groups: np.ndarray | None) -> bool:
    """Whether any two rows belong together."""
    return groups is not None and len(np.unique(groups)) < len(groups)
