"""Counts of tokens per text as sparse arrays: what an encoder keeps of a task, for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from models_app.encoders.tokens import PAIR_MULTIPLIER, beginning_hash, gram_hashes, word_hash, words_of

_CACHED_WORDS = 300_000


@dataclass(frozen=True)
class TokenCounts:
    """The tokens of texts: text ``i`` has ``tokens[indptr[i]:indptr[i + 1]]``, ascending, with their ``counts``."""

    indptr: np.ndarray  # int64, n + 1
    tokens: np.ndarray  # uint64
    counts: np.ndarray  # uint16

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def document_frequencies(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct tokens, ascending, and in how many texts each occurs."""
        return np.unique(self.tokens, return_counts=True)


class TokenCounter:
    """Counts the tokens of texts; remembers the numbers of words it has seen, so keep one for many texts.

    With ``grams`` runs of letters count as well.
    """

    def __init__(self, *, grams: bool = False) -> None:
        self.grams = grams
        self._grams: dict[str, np.ndarray] = {}
        self._numbers: dict[str, tuple[int, int]] = {}

    def count(self, texts: Sequence[str]) -> TokenCounts:
        """The token counts of ``texts``; a text without any token has an empty row."""
        return self.count_words([words_of(text) for text in texts])

    def count_words(self, words: Sequence[Sequence[str]], others: Sequence[Sequence[int]] | None = None) -> TokenCounts:
        """The same for texts that are words already, as ``words_of`` gives them; with ``others``, the numbers of what
        each text says besides."""
        lengths = np.fromiter((len(row) for row in words), dtype=np.int64, count=len(words))
        numbers = np.fromiter(
            chain.from_iterable(map(self._numbers_of, chain.from_iterable(words))),
            dtype=np.uint64,
            count=2 * int(lengths.sum()),
        ).reshape(-1, 2)
        rows = np.repeat(np.arange(len(words), dtype=np.int64), lengths)
        singles, beginnings = numbers[:, 0], numbers[:, 1]
        has_beginning = beginnings != 0
        has_next = rows[1:] == rows[:-1]
        pairs = singles[:-1][has_next] * np.uint64(PAIR_MULTIPLIER) + singles[1:][has_next]
        of_grams = [self._grams_of(word) for row in words for word in row] if self.grams else []
        lengths_of_grams = np.fromiter(map(len, of_grams), dtype=np.int64, count=len(of_grams))
        rows_of_grams = np.repeat(rows, lengths_of_grams) if self.grams else rows[:0]
        lengths_of_others = np.fromiter(map(len, others or ()), dtype=np.int64, count=len(others or ()))
        besides = np.fromiter(chain.from_iterable(others or ()), dtype=np.uint64, count=int(lengths_of_others.sum()))
        rows_of_others = np.repeat(np.arange(len(lengths_of_others), dtype=np.int64), lengths_of_others)
        return _counted(
            np.concatenate([rows, rows[has_beginning], rows[:-1][has_next], rows_of_grams, rows_of_others]),
            np.concatenate([singles, beginnings[has_beginning], pairs, *of_grams, besides]),
            len(words),
        )

    def _grams_of(self, word: str) -> np.ndarray:
        found = self._grams.get(word)
        if found is None:
            if len(self._grams) >= _CACHED_WORDS:
                self._grams.clear()
            found = self._grams[word] = np.array(gram_hashes(word), dtype=np.uint64)
        return found

    def _numbers_of(self, word: str) -> tuple[int, int]:
        numbers = self._numbers.get(word)
        if numbers is None:
            if len(self._numbers) >= _CACHED_WORDS:
                self._numbers.clear()
            numbers = self._numbers[word] = (word_hash(word), beginning_hash(word) or 0)
        return numbers


def join_counts(parts: Sequence[TokenCounts]) -> TokenCounts:
    """The texts of all parts, one part after the other."""
    lengths = [np.diff(part.indptr) for part in parts]
    indptr = np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *lengths]))
    tokens = np.concatenate([np.zeros(0, dtype=np.uint64), *(part.tokens for part in parts)])
    counts = np.concatenate([np.zeros(0, dtype=np.uint16), *(part.counts for part in parts)])
    return TokenCounts(indptr, tokens, counts)


def _counted(rows: np.ndarray, tokens: np.ndarray, n_rows: int) -> TokenCounts:
    order = np.lexsort((tokens, rows))
    rows, tokens = rows[order], tokens[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (tokens[1:] != tokens[:-1])
    starts = np.flatnonzero(is_first)
    counts = np.diff(np.append(starts, len(rows)))
    indptr = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[starts], minlength=n_rows), out=indptr[1:])
    return TokenCounts(indptr, tokens[starts], np.minimum(counts, 65535).astype(np.uint16))
