"""What a model says about each row: its three likeliest options with confidences, and how much it doubts them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from models_app.encoders.rows import Rows
from models_app.selection.doubts import Doubts

TOP = 3
NO_OPTION = 65535  # fills up the top three where there are only two options
_BLOCK = 16_384  # rows at a time: scores of any pool fit into the processor's cache


@dataclass(frozen=True)
class TopOptions:
    """Per row: the columns in ``options`` by falling ``confidences``, and the ``doubts`` that strategies go by.

    Doubts are those before calibration: measured at temperatures from 0.1 to 3, the learner's own 1 needs the fewest
    labels.
    """

    options: np.ndarray  # uint16, n x 3; NO_OPTION where there are fewer
    confidences: np.ndarray  # float32, n x 3; 0 where there is no option
    doubts: Doubts

    def __len__(self) -> int:
        return len(self.options)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Those of several parts of a pool, one after the other; at least one part."""
        return cls(
            np.concatenate([part.options for part in parts]),
            np.concatenate([part.confidences for part in parts]),
            Doubts.joined(part.doubts for part in parts),
        )


def top_options(
    scores: np.ndarray, classes: np.ndarray, temperature: float, measures: Collection[str] = ()
) -> TopOptions:
    """The best three of each row's ``scores``, one column per entry of ``classes``.

    ``measures`` names costly doubts that are wanted as well: "entropies".

    >>> top = top_options(np.log(np.array([[0.5, 0.3, 0.2]])), np.array([7, 8, 9]), 1.0)
    >>> top.options.tolist(), (top.confidences * 100).round().tolist(), (top.doubts.margins * 100).round().tolist()
    ([[7, 8, 9]], [[50.0, 30.0, 20.0]], [20.0])
    """
    n_rows, n_classes = scores.shape
    rows = np.arange(n_rows)
    options = np.full((n_rows, TOP), NO_OPTION, dtype=np.uint16)
    confidences = np.zeros((n_rows, TOP), dtype=np.float32)
    if not n_rows:
        none = np.zeros(0, dtype=np.float32)
        return TopOptions(options, confidences, Doubts(none, none, none if "entropies" in measures else None))
    below_best = scores - scores.max(axis=1, keepdims=True)
    totals = np.exp(below_best / np.float32(temperature)).sum(axis=1)
    likelihoods = np.exp(below_best)
    totals_uncalibrated = likelihoods.sum(axis=1)
    entropies = None
    if "entropies" in measures:
        entropies = np.log(totals_uncalibrated) - (likelihoods * below_best).sum(axis=1) / totals_uncalibrated
        entropies = (entropies / np.log(max(2, n_classes))).astype(np.float32)
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
    first = (1 / totals_uncalibrated).astype(np.float32)
    margins = ((1 - np.exp(second)) / totals_uncalibrated).astype(np.float32)
    return TopOptions(options, confidences, Doubts(margins, first, entropies))


def top_options_of_parts(
    parts: Iterable[Rows],
    coef: np.ndarray,
    intercept: np.ndarray,
    classes: np.ndarray,
    temperature: float,
    measures: Collection[str] = (),
) -> TopOptions:
    """The same for a pool in ``parts``, in blocks: memory grows with the answer, not with the options."""
    blocks = [
        top_options(part[start : start + _BLOCK] @ coef + intercept, classes, temperature, measures)
        for part in parts
        for start in range(0, part.shape[0], _BLOCK)
    ]
    if not blocks:
        blocks = [top_options(np.zeros((0, len(classes))), classes, temperature, measures)]
    return TopOptions.joined(blocks)
