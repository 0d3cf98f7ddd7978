"""How well spans are found, by the rules of seqeval: a span is right when its borders and its label are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models_app.rounds.metrics import Estimate
from models_app.scoring.bootstrap import f1_from_sums

Span = tuple[int, int, str]


@dataclass(frozen=True)
class SpanScores:
    """Counts per text and label: spans found rightly, found at all, and there to be found."""

    labels: tuple[str, ...]
    right: np.ndarray
    predicted: np.ndarray
    true: np.ndarray

    def micro_f1(self) -> Estimate:
        """F1 over all spans, with a bootstrap interval over the texts."""
        return f1_from_sums(self.by_text())

    def macro_f1(self) -> Estimate:
        """The mean F1 of the labels, with a bootstrap interval over the texts."""
        n_labels = len(self.labels)
        if not n_labels:
            return Estimate(0.0, 0.0, 1.0, 0)
        parts = np.concatenate([self.right, self.predicted, self.true], axis=1)
        return f1_from_sums(parts)

    def by_text(self) -> np.ndarray:
        """For each text, how many spans were rightly found, found, and there."""
        return np.stack([one.sum(axis=1) for one in (self.right, self.predicted, self.true)], axis=1)

    def by_label(self) -> list[dict[str, Any]]:
        """Precision, recall and F1 of each label; None where there is nothing to divide by."""
        totals = (self.right.sum(axis=0), self.predicted.sum(axis=0), self.true.sum(axis=0))
        return [
            {
                "label": label,
                "precision": float(right / predicted) if predicted else None,
                "recall": float(right / true) if true else None,
                "f1": float(2 * right / (predicted + true)) if predicted + true else None,
                "predicted": int(predicted),
                "true": int(true),
            }
            for label, right, predicted, true in zip(self.labels, *totals, strict=True)
        ]


def score_spans(truth: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]) -> SpanScores:
    """Compare the spans of each text; of equal spans, one counts.

    References
    ----------
    Tjong Kim Sang and De Meulder (2003), Introduction to the CoNLL-2003 shared task.

    >>> scores = score_spans([[(0, 3, "who"), (9, 13, "where")]], [[(0, 3, "who"), (8, 13, "where")]])
    >>> scores.micro_f1().value, scores.by_label()[1]["f1"]
    (0.5, 1.0)
    """
    if len(truth) != len(predicted):
        raise ValueError(f"There are {len(truth)} texts with true spans but {len(predicted)} with predicted ones.")
    labels = sorted({label for spans in (*truth, *predicted) for _, _, label in spans})
    numbers = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((3, len(truth), len(labels)), dtype=np.int64)
    for row, (true_spans, found_spans) in enumerate(zip(truth, predicted, strict=True)):
        true_set, found_set = set(true_spans), set(found_spans)
        for kind, spans in enumerate((true_set & found_set, found_set, true_set)):
            for _, _, label in spans:
                counts[kind, row, numbers[label]] += 1
    return SpanScores(tuple(labels), *counts)


def spans_of_tags(tags: Sequence[str]) -> list[Span]:
    """The spans of one sentence's tags ``B-x``, ``I-x``, ``O``, as token positions, read as seqeval reads them.

    An ``I`` behind another label or behind nothing begins a span.

    >>> spans_of_tags(["I-a", "I-a", "I-b", "B-b", "O"])
    [(0, 2, 'a'), (2, 3, 'b'), (3, 4, 'b')]
    """
    spans: list[Span] = []
    begin, current = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        prefix, _, label = tag.partition("-")
        if current and (prefix != "I" or label != current):
            spans.append((begin, place, current))
            current = ""
        if prefix in ("B", "I") and not current:
            begin, current = place, label or "_"
    return spans
