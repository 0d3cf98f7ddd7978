"""What is wrong with a definition, a task's data or an answer: always a place and a sentence."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """One mistake: a dotted ``path`` such as ``questions.0.options.2.key`` and a ``message`` for people."""

    path: str
    message: str

    def below(self, prefix: str) -> "Problem":
        return Problem(f"{prefix}.{self.path}" if self.path else prefix, self.message)


class SchemaProblems(ValueError):
    """Raised with every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in self.problems))

    def as_errors(self) -> list[dict[str, str]]:
        return [problem._asdict() for problem in self.problems]


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message can quote it: short, on one line.

    >>> shown("a" * 100, 10)
    "'aaaaaaaa…"
    """
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
