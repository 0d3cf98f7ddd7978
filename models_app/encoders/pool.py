"""The encoded tasks of a project as one table in parts that stay on disk until they are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from models_app.encoders.rows import Rows, stacked


@dataclass(frozen=True)
class PoolPart:
    """Some tasks by ascending id, their rows, and which of them only measure models."""

    task_ids: np.ndarray  # int64
    is_reserved: np.ndarray  # bool
    rows: Rows


class EncodedPool:
    """All parts, by ascending task ids that do not overlap; a position counts through all of them.

    The parts agree on their columns: ``n_sparse`` and ``n_dense`` say how many when there is no part.
    """

    def __init__(self, parts: Sequence[PoolPart], n_sparse: int = 0, n_dense: int = 0) -> None:
        self.parts = list(parts)
        self.task_ids = _joined([part.task_ids for part in parts], np.int64)
        self.is_reserved = _joined([part.is_reserved for part in parts], np.bool_)
        self._starts = np.cumsum([0, *(len(part.task_ids) for part in parts)])
        dense = np.zeros((0, n_dense), dtype=np.float16) if n_dense else None
        self._no_rows = parts[0].rows[:0] if parts else Rows(sp.csr_matrix((0, n_sparse), dtype=np.float32), dense)

    def __len__(self) -> int:
        return len(self.task_ids)

    @property
    def n_columns(self) -> int:
        return self._no_rows.shape[1]

    def positions_of(self, task_ids: np.ndarray) -> np.ndarray:
        """The position of each task, -1 for one that is not encoded."""
        if not len(self):
            return np.full(len(task_ids), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.task_ids, task_ids), len(self) - 1)
        return np.where(self.task_ids[places] == task_ids, places, -1)

    def rows_at(self, positions: np.ndarray) -> Rows:
        """The rows at some positions, in that order."""
        positions = np.asarray(positions, dtype=np.int64)
        if not len(positions):
            return self._no_rows
        order = np.argsort(positions, kind="stable")
        ascending = positions[order]
        bounds = np.searchsorted(ascending, self._starts)
        found = [
            part.rows[ascending[bounds[number] : bounds[number + 1]] - self._starts[number]]
            for number, part in enumerate(self.parts)
            if bounds[number + 1] > bounds[number]
        ]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return stacked(found)[back]


def _joined(arrays: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=dtype), *arrays])
