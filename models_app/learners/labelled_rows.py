"""Labelled rows that are kept beside a model, to say what something new is like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

_MOST_KEPT = 500
_BLOCK = 4_096


@dataclass(frozen=True)
class LabelledRows:
    """``rows`` are dense, float16, each of length one (or zero); ``classes`` are the numbers of their options."""

    rows: np.ndarray
    classes: np.ndarray

    @classmethod
    def drawn(cls, rows: np.ndarray, classes: np.ndarray, *, random_state: int) -> Self:
        """All of them, or some hundreds: as many of each option as there is room for, so that none is crowded out.

        >>> kept = LabelledRows.drawn(np.eye(2).repeat([900, 3], axis=0), np.repeat([0, 1], [900, 3]), random_state=0)
        >>> np.bincount(kept.classes).tolist()
        [497, 3]
        """
        order = np.random.default_rng(random_state).permutation(len(classes))
        # the how-manieth of its option each row is, in that order
        by_class = np.argsort(classes[order], kind="stable")
        turns = np.empty(len(order), dtype=np.int64)
        counts = np.bincount(classes[order])
        turns[by_class] = np.concatenate([np.arange(count) for count in counts]) if len(order) else 0
        kept = np.sort(order[np.argsort(turns, kind="stable")[:_MOST_KEPT]])
        return cls(_of_length_one(rows[kept]).astype(np.float16), classes[kept].astype(np.int32))

    def classes_near(self, rows: np.ndarray, n: int) -> np.ndarray:
        """For each row the options of the ``n`` kept ones that are most like it, likest first (rows x n, or fewer)."""
        known = self.rows.astype(np.float32).T
        found = np.zeros((len(rows), min(n, len(self.classes))), dtype=np.int32)
        for start in range(0, len(rows), _BLOCK):
            likeness = _of_length_one(rows[start : start + _BLOCK]) @ known
            nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :n]
            found[start : start + _BLOCK] = self.classes[nearest]
        return found

    def state(self) -> dict[str, np.ndarray]:
        return {"labelled_rows": self.rows, "labelled_classes": self.classes}

    @classmethod
    def from_state(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Those that ``state`` was taken from; none where there are none."""
        if "labelled_rows" not in arrays:
            return cls(np.zeros((0, 0), dtype=np.float16), np.zeros(0, dtype=np.int32))
        return cls(arrays["labelled_rows"], arrays["labelled_classes"])


def _of_length_one(rows: np.ndarray) -> np.ndarray:
    dense = rows.astype(np.float32)
    lengths = np.linalg.norm(dense, axis=1, keepdims=True)
    return np.asarray(np.divide(dense, lengths, out=np.zeros_like(dense), where=lengths > 0))
