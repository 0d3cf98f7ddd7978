"""TF-IDF rows from token counts, and the topics that words share.

A vocabulary is fitted on the whole pool, refitted rarely, and never changed: a model keeps the one it was made with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from sklearn.utils.extmath import randomized_svd

from models_app.encoders.counting import TokenCounts

MAX_TOKENS = 200_000
_RARE_FROM = 200  # pools smaller than this keep tokens that occur once: two equal words would be too much to ask


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that become columns, how much each weighs, and the topics it belongs to.

    ``has_grams`` says that runs of letters are among the tokens, so that texts must be counted with them.
    """

    tokens: np.ndarray  # uint64, ascending
    idf: np.ndarray  # float32
    topics: np.ndarray  # float32, tokens x topics; no columns before ``with_topics``
    n_documents: int
    has_grams: bool = False

    def transform(self, counts: TokenCounts) -> sp.csr_matrix:
        """Rows of sublinear TF-IDF with length one; a text with no known token is a row of zeros."""
        n_rows = len(counts)
        if not len(self.tokens):
            return sp.csr_matrix((n_rows, 0), dtype=np.float32)
        columns = np.searchsorted(self.tokens, counts.tokens)
        np.minimum(columns, len(self.tokens) - 1, out=columns)
        is_known = self.tokens[columns] == counts.tokens
        columns = columns[is_known].astype(np.int32)
        weights = (1 + np.log(counts.counts[is_known].astype(np.float32))) * self.idf[columns]
        known_before = np.zeros(len(is_known) + 1, dtype=np.int64)
        np.cumsum(is_known, out=known_before[1:])
        indptr = known_before[counts.indptr]
        lengths = np.diff(indptr)
        squares = np.bincount(np.repeat(np.arange(n_rows), lengths), weights=weights * weights, minlength=n_rows)
        norms = np.sqrt(squares, dtype=np.float64)
        norms[norms == 0] = 1
        weights = (weights / np.repeat(norms, lengths)).astype(np.float32)
        return sp.csr_matrix((weights, columns, indptr.astype(np.int32)), shape=(n_rows, len(self.tokens)))

    def with_topics(self, sample: sp.csr_matrix, *, n_topics: int = 100, random_state: int = 0) -> "Vocabulary":
        """The same vocabulary with topics: the main directions of ``sample``, scaled to rows of mean length one.

        A topic joins words that occur in the same texts, so that a label for one also speaks for the other. With
        too few rows or columns there are no topics.

        References
        ----------
        Deerwester et al. (1990), Indexing by latent semantic analysis.
        """
        n_topics = min(n_topics, min(sample.shape) - 1)
        if n_topics < 1:
            return self
        _, _, directions = randomized_svd(sample, n_topics, n_iter=2, random_state=random_state)
        topics = np.ascontiguousarray(directions.T, dtype=np.float32)
        mean_square = float(np.square(sample @ topics).sum(axis=1).mean())
        if mean_square <= 0:
            return self
        return replace(self, topics=topics / np.float32(np.sqrt(mean_square)))


def fit_vocabulary(
    document_frequencies: Iterable[tuple[np.ndarray, np.ndarray]], n_documents: int, *, max_tokens: int = MAX_TOKENS
) -> Vocabulary:
    """The vocabulary of a pool from the ``document_frequencies`` of its parts.

    Tokens of a single text are left out (but in tiny pools), and beyond ``max_tokens`` the rarest.
    """
    tokens, frequencies = _merged(list(document_frequencies))
    is_kept = frequencies >= (2 if n_documents >= _RARE_FROM else 1)
    tokens, frequencies = tokens[is_kept], frequencies[is_kept]
    if len(tokens) > max_tokens:
        # ties at the cut are decided by the token itself: the same pool gives the same vocabulary
        most_frequent = np.sort(np.lexsort((tokens, -frequencies))[:max_tokens])
        tokens, frequencies = tokens[most_frequent], frequencies[most_frequent]
    idf = (np.log((1 + n_documents) / (1 + frequencies)) + 1).astype(np.float32)
    return Vocabulary(tokens, idf, np.zeros((len(tokens), 0), dtype=np.float32), n_documents)


def _merged(parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    if not parts:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    tokens = np.concatenate([tokens for tokens, _ in parts])
    frequencies = np.concatenate([frequencies for _, frequencies in parts])
    distinct, place = np.unique(tokens, return_inverse=True)
    return distinct, np.bincount(place, weights=frequencies, minlength=len(distinct)).astype(np.int64)
