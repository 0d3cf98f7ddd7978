"""How alike one row is to every other: exact cosines in one pass over the parts, a block at a time."""

import numpy as np

from models_app.encoders.pool import EncodedPool
from models_app.encoders.rows import Rows

_AT_ONCE = 32  # rows that are written out in full at once: 25 MB where there are 200,000 columns


def cosines_to(pool: EncodedPool, row: Rows) -> np.ndarray:
    """The cosine of ``row`` (a single one) with each row of the pool, float32; 0 for rows that say nothing.

    A row counts with its words and its meaning, each of length one where there is any.
    """
    found = [np.zeros(0, dtype=np.float32)]
    if not len(pool):
        return found[0]
    direction = row.joined().toarray().ravel().astype(np.float32)
    own_square = float(_squares(row)[0])
    for part in pool.parts:
        products = np.asarray(part.rows @ direction[:, None], dtype=np.float32).ravel()
        lengths = np.sqrt(_squares(part.rows) * own_square)
        found.append(np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0))
    return np.concatenate(found)


def nearest(cosines: np.ndarray, n: int) -> np.ndarray:
    """The positions of the ``n`` highest cosines above zero, the highest first; the position breaks ties.

    >>> nearest(np.array([0.2, 0.9, 0.0, 0.9]), 3).tolist()
    [1, 3, 0]
    """
    positions = np.flatnonzero(cosines > 0)
    if len(positions) > n:
        least = np.partition(cosines[positions], -n)[-n]
        positions = positions[cosines[positions] >= least]
    return positions[np.lexsort((positions, -cosines[positions]))][:n]


def _squares(rows: Rows) -> np.ndarray:
    """The squared length of each row, which both of its parts make one longer if they are not empty."""
    squares: np.ndarray = (np.diff(rows.sparse.indptr) > 0).astype(np.float32)
    if rows.dense is not None:
        # all bits but the sign's: to compare numbers of this size one by one would take ten times as long
        squares += (rows.dense.view(np.uint16) & 0x7FFF).any(axis=1)
    return squares


def nearest_among(rows: Rows, others: Rows, n: int) -> tuple[np.ndarray, np.ndarray]:
    """For each of ``rows`` the positions of the ``n`` most alike of ``others``, and the cosines, highest first.

    For a few hundred rows and some thousand others; fewer than ``n`` where there are not as many others.
    """
    n = min(n, len(others))
    if not n:
        return np.zeros((len(rows), 0), dtype=np.int64), np.zeros((len(rows), 0), dtype=np.float32)
    lengths = np.sqrt(_squares(others))
    found, cosines = [np.zeros((0, n), dtype=np.int64)], [np.zeros((0, n), dtype=np.float32)]
    other_meaning = None if others.dense is None else others.dense.astype(np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        # sparse times dense: a fifth of the time that two sparse ones take whose product is hardly sparse
        products = np.ascontiguousarray((others.sparse @ np.ascontiguousarray(block.sparse.toarray().T)).T)
        if block.dense is not None and other_meaning is not None:
            products += block.dense.astype(np.float32) @ other_meaning.T
        both = np.sqrt(_squares(block))[:, None] * lengths
        table = np.divide(products, both, out=np.zeros_like(products), where=both > 0)
        best = np.argpartition(-table, n - 1, axis=1)[:, :n]
        order = np.argsort(-np.take_along_axis(table, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        found.append(best)
        cosines.append(np.take_along_axis(table, best, axis=1))
    return np.concatenate(found), np.concatenate(cosines)
