"""The examples in the pure modules' docstrings run and are right."""

import doctest
from importlib import import_module

import pytest

MODULES = [
    "calibration",
    "encoders.tokens",
    "learners.bradley_terry",
    "learners.crf",
    "learners.hierarchical",
    "learners.linear",
    "learners.logistic",
    "learners.multi_label",
    "learners.number",
    "learners.ordinal",
    "learners.relations",
    "learners.span_layers",
    "learners.span_tokens",
    "learners.text_arrays",
    "learners.text_memory",
    "learners.thresholds",
    "learners.top_options",
    "metrics",
    "promotion",
    "retraining",
    "scoring.auto_accept",
    "scoring.bootstrap",
    "scoring.confidences",
    "scoring.forecast",
    "scoring.multi_label",
    "scoring.recalibration",
    "scoring.spans",
    "scoring.stopping",
    "scoring.values",
    "selection.clustering",
    "selection.committee",
    "selection.doubts",
    "selection.explanations",
    "selection.near_copies",
    "selection.strategies",
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_right(name: str) -> None:
    result = doctest.testmod(import_module(f"models_app.{name}"), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0
