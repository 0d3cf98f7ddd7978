import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows


def pool_of(sizes: list[int]) -> EncodedPool:
    n = sum(sizes)
    rows = sp.csr_matrix(np.arange(1, 2 * n + 1, dtype=np.float32).reshape(n, 2))
    ids = np.arange(n, dtype=np.int64) * 10
    bounds = np.cumsum([0, *sizes])
    parts = [
        PoolPart(ids[start:end], np.zeros(end - start, dtype=bool), Rows(rows[start:end]))
        for start, end in zip(bounds, bounds[1:], strict=False)
    ]
    return EncodedPool(parts, 2)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.lists(st.integers(0, 15), max_size=8))
def test_rows_come_in_the_order_asked_for_whatever_part_they_are_in(sizes: list[int], wanted: list[int]) -> None:
    pool = pool_of(sizes)
    positions = np.array([position for position in wanted if position < len(pool)], dtype=np.int64)
    expected = [[2 * position + 1, 2 * position + 2] for position in positions]
    assert pool.rows_at(positions).sparse.toarray().tolist() == expected


@given(st.lists(st.integers(0, 4), max_size=4))
def test_a_task_is_found_by_its_id_and_an_unknown_one_is_not(sizes: list[int]) -> None:
    pool = pool_of(sizes)
    assert pool.positions_of(pool.task_ids).tolist() == list(range(len(pool)))
    assert pool.positions_of(np.array([-1, 5, 10_000])).tolist() == [-1, -1, -1]
