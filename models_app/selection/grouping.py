"""Groups of alike rows in a pool of any size: fitted on a sample, then every row falls to its nearest centre."""

import math

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from models_app.encoders.rows import Rows

FEWEST_ROWS = 40
SAMPLE = 20_000
_FEWEST, _MOST = 20, 200
_ROWS_OF_A_GROUP = 5
_BATCH = 2048


def n_groups_for(n: int) -> int:
    """How many groups tell ``n`` rows apart and can still be looked through by a person.

    >>> [n_groups_for(n) for n in (40, 400, 10_000, 100_000, 1_000_000)]
    [8, 20, 31, 100, 200]
    """
    return min(max(_FEWEST, min(_MOST, math.isqrt(n // 10))), max(1, n // _ROWS_OF_A_GROUP))


def directions(rows: Rows, topics: np.ndarray) -> np.ndarray:
    """The rows by what they mean, or by their topics where no table says that: dense float32 of length one or zero."""
    dense = np.asarray(rows.sparse @ topics) if rows.dense is None else rows.dense.astype(np.float32)
    lengths = np.linalg.norm(dense, axis=1, keepdims=True)
    return dense / np.where(lengths == 0, 1, lengths).astype(np.float32)


def fit_centres(sample: np.ndarray, n: int, *, random_state: int) -> np.ndarray:
    """The centres of at most ``n`` groups of ``directions``; each is the nearest one of some row.

    References
    ----------
    Sculley (2010), Web-scale k-means clustering.
    """
    different = len(np.unique(sample, axis=0)) if len(sample) <= _BATCH else n
    n = min(n, different)
    fitted = MiniBatchKMeans(n, n_init=3, batch_size=_BATCH, random_state=random_state).fit(sample)
    centres = fitted.cluster_centers_.astype(np.float32)
    return np.asarray(centres[np.unique(nearest_centres(sample, centres)[0])])


def nearest_centres(rows: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its nearest centre, and the squared distance to it.

    >>> numbers, distances = nearest_centres(np.eye(2, dtype=np.float32), np.array([[0, 2], [1, 0]], dtype=np.float32))
    >>> numbers.tolist(), distances.tolist()
    ([1, 0], [0.0, 1.0])
    """
    distances = np.square(centres).sum(axis=1) - 2 * (rows @ centres.T)
    numbers = distances.argmin(axis=1)
    own = distances[np.arange(len(rows)), numbers] + np.square(rows).sum(axis=1)
    return numbers, np.maximum(own, 0)
