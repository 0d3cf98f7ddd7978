"""The examples in the modules' docstrings run and are right."""

import doctest
from importlib import import_module

import pytest
from django.conf import settings

PARTS = ("labelplatform", "projects", "annotations", "models_app")
MODULES = [
    ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
    for part in PARTS
    for path in sorted((settings.BASE_DIR / part).rglob("*.py"))
    if "    >>> " in path.read_text()
]


def test_modules_with_examples_are_found() -> None:
    assert "models_app.rounds.calibration" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_right(name: str) -> None:
    result = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0
