import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders import rows as rows_module
from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows, stacked


def some_rows(n: int, *, has_dense: bool = True) -> Rows:
    rng = np.random.default_rng(n)
    sparse = sp.random(n, 6, density=0.4, format="csr", dtype=np.float32, random_state=n)
    return Rows(sparse, rng.normal(size=(n, 3)).astype(np.float16) if has_dense else None)


def whole(rows: Rows) -> np.ndarray:
    return np.asarray(rows.joined().toarray())


@pytest.mark.parametrize("has_dense", [True, False])
def test_products_are_those_of_both_parts_side_by_side(monkeypatch: pytest.MonkeyPatch, has_dense: bool) -> None:
    monkeypatch.setattr(rows_module, "_BLOCK", 4)
    rows = some_rows(11, has_dense=has_dense)
    assert rows.shape == (11, 9 if has_dense else 6)
    coef = np.random.default_rng(1).normal(size=(rows.shape[1], 2)).astype(np.float32)
    np.testing.assert_allclose(rows @ coef, whole(rows) @ coef, atol=1e-4)
    np.testing.assert_allclose(rows.inner_products(), whole(rows) @ whole(rows).T, atol=1e-4)


@given(st.lists(st.integers(0, 8), max_size=5))
def test_both_parts_are_indexed_alike(positions: list[int]) -> None:
    rows = some_rows(9)
    which = np.array(positions, dtype=np.int64)
    np.testing.assert_array_equal(whole(rows[which]), whole(rows)[which])
    mask = np.isin(np.arange(9), which)
    np.testing.assert_array_equal(whole(rows[mask]), whole(rows)[mask])
    np.testing.assert_array_equal(whole(rows[2:5]), whole(rows)[2:5])


def test_parts_are_stacked_in_order() -> None:
    first, second = some_rows(3), some_rows(4)
    np.testing.assert_array_equal(whole(stacked([first, second])), np.vstack([whole(first), whole(second)]))


def test_parts_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 sparse rows but 3 dense"):
        Rows(sp.csr_matrix((2, 1)), np.zeros((3, 1), dtype=np.float16))


def test_a_pool_gives_both_parts_of_rows_from_any_of_its_parts() -> None:
    parts = [PoolPart(np.array([1, 2, 3]), np.zeros(3, bool), some_rows(3))]
    parts.append(PoolPart(np.array([7, 9]), np.zeros(2, bool), some_rows(2)))
    pool = EncodedPool(parts)
    everything = np.vstack([whole(part.rows) for part in parts])
    positions = np.array([4, 0, 4, 2])
    np.testing.assert_array_equal(whole(pool.rows_at(positions)), everything[positions])
    assert pool.rows_at(np.zeros(0, dtype=np.int64)).shape == (0, 9)
    assert EncodedPool([], 6, 3).rows_at(np.zeros(0, dtype=np.int64)).shape == (0, 9)
