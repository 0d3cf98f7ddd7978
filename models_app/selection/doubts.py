"""How unsure a model is of each row of the pool: all that a query strategy is told about rows it does not look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Doubts:
    """Three measures of doubt, one number per row, float32.

    A strategy names in ``measures`` which of the costly ones it goes by; what nobody asked for is None.

    Parameters
    ----------
    margins : probability of the likeliest answer less that of the second; small means doubtful
    first : probability of the likeliest answer; small means doubtful
    entropies : of all answers' probabilities, as a share of the most there can be; large means doubtful
    """

    margins: np.ndarray
    first: np.ndarray
    entropies: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.margins)

    @classmethod
    def of_probabilities(cls, probabilities: np.ndarray) -> Self:
        """All measures of a small table, one column per answer, the rows adding up to 1.

        >>> doubts = Doubts.of_probabilities(np.array([[0.5, 0.5], [0.75, 0.25]]))
        >>> doubts.margins.tolist(), doubts.first.tolist(), doubts.entropies.tolist()
        ([0.0, 0.5], [0.5, 0.75], [1.0, 0.8112781047821045])
        """
        ordered = np.sort(np.asarray(probabilities, dtype=np.float32), axis=1)
        second = ordered[:, -2] if ordered.shape[1] > 1 else np.zeros(len(ordered), dtype=np.float32)
        entropies = -(ordered * np.log(np.maximum(ordered, 1e-30))).sum(axis=1)
        most = np.log(max(2, ordered.shape[1]))
        return cls(ordered[:, -1] - second, ordered[:, -1], (entropies / most).astype(np.float32))

    @classmethod
    def of_certainty(cls, certainty: np.ndarray) -> Self:
        """For answers that are no classes: how sure of each row, from 0 (no idea) to 1 (no doubt).

        >>> doubts = Doubts.of_certainty(np.array([0.25, 1.0]))
        >>> doubts.margins.tolist(), doubts.entropies.tolist()
        ([0.25, 1.0], [0.75, 0.0])
        """
        certainty = np.asarray(certainty, dtype=np.float32)
        if len(certainty) and not (certainty.min() >= 0 and certainty.max() <= 1):
            raise ValueError("A certainty is a number from 0 to 1.")
        return cls(certainty, certainty, 1 - certainty)

    def spread(self, positions: np.ndarray, n: int) -> "Doubts":
        """These as those of the rows at ``positions`` of a pool of ``n``; of all others there is no doubt.

        >>> Doubts.of_certainty(np.array([0.25])).spread(np.array([1]), 3).margins.tolist()
        [1.0, 0.25, 1.0]
        """

        def spread(values: np.ndarray, undoubted: float) -> np.ndarray:
            wide = np.full(n, undoubted, dtype=np.float32)
            wide[positions] = values
            return wide

        entropies = None if self.entropies is None else spread(self.entropies, 0.0)
        return Doubts(spread(self.margins, 1.0), spread(self.first, 1.0), entropies)

    @classmethod
    def joined(cls, parts: Iterable["Doubts"]) -> Self:
        """Those of several parts of a pool, one after the other; at least one part."""
        parts = list(parts)
        entropies = [part.entropies for part in parts if part.entropies is not None]
        return cls(
            np.concatenate([part.margins for part in parts]),
            np.concatenate([part.first for part in parts]),
            np.concatenate(entropies) if len(entropies) == len(parts) else None,
        )
