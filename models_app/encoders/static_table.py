"""A semantic table: one vector per word piece, so that a text's meaning is a mean and no model runs for it.

The table is distilled once from a sentence model (``distilling``). Words that mean alike have vectors alike, also
words that no labeled text holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import scipy.sparse as sp

from models_app.encoders.word_pieces import WordPieces

_CACHED_WORDS = 300_000


@dataclass(frozen=True)
class StaticTable:
    """Word pieces and their vectors, already weighted by how much each tells: common words have short ones."""

    pieces: WordPieces
    vectors: np.ndarray  # float16, pieces x components

    @property
    def n_components(self) -> int:
        return int(self.vectors.shape[1])


class TableEncoder:
    """Turns the words of texts into rows; remembers the pieces of words it has seen, so keep one for many texts."""

    def __init__(self, table: StaticTable) -> None:
        self.table = table
        self._numbers: dict[str, tuple[int, ...]] = {}

    def encode(self, texts: Sequence[Sequence[str]]) -> np.ndarray:
        """One row of length one per text, float16, from its words in lower case; zeros where no piece is known."""
        numbers = [list(chain.from_iterable(map(self._numbers_of, words))) for words in texts]
        lengths = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
        flat = np.fromiter(chain.from_iterable(numbers), dtype=np.int64, count=int(lengths.sum()))
        # only the pieces that occur are made float32: the table itself stays mapped
        used, columns = np.unique(flat, return_inverse=True)
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        counts = sp.csr_matrix((np.ones(len(flat), np.float32), columns, indptr), shape=(len(texts), len(used)))
        rows = np.asarray(counts @ self.table.vectors[used].astype(np.float32))
        lengths_of_rows = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(lengths_of_rows > 0, lengths_of_rows, 1)).astype(np.float16)

    def _numbers_of(self, word: str) -> tuple[int, ...]:
        numbers = self._numbers.get(word)
        if numbers is None:
            if len(self._numbers) >= _CACHED_WORDS:
                self._numbers.clear()
            numbers = self._numbers[word] = tuple(self.table.pieces.split(word))
        return numbers
