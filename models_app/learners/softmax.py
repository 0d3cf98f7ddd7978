"""Multinomial logistic regression on a sparse and a dense part side by side, each multiplied in its own way."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from models_app.learners.descent import minimum


def softmax_weights(
    words: sp.csr_matrix, meaning: np.ndarray, y: np.ndarray, *, n_classes: int, C: float
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients, those of the sparse columns above those of the dense ones, and intercepts; float32.

    ``y`` are the classes' numbers. Every class counts the same, however many rows it has.
    """
    n_rows, n_words = words.shape
    n_columns = n_words + meaning.shape[1]
    class_weights = n_rows / (n_classes * np.bincount(y, minlength=n_classes))
    shares = (class_weights[y] / n_rows).astype(np.float32)
    # two opposite columns share one weight's work, so that two classes are held back as one column would be
    strength = np.float32((2 if n_classes == 2 else 1) / (C * n_rows))
    everything = np.arange(n_rows)
    words_turned = words.T.tocsr()

    def loss_and_slope(place: np.ndarray) -> tuple[float, np.ndarray]:
        coef: Any = place[:-1]
        scores = np.asarray(words @ coef[:n_words])
        scores += meaning @ coef[n_words:]
        scores += place[-1]
        scores -= scores.max(axis=1, keepdims=True)
        right = scores[everything, y]
        np.exp(scores, out=scores)
        totals = scores.sum(axis=1)
        loss = float(shares @ (np.log(totals) - right)) + float(strength / 2 * np.vdot(coef, coef))
        scores /= totals[:, None]
        scores[everything, y] -= 1
        scores *= shares[:, None]
        slope = np.empty_like(place)
        slope[:n_words] = words_turned @ scores
        slope[n_words:-1] = meaning.T @ scores
        slope[:-1] += strength * coef
        slope[-1] = scores.sum(axis=0)
        return loss, slope

    found = minimum(loss_and_slope, np.zeros((n_columns + 1, n_classes), dtype=np.float32))
    return found[:-1], found[-1]
