"""Which words of a task's candidates speak for the best of them, by the weights of a linear reward."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary
from models_app.encoders.tokens import tokens_of, words_of
from models_app.learners.linear import Weights

_MOST_WORDS = 400  # of a candidate
_MOST_NAMED = 3
_WORTH_NAMING = 0.25  # of what the strongest word says


@dataclass(frozen=True)
class Said:
    """Words ``of_best`` that speak for it and ``of_others`` that speak against these, strongest first.

    ``is_whole`` says that what the candidates mean as wholes has said more than all of their words.
    """

    of_best: list[str]
    of_others: list[str]
    is_whole: bool


class CandidateCues:
    """What the columns of rows say for a candidate, and which words they are."""

    def __init__(self, weights: Weights, vocabulary: Vocabulary) -> None:
        self._sparse = weights.sparse_coef()[:, 0]
        self._dense = weights.coef[len(weights.columns) :, 0]
        self._vocabulary = vocabulary

    def said(self, rows: Rows, texts: Sequence[str], best: int) -> Said:
        """What speaks for the candidate at ``best`` beside the mean of the others; there must be others."""
        others = [place for place in range(len(texts)) if place != best]
        share = np.full(len(texts), -1 / len(others))
        share[best] = 1
        # what each column says: how much more of it the best one has, times its weight
        columns = rows.sparse.indices
        own = rows.sparse.data * np.repeat(share, np.diff(rows.sparse.indptr)) * self._sparse[columns]
        distinct, place = np.unique(columns, return_inverse=True)
        said = dict(zip(distinct.tolist(), np.bincount(place, weights=own, minlength=len(distinct)), strict=True))
        whole = float((share @ rows.dense.astype(np.float64)) @ self._dense) if rows.dense is not None else 0.0
        of_best = self._words([texts[best]], said)
        of_others = self._words([texts[place] for place in others], said)
        spoken = {word: weight for word, weight in of_others.items() if word not in of_best}
        strongest = max([*of_best.values(), *spoken.values()], default=0.0)
        return Said(_named(of_best, strongest), _named(spoken, strongest), whole > max(0.0, float(sum(said.values()))))

    def _words(self, texts: Sequence[str], said: dict[int, float]) -> dict[str, float]:
        """What each word of some texts has part in saying, where it says something for the best candidate."""
        sums: dict[str, float] = {}
        known = self._vocabulary.tokens
        for text in texts:
            words = words_of(text)[:_MOST_WORDS]
            tokens = dict(tokens_of(words, grams=self._vocabulary.has_grams))  # of each, one of its places
            numbers = np.fromiter(tokens, dtype=np.uint64, count=len(tokens))
            columns = np.minimum(np.searchsorted(known, numbers), max(0, len(known) - 1))
            for number, column, places in zip(numbers, columns.tolist(), tokens.values(), strict=True):
                weight = said.get(column, 0.0) if len(known) and known[column] == number else 0.0
                for place in places if weight > 0 else ():
                    sums[words[place]] = sums.get(words[place], 0.0) + weight / len(places)
        return sums


def _named(sums: dict[str, float], strongest: float) -> list[str]:
    words = [word for word in sums if any(sign.isalnum() for sign in word) and sums[word] >= _WORTH_NAMING * strongest]
    return sorted(words, key=lambda word: -sums[word])[:_MOST_NAMED]
