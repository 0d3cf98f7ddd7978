"""Read one part of a schema's JSON form: each value checked, everything that is wrong noted, nothing overlooked."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projects.schema.names import duplicates, name_problems
from projects.schema.problems import Problem, SchemaProblems, shown


class Reader:
    """Takes values out of a definition. What is wrong is gathered in ``problems``, and a default stands in for it.

    >>> read = Reader({"name": "mood", "minimum": 3})
    >>> read.name(), read.flag("required", default=True)
    ('mood', True)
    >>> read.finish("a rating")
    Traceback (most recent call last):
    projects.schema.problems.SchemaProblems: minimum: is not part of a rating.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.problems: list[Problem] = []
        self._known: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """The value as it stands, for a caller that checks it by itself."""
        self._known.add(name)
        value = self.definition.get(name)
        return default if value is None else value

    def wrong(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def name(self) -> str:
        name = self.get("name")
        self.problems += name_problems(name)
        return name if isinstance(name, str) else ""

    def text(self, name: str, *, limit: int, default: str = "") -> str:
        value = self.get(name, default)
        if not isinstance(value, str):
            self.wrong(name, f"{shown(value)} is not text.")
            return default
        if len(value) > limit:
            self.wrong(name, f"is {len(value):,} characters long; {limit:,} is the most.")
            return default
        return value.strip()

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.get(name, default)
        if isinstance(value, bool):
            return value
        self.wrong(name, f"{shown(value)} is neither true nor false.")
        return default

    def whole(self, name: str, *, default: int, least: int, most: int) -> int:
        value = self.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(name, f"{shown(value)} is no whole number from {least:,} to {most:,}.")
        return default

    def number(self, name: str) -> float | None:
        """An optional number; a whole one stays whole."""
        value = self.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)):
            return value
        self.wrong(name, f"{shown(value)} is no number.")
        return None

    def one_of(self, name: str, allowed: Sequence[str], *, default: str) -> str:
        value = self.get(name, default)
        if value in allowed:
            return str(value)
        self.wrong(name, f"{shown(value)} is none of: {', '.join(allowed)}.")
        return default

    def texts(self, name: str, *, limit: int) -> tuple[str, ...]:
        """An optional list of texts, or a single one."""
        value = self.get(name, [])
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(one, str) and one and len(one) <= limit for one in values):
            return tuple(values)
        self.wrong(name, f"{shown(value)} is no list of texts.")
        return ()

    def rows(self, name: str, *, what: str, most: int) -> Iterator[tuple[int, str, "Reader"]]:
        """Each part of an optional list with its number and name; a text alone is a name.

        What is wrong with a part is noted once the next one is asked for; names must differ.
        """
        definitions = self.get(name, [])
        if not isinstance(definitions, list) or len(definitions) > most:
            self.wrong(name, f"{shown(definitions)} is no list of up to {most} {what}s.")
            return
        names: list[str] = []
        for number, definition in enumerate(definitions):
            if not isinstance(definition, str | Mapping):
                self.wrong(f"{name}.{number}", f"{shown(definition)} is no {what}.")
                continue
            part = Reader({"name": definition} if isinstance(definition, str) else definition)
            names.append(part.text("name", limit=80))
            if not names[-1]:
                part.wrong("name", "is missing.")
            yield number, names[-1], part
            try:
                part.finish(f"a {what}")
            except SchemaProblems as error:
                self.problems += [problem.below(f"{name}.{number}") for problem in error.problems]
        for twice in duplicates(names):
            self.wrong(name, f"The name {shown(twice)} is used twice.")

    def finish(self, what: str) -> None:
        """Raise ``SchemaProblems`` with all that was wrong; a key that nothing asked for is a mistake, too."""
        unknown = [str(name) for name in self.definition if name not in self._known]
        self.problems += [Problem(name, f"is not part of {what}.") for name in unknown]
        if self.problems:
            raise SchemaProblems(self.problems)
