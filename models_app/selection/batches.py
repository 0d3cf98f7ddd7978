"""The next batch: what a strategy wants, of what may be asked, with a random share and without near copies."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from models_app.selection.clustering import inner_products
from models_app.selection.doubts import Doubts
from models_app.selection.near_copies import is_first_of_its_kind
from models_app.selection.strategies import CloseLook, Rows, Shortlist, Strategy, shortlist

RANDOM_SHARE = 0.1
_SPARE = 2  # the short list is twice as long as needed, for some of it will be taken by the time it is asked for
_LOOKS = 6  # how often it is lengthened where near copies leave too little of it: each time twice as much, up to
_LONGEST_LOOK = 1000
_FLOOD = 20  # this many copies that are wanted exactly as much are a flood: more of them are not looked at


@dataclass(frozen=True)
class Batch:
    """Positions in the pool to ask for, in that order, and which of them were drawn at random."""

    positions: np.ndarray
    is_random: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True)
class Pool:
    """What may be asked.

    Parameters
    ----------
    is_open : which rows may be asked, as far as is cheap to know for all of them
    rows_at : the encoded rows at some positions
    still_open : narrows positions down to those that may be asked right now; asked of short lists only
    in_work : positions of rows that people are answering just now: no near copy of them is asked for
    """

    is_open: np.ndarray
    rows_at: Callable[[np.ndarray], Rows]
    still_open: Callable[[np.ndarray], np.ndarray] = lambda positions: positions
    in_work: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.is_open)


def next_batch(
    strategy: Strategy,
    doubts: Doubts,
    pool: Pool,
    *,
    n: int,
    rng: np.random.Generator,
    look: CloseLook | None = None,
) -> Batch:
    """``n`` rows of the pool, one in ten of them random, mixed so that both kinds are answered at the same pace.

    No two of them are near copies of each other or of a row in work; the batch is shorter where the pool holds too
    few rows that differ.
    """
    n_random = round(n * RANDOM_SHARE)
    at_random = rng.random(len(pool), dtype=np.float32)
    drawn = _unlike(at_random, pool, pool.is_open, n_random, size=n_random, before=pool.in_work, rng=rng)[:n_random]
    is_open = pool.is_open.copy()
    is_open[drawn] = False
    priorities = strategy.priorities(doubts, rng)
    n_chosen = n - n_random
    before = np.concatenate([pool.in_work, drawn])
    size = max(strategy.shortlist_factor, _SPARE) * n_chosen
    wanted = _unlike(priorities, pool, is_open, n_chosen, size=size, before=before, rng=rng)
    short = Shortlist(wanted, priorities[wanted], pool.rows_at, len(pool), look or CloseLook())
    chosen = wanted[strategy.pick(short, n_chosen, rng)]
    return _mixed(chosen, drawn, rng)


def _unlike(
    priorities: np.ndarray,
    pool: Pool,
    is_open: np.ndarray,
    n: int,
    *,
    size: int,
    before: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """The most wanted rows, ``size`` of them less what are near copies of others, but ``n`` if that can be."""
    is_open = is_open.copy()
    kept = np.zeros(0, dtype=np.int64)
    for _ in range(_LOOKS):
        looked = shortlist(priorities, is_open, _SPARE * size, rng)
        found = pool.still_open(looked)
        is_open[looked] = False
        is_open[found[size:]] = True
        found = found[:size]
        if not len(found):
            break
        known = np.concatenate([before, kept])
        table = inner_products(pool.rows_at(np.concatenate([known, found])))
        is_new = is_first_of_its_kind(table, len(known))[len(known) :]
        kept = np.concatenate([kept, found[is_new]])
        if len(kept) >= n:
            break
        size = min(2 * size, _LONGEST_LOOK)
        values, counts = np.unique(priorities[found[~is_new]], return_counts=True)
        for value in values[counts >= _FLOOD]:
            is_open &= priorities != value
    return kept


def _mixed(chosen: np.ndarray, drawn: np.ndarray, rng: np.random.Generator) -> Batch:
    n = len(chosen) + len(drawn)
    is_random = np.zeros(n, dtype=bool)
    is_random[rng.permutation(n)[: len(drawn)]] = True
    positions = np.empty(n, dtype=np.int64)
    positions[is_random], positions[~is_random] = drawn, chosen
    return Batch(positions, is_random)
