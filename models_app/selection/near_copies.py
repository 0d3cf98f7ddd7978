"""Near copies: rows so alike that a person who has answered one learns nothing from the next, nor does the model."""

import numpy as np

NEAR_COPY = 0.9  # the cosine from which two rows count as copies


def cosines(products: np.ndarray) -> np.ndarray:
    """The cosines of rows whose table of inner products this is; rows of nothing but zeros are like each other.

    >>> cosines(np.array([[4.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 0.0]])).tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    lengths = np.sqrt(np.maximum(products.diagonal(), 0))
    is_empty = lengths == 0
    table = products / np.where(is_empty, 1, lengths) / np.where(is_empty, 1, lengths)[:, None]
    table[np.ix_(is_empty, is_empty)] = 1
    return np.asarray(table)


def is_first_of_its_kind(products: np.ndarray, n_before: int = 0) -> np.ndarray:
    """Whether each row is no near copy of one that was kept before it; the first ``n_before`` are kept in any case.

    >>> is_first_of_its_kind(np.array([[1, 0.95, 0], [0.95, 1, 0], [0, 0, 1]])).tolist()
    [True, False, True]
    """
    is_near = cosines(products) >= NEAR_COPY
    np.fill_diagonal(is_near, val=False)
    is_kept = np.ones(len(products), dtype=bool)
    for row in np.flatnonzero(is_near.any(axis=1)):
        if is_kept[row]:
            later = np.flatnonzero(is_near[row])
            is_kept[later[(later > row) & (later >= n_before)]] = False
    return is_kept
