"""What a model says about each row: its three likeliest options with confidences, and how close the first two are."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

TOP = 3
NO_OPTION = 65535  # fills up the top three where there are only two options
_BLOCK = 16_384  # rows at a time: scores of any pool fit into the processor's cache


@dataclass(frozen=True)
class TopOptions:
    """Per row: the columns in ``options`` by falling ``confidences``, and the ``margins`` that strategies go by.

    A margin is the first minus the second probability before calibration: measured at temperatures from 0.1 to 3,
    the learner's own 1 needs the fewest labels.
    """

    options: np.ndarray  # uint16, n x 3; NO_OPTION where there are fewer
    confidences: np.ndarray  # float32, n x 3; 0 where there is no option
    margins: np.ndarray  # float32, n

    def __len__(self) -> int:
        return len(self.margins)


def top_options(scores: np.ndarray, classes: np.ndarray, temperature: float) -> TopOptions:
    """The best three of each row's ``scores``, one column per entry of ``classes``.

    >>> top = top_options(np.log(np.array([[0.5, 0.3, 0.2]])), np.array([7, 8, 9]), 1.0)
    >>> top.options.tolist(), (top.confidences * 100).round().tolist(), (top.margins * 100).round().tolist()
    ([[7, 8, 9]], [[50.0, 30.0, 20.0]], [20.0])
    """
    n_rows, n_classes = scores.shape
    rows = np.arange(n_rows)
    options = np.full((n_rows, TOP), NO_OPTION, dtype=np.uint16)
    confidences = np.zeros((n_rows, TOP), dtype=np.float32)
    if not n_rows:
        return TopOptions(options, confidences, np.zeros(0, dtype=np.float32))
    below_best = scores - scores.max(axis=1, keepdims=True)
    totals = np.exp(below_best / np.float32(temperature)).sum(axis=1)
    totals_uncalibrated = np.exp(below_best).sum(axis=1)
    second = np.full(n_rows, -np.inf, dtype=np.float32)
    # a partial sort of short rows is slower than looking for the highest score three times
    for place in range(min(TOP, n_classes)):
        best = below_best.argmax(axis=1)
        options[:, place] = classes[best]
        distances = below_best[rows, best]
        confidences[:, place] = np.exp(distances / np.float32(temperature)) / totals
        below_best[rows, best] = -np.inf
        if place == 1:
            second = distances
    return TopOptions(options, confidences, (1 - np.exp(second)) / totals_uncalibrated)


def top_options_of_parts(
    parts: Iterable[np.ndarray], coef: np.ndarray, intercept: np.ndarray, classes: np.ndarray, temperature: float
) -> TopOptions:
    """The same for a pool in sparse ``parts``, in blocks: memory grows with the answer, not with the options."""
    blocks = [
        top_options(part[start : start + _BLOCK] @ coef + intercept, classes, temperature)
        for part in parts
        for start in range(0, part.shape[0], _BLOCK)
    ]
    if not blocks:
        blocks = [top_options(np.zeros((0, len(classes))), classes, temperature)]
    return TopOptions(
        np.concatenate([block.options for block in blocks]),
        np.concatenate([block.confidences for block in blocks]),
        np.concatenate([block.margins for block in blocks]),
    )
