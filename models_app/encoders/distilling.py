"""Distil a semantic table from a sentence model: its vectors of single word pieces, shortened and weighted."""

import numpy as np

from models_app.encoders.static_table import StaticTable
from models_app.encoders.word_pieces import WordPieces

N_COMPONENTS = 256
_COMMON = 1e-4


def distil(vectors: np.ndarray, pieces: WordPieces, *, n_components: int = N_COMPONENTS) -> StaticTable:
    """The table of ``vectors`` (float32, one row per piece): their principal components, weighted by rank.

    A vocabulary lists its pieces by falling frequency, so a piece's number stands for how common it is (Zipf's law),
    and a common one says little. Marks such as ``[CLS]`` say nothing.

    References
    ----------
    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings.
    """
    is_used = np.array([bool(piece) and not is_mark(piece) for piece in pieces.pieces])
    if not is_used.any():
        raise ValueError("The vocabulary has no word pieces.")
    centred = vectors - vectors[is_used].mean(axis=0, dtype=np.float64).astype(np.float32)
    covariance = (centred[is_used].T @ centred[is_used]).astype(np.float64) / is_used.sum()
    _, directions = np.linalg.eigh(covariance)
    shortened = centred @ directions[:, ::-1][:, :n_components].astype(np.float32)
    shares = 1 / np.arange(1, len(pieces) + 1)
    weights = _COMMON / (_COMMON + shares / shares.sum())
    shortened *= weights[:, None].astype(np.float32)
    shortened[~is_used] = 0
    largest = float(np.abs(shortened).max())
    if not np.isfinite(largest) or largest == 0:
        raise ValueError("The model gives every word piece the same vector.")
    return StaticTable(pieces, (shortened / np.float32(largest)).astype(np.float16))


def is_mark(piece: str) -> bool:
    """Whether a piece is none of a word: ``[CLS]``, ``[unused7]``.

    >>> is_mark("[CLS]"), is_mark("[")
    (True, False)
    """
    return len(piece) > 2 and piece.startswith("[") and piece.endswith("]")
