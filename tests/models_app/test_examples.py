"""The examples in the pure modules' docstrings run and are right."""

import doctest
from importlib import import_module

import pytest

MODULES = [
    "calibration",
    "encoders.tokens",
    "learners.logistic",
    "learners.top_options",
    "metrics",
    "promotion",
    "retraining",
    "selection.clustering",
    "selection.strategies",
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_right(name: str) -> None:
    result = doctest.testmod(import_module(f"models_app.{name}"), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0
