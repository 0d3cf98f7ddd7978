from collections.abc import Callable

import numpy as np
import pytest
import scipy.sparse as sp

from models_app.learners.top_options import TopOptions
from models_app.selection.batches import next_batch
from models_app.selection.kmeans_margin import KMeansMargin
from models_app.selection.margin import Margin
from models_app.selection.random_order import RandomOrder
from models_app.selection.strategies import Strategy, shortlist

ALL = [RandomOrder(), Margin(), KMeansMargin()]


def predicted(margins: np.ndarray) -> TopOptions:
    n = len(margins)
    return TopOptions(np.zeros((n, 3), dtype=np.uint16), np.zeros((n, 3), dtype=np.float32), margins)


def rows_of(n: int) -> Callable[[np.ndarray], sp.csr_matrix]:
    rows = sp.random(n, 20, density=0.3, format="csr", dtype=np.float32, random_state=0)
    return lambda positions: rows[positions]


@pytest.mark.parametrize("strategy", ALL)
@pytest.mark.parametrize("n_open", [0, 1, 3, 20, 500])
def test_a_batch_holds_open_rows_once_and_as_many_as_there_are(strategy: Strategy, n_open: int) -> None:
    rng = np.random.default_rng(0)
    is_open = np.zeros(1000, dtype=bool)
    is_open[rng.permutation(1000)[:n_open]] = True
    batch = next_batch(strategy, predicted(rng.random(1000)), is_open, rows_of(1000), n=20, rng=rng)
    assert len(batch) == len(set(batch.positions.tolist())) <= 20
    assert is_open[batch.positions].all()
    assert len(batch) == min(20, n_open) or n_open < 20


def test_one_in_ten_is_random() -> None:
    rng = np.random.default_rng(0)
    batch = next_batch(Margin(), predicted(rng.random(500)), np.ones(500, dtype=bool), rows_of(500), n=50, rng=rng)
    assert batch.is_random.sum() == 5


def test_margin_asks_where_the_first_two_options_are_closest() -> None:
    margins = np.array([0.9, 0.1, 0.5, 0.05, 0.7])
    batch = next_batch(
        Margin(), predicted(margins), np.ones(5, dtype=bool), rows_of(5), n=2, rng=np.random.default_rng(0)
    )
    assert batch.positions.tolist() == [3, 1]


def test_rows_that_were_taken_meanwhile_are_replaced_by_the_next_best() -> None:
    margins = np.linspace(0, 1, 100)
    batch = next_batch(
        Margin(),
        predicted(margins),
        np.ones(100, dtype=bool),
        rows_of(100),
        n=4,
        rng=np.random.default_rng(0),
        still_open=lambda positions: positions[~np.isin(positions, [0, 2])],
    )
    assert batch.positions.tolist() == [1, 3, 4, 5]


def test_kmeans_takes_one_of_each_kind_where_margin_takes_copies() -> None:
    # three kinds of rows; the most doubtful kind alone could fill the batch
    kinds = np.repeat(np.arange(3), 30)
    rows = sp.csr_matrix(np.eye(3, dtype=np.float32)[kinds])
    margins = np.where(kinds == 0, 0.01, 0.02)
    rng = np.random.default_rng(0)
    batch = next_batch(KMeansMargin(), predicted(margins), np.ones(90, dtype=bool), lambda at: rows[at], n=4, rng=rng)
    assert {0, 1, 2} == set(kinds[batch.positions].tolist())


def test_equal_rows_fill_a_batch_without_a_warning() -> None:
    rows = sp.csr_matrix(np.ones((50, 2), dtype=np.float32))
    rng = np.random.default_rng(0)
    batch = next_batch(
        KMeansMargin(), predicted(np.zeros(50)), np.ones(50, dtype=bool), lambda at: rows[at], n=10, rng=rng
    )
    assert len(batch) == 10


@pytest.mark.parametrize("strategy", ALL)
def test_the_seed_breaks_ties_and_the_position_never_does(strategy: Strategy) -> None:
    def batch(seed: int) -> list[int]:
        rng = np.random.default_rng(seed)
        top, is_open = predicted(np.zeros(300)), np.ones(300, dtype=bool)
        return next_batch(strategy, top, is_open, rows_of(300), n=5, rng=rng).positions.tolist()

    assert batch(1) == batch(1)
    assert batch(1) != batch(2)


def test_a_short_list_agrees_with_a_full_sort() -> None:
    rng = np.random.default_rng(3)
    priorities = rng.permutation(10_000).astype(np.float32)
    is_open = rng.random(10_000) < 0.5
    expected = [position for position in np.argsort(-priorities).tolist() if is_open[position]][:100]
    assert shortlist(priorities, is_open, 100, rng).tolist() == expected
