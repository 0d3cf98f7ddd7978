"""A query strategy has two steps, so that only a short list is looked at closely and checked against the queue.

1. ``priorities(doubts, rng)``: one number per row of the pool, from how unsure the model is; higher means more wanted.
2. ``pick(short, n, rng)``: ``n`` positions out of the short list of the most wanted rows, best first.

Randomness comes from ``rng`` alone: it breaks ties, the position never does.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from models_app.selection.clustering import inner_products
from models_app.selection.doubts import Doubts

Rows = Any  # encoded rows: they have a ``shape``, and ``rows[positions]`` gives some of them


@dataclass(frozen=True)
class CloseLook:
    """What can be asked about a few rows only; nothing of it is worked out before a strategy asks.

    A kind of question whose answers are no classes has neither probabilities nor a committee.

    Parameters
    ----------
    probabilities : of some rows, one column per option
    committee : of some rows, the probabilities by each of several models that learned from parts of the labels
    labeled : positions of rows that have been answered; a strategy goes by some of them where there are very many
    """

    probabilities: Callable[[Rows], np.ndarray] | None = None
    committee: Callable[[Rows], list[np.ndarray]] | None = None
    labeled: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Shortlist:
    """The rows that a strategy may look at closely: the most wanted first, no two of them near copies.

    Parameters
    ----------
    positions, priorities : of the rows, in the pool and as the strategy gave them
    rows_at : the encoded rows at some positions of the pool
    n_pool : how many rows the pool has
    """

    positions: np.ndarray
    priorities: np.ndarray
    rows_at: Callable[[np.ndarray], Rows]
    n_pool: int
    look: CloseLook = field(default_factory=CloseLook)

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def rows(self) -> Rows:
        return self.rows_at(self.positions)

    @cached_property
    def products(self) -> np.ndarray:
        """The table of the rows' inner products."""
        return inner_products(self.rows)

    def products_with(self, positions: np.ndarray) -> np.ndarray:
        """The table of the rows and, after them, those at ``positions`` of the pool."""
        return inner_products(self.rows_at(np.concatenate([self.positions, positions])))


class Strategy(Protocol):
    """How to choose a batch."""

    shortlist_factor: ClassVar[int]  # how many times the batch the short list holds
    measures: ClassVar[Collection[str]]  # the costly doubts it goes by
    starts_typical: ClassVar[bool]  # whether the first batch takes the densest row of each cluster, not the middle one

    def priorities(self, doubts: Doubts, rng: np.random.Generator) -> np.ndarray: ...

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray: ...


class TakesTheFirst:
    """What most strategies have in common: no costly doubts, and the batch is the head of the short list."""

    shortlist_factor: ClassVar[int] = 1
    measures: ClassVar[Collection[str]] = ()
    starts_typical: ClassVar[bool] = False

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.arange(min(n, len(short)))


def filled_up(chosen: np.ndarray, short: Shortlist, n: int) -> np.ndarray:
    """``chosen`` and as many of the most wanted others as make ``n``.

    >>> short = Shortlist(np.arange(4), np.array([0.9, 0.8, 0.7, 0.1]), rows_at=lambda at: np.eye(4)[at], n_pool=4)
    >>> filled_up(np.array([2]), short, 3).tolist()
    [2, 0, 1]
    """
    others = np.setdiff1d(np.arange(len(short)), chosen)
    return np.concatenate([chosen, others[: max(0, n - len(chosen))]])


def shortlist(priorities: np.ndarray, is_eligible: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """The positions of the ``size`` highest priorities among the eligible rows, best first, ties in random order.

    >>> shortlist(np.array([0.1, 0.9, 0.5]), np.array([True, True, False]), 5, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    positions = np.flatnonzero(is_eligible)
    if not size:
        return positions[:0]
    wanted = priorities[positions]
    if len(positions) > size:
        # cut first, sort the few: a full sort of a million rows costs more than the model's scores
        threshold = np.partition(wanted, len(wanted) - size)[len(wanted) - size]
        above, equal = positions[wanted > threshold], positions[wanted == threshold]
        positions = np.concatenate([above, rng.permutation(equal)[: size - len(above)]])
        wanted = priorities[positions]
    return positions[np.lexsort((rng.random(len(positions)), -wanted))]
