"""Whole texts to rows by a sentence model: each text runs through it, in batches of texts alike in length.

With torch where that is installed, which is several times as fast; else in numpy. Both give the same rows but for the
last bits.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from models_app.encoders.sentence_model import SentenceModel
from models_app.encoders.text_pieces import pieces_of_text

# What the models were trained on; a longer text is judged by its beginning.
MOST_PIECES = 256
_PIECES_AT_ONCE = 4096

Pooled = Callable[[np.ndarray, np.ndarray], np.ndarray]


class SentenceEncoder:
    """Turns texts into rows; making one takes a moment, so keep it for many texts."""

    def __init__(self, model: SentenceModel, *, with_torch: bool | None = None) -> None:
        self.model = model
        self._pooled = _with_torch(model) if (has_torch() if with_torch is None else with_torch) else model.pooled

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of length one per text, float16, in order; zeros for one without any word."""
        most = min(MOST_PIECES, self.model.n_positions)
        numbers = [pieces_of_text(self.model.pieces, text, most=most) for text in texts]
        lengths = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
        rows = np.zeros((len(texts), self.model.width), dtype=np.float16)
        order = np.argsort(lengths, kind="stable")
        order = order[lengths[order] > 2]  # nothing stands between the two marks of the others
        while len(order):
            batch = order[-max(1, _PIECES_AT_ONCE // int(lengths[order[-1]])) :]  # the longest first
            order = order[: -len(batch)]
            tokens = np.zeros((len(batch), lengths[batch].max()), dtype=np.int64)
            for place, text in enumerate(batch):
                tokens[place, : lengths[text]] = numbers[text]
            vectors = self._pooled(tokens, lengths[batch])
            rows[batch] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return rows


def has_torch() -> bool:
    """Whether torch is installed, without importing it: that takes seconds and hundreds of megabytes."""
    return find_spec("torch") is not None


def _with_torch(model: SentenceModel) -> Pooled:
    # imported by its name, so that only a worker that runs a model has torch in its memory
    pooled: Pooled = import_module("models_app.encoders.sentence_torch").TorchModel(model).pooled
    return pooled
