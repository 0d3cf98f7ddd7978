"""Exact cosines of one row with a pool in parts."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.likeness import cosines_to, nearest, nearest_among
from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows


def unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


def pool_of(sparse: np.ndarray, dense: np.ndarray | None, cut: int) -> EncodedPool:
    ids = np.arange(10, 10 + len(sparse))
    parts = []
    for which in (slice(0, cut), slice(cut, None)):
        rows = Rows(sp.csr_matrix(sparse[which]), None if dense is None else dense[which])
        parts.append(PoolPart(ids[which], np.zeros(len(ids[which]), dtype=bool), rows))
    return EncodedPool(parts)


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.booleans())
def test_they_are_the_cosines_of_the_joined_rows_whatever_the_parts(seed, cut, with_meaning):
    rng = np.random.default_rng(seed)
    sparse = unit(rng.random((21, 6)) * (rng.random((21, 6)) < 0.3)).astype(np.float32)
    dense = unit(rng.standard_normal((21, 4)) * (rng.random((21, 1)) < 0.8)).astype(np.float16)
    pool = pool_of(sparse, dense if with_meaning else None, cut)
    joined = np.hstack([sparse, dense.astype(np.float32)]) if with_meaning else sparse
    expected = unit(joined) @ unit(joined)[cut]
    assert np.allclose(cosines_to(pool, pool.rows_at(np.array([cut]))), expected, atol=2e-3)


def test_a_row_without_any_known_word_is_like_nothing():
    pool = pool_of(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]], dtype=np.float32), None, 1)
    assert cosines_to(pool, pool.rows_at(np.array([0]))).tolist() == [0.0, 0.0, 0.0]
    assert nearest(np.zeros(3), 2).tolist() == []


def test_an_empty_pool_has_no_cosines():
    assert len(cosines_to(EncodedPool([], 2), Rows(sp.csr_matrix((1, 2))))) == 0


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=12), st.integers(1, 5))
def test_the_nearest_are_a_full_sort_cut_short(cosines, n):
    expected = sorted((place for place, cosine in enumerate(cosines) if cosine > 0), key=lambda p: (-cosines[p], p))
    assert nearest(np.array(cosines), n).tolist() == expected[:n]


@given(st.integers(0, 2**32 - 1), st.integers(0, 9), st.integers(1, 4))
def test_the_nearest_among_others_are_those_of_the_whole_table(seed, n_others, n):
    rng = np.random.default_rng(seed)
    sparse = unit(rng.random((140, 6)) * (rng.random((140, 6)) < 0.5)).astype(np.float32)
    dense = unit(rng.standard_normal((140, 4))).astype(np.float16)
    rows = Rows(sp.csr_matrix(sparse), dense)
    others = rows[np.arange(n_others)]
    places, cosines = nearest_among(rows, others, n)
    assert places.shape == cosines.shape == (140, min(n, n_others))
    joined = unit(np.hstack([sparse, dense.astype(np.float32)]))
    table = joined @ joined[:n_others].T
    assert np.allclose(cosines, -np.sort(-table, axis=1)[:, :n], atol=2e-3)
    assert np.allclose(np.take_along_axis(table, places, axis=1), cosines, atol=2e-3)
