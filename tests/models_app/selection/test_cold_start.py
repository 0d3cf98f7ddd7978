import numpy as np
import scipy.sparse as sp

from models_app.encoders.rows import Rows
from models_app.selection.cold_start import cold_start


def test_the_first_batch_has_one_of_each_kind() -> None:
    kinds = np.repeat(np.arange(8), [200, 5, 5, 5, 5, 5, 5, 5])
    rows = sp.csr_matrix(np.eye(8, dtype=np.float32)[kinds])
    chosen = cold_start(Rows(rows), np.eye(8, dtype=np.float32), 8, np.random.default_rng(0))
    assert sorted(kinds[chosen].tolist()) == list(range(8))


def test_it_gives_as_many_as_asked_for_even_where_rows_are_equal() -> None:
    rows = sp.csr_matrix(np.ones((40, 3), dtype=np.float32))
    chosen = cold_start(Rows(rows), np.eye(3, dtype=np.float32), 10, np.random.default_rng(0))
    assert len(set(chosen.tolist())) == 10


def test_without_topics_it_is_random() -> None:
    rows = sp.csr_matrix((30, 0), dtype=np.float32)
    none = np.zeros((0, 0))
    first, second = (cold_start(Rows(rows), none, 5, np.random.default_rng(seed)).tolist() for seed in (1, 2))
    assert len(set(first)) == len(set(second)) == 5
    assert first != second


def test_a_pool_smaller_than_the_batch_is_the_batch() -> None:
    rows = sp.csr_matrix(np.eye(3, dtype=np.float32))
    chosen = cold_start(Rows(rows), np.eye(3, dtype=np.float32), 20, np.random.default_rng(0))
    assert sorted(chosen.tolist()) == [0, 1, 2]


def test_an_empty_pool_has_no_first_batch() -> None:
    rows = sp.csr_matrix((0, 0), dtype=np.float32)
    assert len(cold_start(Rows(rows), np.zeros((0, 0)), 20, np.random.default_rng(0))) == 0
