"""The next batch: what a strategy wants, of what may be asked, with a random share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from models_app.learners.top_options import TopOptions
from models_app.selection.strategies import Strategy, shortlist

RANDOM_SHARE = 0.1
_SPARE = 2  # the short list is twice as long as needed, for some of it will be taken by the time it is asked for


@dataclass(frozen=True)
class Batch:
    """Positions in the pool to ask for, in that order, and which of them were drawn at random."""

    positions: np.ndarray
    is_random: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


def next_batch(
    strategy: Strategy,
    top: TopOptions,
    is_open: np.ndarray,
    rows_at: Callable[[np.ndarray], sp.csr_matrix],
    *,
    n: int,
    rng: np.random.Generator,
    still_open: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Batch:
    """``n`` rows of the pool, one in ten of them random, mixed so that both kinds are answered at the same pace.

    Parameters
    ----------
    top : what the model says about each row of the pool
    is_open : which rows may be asked, as far as is cheap to know for all of them
    rows_at : the encoded rows at some positions
    still_open : narrows positions down to those that may be asked right now; asked of a short list only
    """
    still_open = still_open or (lambda positions: positions)
    n_random = round(n * RANDOM_SHARE)
    drawn = shortlist(rng.random(len(top), dtype=np.float32), is_open, _SPARE * n_random, rng)
    drawn = still_open(drawn)[:n_random]
    is_open = is_open.copy()
    is_open[drawn] = False
    priorities = strategy.priorities(top, rng)
    n_chosen = n - n_random
    wanted = still_open(shortlist(priorities, is_open, _SPARE * strategy.shortlist_factor * n_chosen, rng))
    wanted = wanted[: strategy.shortlist_factor * n_chosen]
    rows = rows_at(wanted) if strategy.shortlist_factor > 1 else sp.csr_matrix((len(wanted), 0))
    chosen = wanted[strategy.pick(rows, priorities[wanted], n_chosen, rng)]
    return _mixed(chosen, drawn, rng)


def _mixed(chosen: np.ndarray, drawn: np.ndarray, rng: np.random.Generator) -> Batch:
    n = len(chosen) + len(drawn)
    is_random = np.zeros(n, dtype=bool)
    is_random[rng.permutation(n)[: len(drawn)]] = True
    positions = np.empty(n, dtype=np.int64)
    positions[is_random], positions[~is_random] = drawn, chosen
    return Batch(positions, is_random)
