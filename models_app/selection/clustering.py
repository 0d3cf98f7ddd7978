"""Weighted k-means for a few thousand rows at most, on their inner products.

With so few rows the table of inner products is small, and every step is one dense product whatever the rows look
like: on sparse rows of many columns five times as fast as a general k-means.
"""

from typing import Any

import numpy as np
import scipy.sparse as sp

from models_app.encoders.rows import Rows

_ITERATIONS = 20
_SAME = 1e-6  # rows nearer than this count as one
_NEIGHBOURS = 20


def inner_products(rows: Any) -> np.ndarray:
    """The table of all rows' inner products with each other: all that a choice among a few rows needs to know."""
    if isinstance(rows, Rows):
        return rows.inner_products()
    products = rows @ rows.T
    return np.asarray(products.toarray() if sp.issparse(products) else products, dtype=np.float32)


def nearest_to_centres(
    rows: Rows | sp.csr_matrix | np.ndarray, n: int, *, weights: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One position per cluster, at most ``n``: the row that is nearest to the cluster's centre.

    There are fewer where fewer rows differ from each other.

    >>> rows = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]])
    >>> sorted(nearest_to_centres(rows, 2, weights=np.ones(6), rng=np.random.default_rng(0)).tolist())
    [1, 4]
    """
    return first_of_each(*cluster(inner_products(rows), n, weights=weights, rng=rng))


def densest_of_clusters(
    rows: Rows | sp.csr_matrix | np.ndarray, n: int, *, weights: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One position per cluster, at most ``n``: the row whose nearest neighbours in the cluster are the closest.

    References
    ----------
    Hacohen, Dekel and Weinshall (2022), Active learning on a budget: opposite strategies suit high and low budgets.

    >>> rows = np.array([[0.0], [0.1], [0.2], [4.0], [9.1], [9.2]])
    >>> densest_of_clusters(rows, 1, weights=np.ones(6), rng=np.random.default_rng(0)).tolist()
    [1]
    """
    products = inner_products(rows)
    labels, _ = cluster(products, n, weights=weights, rng=rng)
    squares = products.diagonal()
    spread = np.zeros(len(labels), dtype=np.float32)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        distances = squares[members, None] + squares[members] - 2 * products[np.ix_(members, members)]
        n_neighbours = min(_NEIGHBOURS, len(members) // 2 + 1)
        # the first of each row is the row itself; the square root tells near neighbours apart better than squares
        nearest = np.partition(np.maximum(distances, 0), n_neighbours - 1, axis=1)[:, :n_neighbours]
        spread[members] = np.sqrt(nearest).mean(axis=1)
    return first_of_each(labels, spread)


def cluster(
    products: np.ndarray, n: int, *, weights: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each row, below ``n``, and the row's squared distance to the centre of its cluster.

    References
    ----------
    Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    """
    weights = np.asarray(weights, dtype=np.float32)
    seeds, labels = spread_seeds(products, n, weights=weights, rng=rng)
    everything = np.arange(len(labels))
    for _ in range(_ITERATIONS):
        distances = _distances(products, labels, len(seeds), weights)
        moved = distances.argmin(axis=1)
        if (moved == labels).all():
            break
        labels = moved
    return labels, products.diagonal() + _distances(products, labels, len(seeds), weights)[everything, labels]


def first_of_each(labels: np.ndarray, order_by: np.ndarray) -> np.ndarray:
    """Of each cluster the position with the lowest ``order_by``, by ascending cluster.

    >>> first_of_each(np.array([1, 0, 1, 0]), np.array([5, 4, 3, 9])).tolist()
    [1, 2]
    """
    order = np.lexsort((order_by, labels))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = labels[order][1:] != labels[order][:-1]
    return order[is_first]


def spread_seeds(
    products: np.ndarray, n: int, *, weights: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """At most ``n`` rows drawn far from each other, and for each row the number of the seed nearest to it."""
    squares = products.diagonal()
    labels = np.zeros(len(squares), dtype=np.int64)
    closest = np.full(len(squares), np.inf, dtype=np.float32)
    chances = weights.astype(np.float64)
    seeds: list[int] = []
    while len(seeds) < n and chances.any():
        seed = int(rng.choice(len(squares), p=chances / chances.sum()))
        distances = squares + squares[seed] - 2 * products[seed]
        is_closer = distances < closest
        labels[is_closer] = len(seeds)
        closest[is_closer] = distances[is_closer]
        chances = np.where(closest > _SAME, weights * closest, 0).astype(np.float64)
        seeds.append(seed)
    return np.array(seeds, dtype=np.int64), labels


def _distances(products: np.ndarray, labels: np.ndarray, n_clusters: int, weights: np.ndarray) -> np.ndarray:
    """Squared distances of all rows to all centres, less each row's own square."""
    shares = np.zeros((len(labels), n_clusters), dtype=np.float32)
    shares[np.arange(len(labels)), labels] = weights
    totals = shares.sum(axis=0)
    shares /= np.where(totals > 0, totals, 1)
    to_centres = products @ shares
    distances: np.ndarray = (shares * to_centres).sum(axis=0) - 2 * to_centres
    distances[:, totals == 0] = np.inf
    return distances
