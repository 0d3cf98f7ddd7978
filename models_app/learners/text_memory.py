"""Free answers are not invented but remembered: what was answered to the most similar text before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from rapidfuzz.fuzz import ratio
from sklearn.base import BaseEstimator

from models_app.learners.linear import n_rows, parts_of
from models_app.learners.text_arrays import as_bytes, from_bytes

_NEIGHBOURS = 10
_MOST_CHARACTERS = 2000  # of a longer text the beginning is compared
_BLOCK = 256


class Remembered(NamedTuple):
    """A former answer, how similar its text is (0 to 1), and the place of that text among those fitted on."""

    answer: str
    similarity: float
    position: int


class TextMemory(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A translation memory: nearest neighbours on encoded rows, the nearest of them by edit distance.

    The similarity is the share of characters that the two texts have in common in order, so 1 is the same text. It
    serves as the confidence; of one text with several answers it is multiplied by the share of the one suggested.

    Parameters
    ----------
    least_similarity : float
        Below it, nothing is suggested.
    random_state : int
        Not used: nothing depends on chance.

    References
    ----------
    Levenshtein (1966), Binary codes capable of correcting deletions, insertions and reversals.

    Examples
    --------
    >>> memory = TextMemory().fit(np.eye(2), ["Good morning", "See you later"], ["Bonjour", "À plus tard"])
    >>> memory.predict(np.eye(2)[:1], ["Good mornings"])
    [Remembered(answer='Bonjour', similarity=0.96, position=0)]
    """

    def __init__(self, least_similarity: float = 0.5, random_state: int = 0) -> None:
        self.least_similarity = least_similarity
        self.random_state = random_state

    def fit(self, X: Any, texts: Sequence[str], answers: Sequence[str]) -> Self:
        """Remember texts, their encoded rows and what was answered; ``ValueError`` when there is nothing."""
        if not n_rows(X) == len(texts) == len(answers):
            raise ValueError(f"There are {n_rows(X)} rows, {len(texts)} texts and {len(answers)} answers.")
        if not texts:
            raise ValueError("At least one answer is needed to remember.")
        self._rows = _normalised(X)
        self._texts = [text[:_MOST_CHARACTERS] for text in texts]
        self._answers = list(answers)
        self._index()
        return self

    def predict(self, X: Any, texts: Sequence[str]) -> list[Remembered | None]:
        """The best former answer for each text; None where no text is similar enough."""
        if n_rows(X) != len(texts):
            raise ValueError(f"There are {n_rows(X)} rows but {len(texts)} texts.")
        rows = _normalised(X)
        if rows.shape[1] != self._rows.shape[1]:
            raise ValueError(f"The memory has {self._rows.shape[1]} columns, the rows {rows.shape[1]}.")
        found: list[Remembered | None] = []
        for start in range(0, len(texts), _BLOCK):
            closeness = (rows[start : start + _BLOCK] @ self._rows.T).toarray()
            for text, row in zip(texts[start : start + _BLOCK], closeness, strict=True):
                found.append(self._best(text[:_MOST_CHARACTERS], row))
        return found

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return {
            "data": self._rows.data,
            "indices": self._rows.indices.astype(np.int64),
            "indptr": self._rows.indptr.astype(np.int64),
            "shape": np.array(self._rows.shape, dtype=np.int64),
            "texts": as_bytes(self._texts),
            "answers": as_bytes(self._answers),
            "least_similarity": np.array([self.least_similarity]),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted memory that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        memory = cls(float(state["least_similarity"][0]))
        arrays = tuple(np.asarray(state[name]) for name in ("data", "indices", "indptr"))
        memory._rows = sp.csr_matrix(arrays, shape=tuple(np.asarray(state["shape"]).tolist()))
        memory._texts, memory._answers = from_bytes(state["texts"]), from_bytes(state["answers"])
        if not memory._rows.shape[0] == len(memory._texts) == len(memory._answers):
            raise ValueError("The rows do not fit the texts.")
        memory._index()
        return memory

    def _index(self) -> None:
        self._same: dict[str, list[int]] = {}
        for position, text in enumerate(self._texts):
            self._same.setdefault(text, []).append(position)

    def _best(self, text: str, closeness: np.ndarray) -> Remembered | None:
        if text in self._same:
            return self._remember(text, 1.0)
        nearest = np.argpartition(-closeness, min(_NEIGHBOURS, len(closeness) - 1))[:_NEIGHBOURS]
        candidates = {self._texts[place]: float(closeness[place]) for place in nearest if closeness[place] > 0}
        if not candidates:
            return None
        similarities = {other: ratio(text, other) / 100 for other in candidates}
        best = max(candidates, key=lambda other: (similarities[other], candidates[other], other))
        return self._remember(best, similarities[best]) if similarities[best] >= self.least_similarity else None

    def _remember(self, text: str, similarity: float) -> Remembered:
        """The most frequent answer to a text, of equally frequent ones the last."""
        positions = self._same[text]
        counts = Counter(self._answers[position] for position in positions)
        latest = {self._answers[position]: position for position in positions}
        answer = max(counts, key=lambda answer: (counts[answer], latest[answer]))
        return Remembered(answer, similarity * counts[answer] / len(positions), latest[answer])


def _normalised(X: Any) -> sp.csr_matrix:
    """Both parts side by side, each of length 1, so that products are the mean of two cosines."""
    parts = [part for part in parts_of(X) if part is not None and part.shape[1]]
    if not parts:
        return sp.csr_matrix((n_rows(X), 0), dtype=np.float32)
    scaled = []
    for part in parts:
        rows = sp.csr_matrix(part, dtype=np.float32)
        lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A1 * np.sqrt(len(parts))
        scaled.append(sp.diags(1 / np.where(lengths == 0, 1, lengths), dtype=np.float32) @ rows)
    return sp.csr_matrix(sp.hstack(scaled, format="csr", dtype=np.float32))
