"""Names in a schema: of fields, questions and options."""

import re
from collections.abc import Iterable
from typing import Any

from projects.schema.problems import Problem, shown

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VALUE = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,78}[^\s\x00-\x1f])?")


def name_problems(name: Any) -> list[Problem]:
    """A field or question name: lower-case letters, digits, underscores; it becomes a key and a column."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return []
    rule = "a lower-case letter, then letters, digits or _, 40 at most"
    return [Problem("name", f"{shown(name)} is no name: {rule}.")]


def value_problems(value: Any) -> list[Problem]:
    """An option's value: what is stored and exported; any text on one line, without spaces around it."""
    if isinstance(value, str) and _VALUE.fullmatch(value):
        return []
    return [Problem("value", f"{shown(value)} is no value: 1 to 80 characters on one line, no spaces around them.")]


def duplicates(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def read_text(definition: Any, name: str, *, limit: int, default: str = "") -> tuple[str, list[Problem]]:
    """An optional text of a definition, with its problems."""
    value = definition.get(name, default)
    if not isinstance(value, str):
        return default, [Problem(name, f"{shown(value)} is not text.")]
    if len(value) > limit:
        return default, [Problem(name, f"is {len(value)} characters long; {limit} is the most.")]
    return value.strip(), []
