from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.registries import strategies
from models_app.selection.batches import Batch, Pool, next_batch
from models_app.selection.clustering import inner_products
from models_app.selection.doubts import Doubts
from models_app.selection.kmeans_margin import KMeansMargin
from models_app.selection.margin import Margin
from models_app.selection.near_copies import NEAR_COPY, cosines
from models_app.selection.random_order import RandomOrder
from models_app.selection.strategies import CloseLook, Strategy, shortlist
from projects.policies import STRATEGIES

ALL = [strategies.get(name)() for name in STRATEGIES]


def doubting(margins: np.ndarray) -> Doubts:
    return Doubts.of_certainty(np.asarray(margins, dtype=np.float32))


def rows_of(n: int) -> sp.csr_matrix:
    return sp.random(n, 200, density=0.05, format="csr", dtype=np.float32, random_state=0)


def ask(
    strategy: Strategy,
    margins: np.ndarray,
    n: int,
    *,
    rows: sp.csr_matrix | None = None,
    seed: int = 0,
    is_open: np.ndarray | None = None,
    **limits: Any,
) -> Batch:
    """A batch of a pool that is all open unless said otherwise."""
    table = rows_of(len(margins)) if rows is None else rows
    open_rows = np.ones(len(margins), dtype=bool) if is_open is None else is_open
    pool = Pool(open_rows, lambda at: table[at], **limits)
    rng = np.random.default_rng(seed)
    return next_batch(strategy, doubting(margins), pool, n=n, rng=rng, look=a_look(len(margins)))


def a_look(n_rows: int) -> CloseLook:
    """Two options, by the first column of a row; the committee's members read different columns."""

    def by_column(column: int) -> Callable[[sp.csr_matrix], np.ndarray]:
        def probabilities(rows: sp.csr_matrix) -> np.ndarray:
            first = np.clip(np.asarray(rows[:, [column]].todense()), 0, 1)
            return np.hstack([first, 1 - first])

        return probabilities

    return CloseLook(by_column(0), lambda rows: [by_column(0)(rows), by_column(1)(rows)], np.arange(min(5, n_rows)))


@pytest.mark.parametrize("strategy", ALL)
@pytest.mark.parametrize("n_open", [0, 1, 3, 20, 500])
def test_a_batch_holds_open_rows_once_and_as_many_as_there_are(strategy: Strategy, n_open: int) -> None:
    is_open = np.zeros(1000, dtype=bool)
    is_open[np.random.default_rng(0).permutation(1000)[:n_open]] = True
    batch = ask(strategy, np.linspace(0, 1, 1000), 20, is_open=is_open)
    assert len(batch) == len(set(batch.positions.tolist())) <= 20
    assert is_open[batch.positions].all()
    assert len(batch) == min(20, n_open) or n_open < 20


def test_one_in_ten_is_random() -> None:
    assert ask(Margin(), np.linspace(0, 1, 500), 50).is_random.sum() == 5


def test_margin_asks_where_the_first_two_options_are_closest() -> None:
    assert ask(Margin(), np.array([0.9, 0.1, 0.5, 0.05, 0.7]), 2).positions.tolist() == [3, 1]


def test_rows_that_were_taken_meanwhile_are_replaced_by_the_next_best() -> None:
    still_open = lambda positions: positions[~np.isin(positions, [0, 2])]  # noqa: E731 (a door, not a name)
    batch = ask(Margin(), np.linspace(0, 1, 100), 4, still_open=still_open)
    assert batch.positions.tolist() == [1, 3, 4, 5]


def test_kmeans_takes_one_of_each_kind_where_margin_takes_the_most_doubtful() -> None:
    # three kinds of rows; the most doubtful kind alone could fill the batch
    kinds = np.repeat(np.arange(3), 30)
    rng = np.random.default_rng(0)
    rows = sp.csr_matrix(np.hstack([np.eye(3)[kinds] * 2, rng.normal(scale=0.4, size=(90, 30))]).astype(np.float32))
    margins = np.where(kinds == 0, 0.01, 0.02)
    assert set(kinds[ask(KMeansMargin(), margins, 4, rows=rows).positions].tolist()) == {0, 1, 2}
    assert set(kinds[ask(Margin(), margins, 4, rows=rows).positions].tolist()) == {0}


@pytest.mark.parametrize("strategy", ALL)
def test_of_equal_rows_one_is_asked(strategy: Strategy) -> None:
    rows = sp.csr_matrix(np.ones((300, 2), dtype=np.float32))
    assert len(ask(strategy, np.zeros(300), 20, rows=rows)) == 1
    assert len(ask(strategy, np.zeros(300), 20, rows=rows * 0)) == 1


@pytest.mark.parametrize("strategy", ALL)
def test_a_flood_of_copies_does_not_keep_other_rows_out(strategy: Strategy) -> None:
    # the most doubtful message came 2,000 times; behind it are 40 others
    rows = sp.vstack([sp.csr_matrix(np.ones((2_000, 200), dtype=np.float32)), rows_of(40)], format="csr")
    margins = np.concatenate([np.zeros(2_000), np.linspace(0.1, 0.9, 40)])
    batch = ask(strategy, margins, 20, rows=rows)
    assert (batch.positions < 2_000).sum() <= 1
    draws_at_random = isinstance(strategy, RandomOrder)  # it meets the others by chance alone
    assert len(batch) >= 18 or draws_at_random


@st.composite
def pools_with_copies(draw: st.DrawFn) -> sp.csr_matrix:
    """Rows many of which are others once more, longer or shorter, or with something small added."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_kinds, n_rows = draw(st.integers(1, 30)), draw(st.integers(1, 120))
    kinds = rng.random((n_kinds, 12)) * (rng.random((n_kinds, 12)) < 0.4)
    rows = kinds[rng.integers(n_kinds, size=n_rows)] * rng.uniform(0.5, 2, size=(n_rows, 1))
    rows[:, 0] += rng.random(n_rows) * draw(st.sampled_from([0, 0.1, 1]))
    return sp.csr_matrix(rows.astype(np.float32))


@given(strategy=st.sampled_from(ALL), rows=pools_with_copies(), n=st.integers(0, 60), seed=st.integers(0, 1000))
def test_no_two_rows_of_a_batch_are_near_copies_of_each_other_or_of_one_in_work(
    strategy: Strategy, rows: sp.csr_matrix, n: int, seed: int
) -> None:
    n_rows = rows.shape[0]
    is_open = np.ones(n_rows, dtype=bool)
    in_work = np.arange(0, n_rows, 40)
    is_open[in_work] = False
    margins = np.random.default_rng(seed).random(n_rows).round(1)
    batch = ask(strategy, margins, n, rows=rows, seed=seed, is_open=is_open, in_work=in_work)
    together = np.concatenate([batch.positions, in_work])
    table = cosines(inner_products(rows[together]))[: len(batch)]
    assert ((table >= NEAR_COPY).sum(axis=1) == 1).all()  # each is like itself alone


@pytest.mark.parametrize("strategy", ALL)
def test_the_seed_breaks_ties_and_the_position_never_does(strategy: Strategy) -> None:
    first, again, other = (ask(strategy, np.zeros(300), 5, seed=seed).positions.tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_short_list_agrees_with_a_full_sort() -> None:
    rng = np.random.default_rng(3)
    priorities = rng.permutation(10_000).astype(np.float32)
    is_open = rng.random(10_000) < 0.5
    expected = [position for position in np.argsort(-priorities).tolist() if is_open[position]][:100]
    assert shortlist(priorities, is_open, 100, rng).tolist() == expected
