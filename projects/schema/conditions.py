"""When a question is asked: a condition on the answers to earlier ones.

Only earlier questions can be named, so conditions cannot go in circles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projects.schema.problems import Problem, shown
from projects.schema.reading import Reader

if TYPE_CHECKING:
    from projects.schema.questions.question import Question

_TESTS = ("is", "is_not", "at_least", "at_most", "answered")


@dataclass(frozen=True)
class Condition:
    """A question's answer compared: ``test`` is one of is, is_not (with values), at_least, at_most (with a number),
    answered (with true or false). What was not answered passes ``is_not`` and ``answered: false`` only."""

    question: str
    test: str
    values: tuple[str, ...] = ()
    bound: float = 0.0
    answered: bool = True

    def holds(self, questions: Mapping[str, "Question"], answers: Mapping[str, Any]) -> bool:
        answer = answers.get(self.question)
        if self.test == "answered":
            return (answer is not None) == self.answered
        if answer is None:
            return self.test == "is_not"
        if self.test in {"at_least", "at_most"}:
            return isinstance(answer, int | float) and (
                answer >= self.bound if self.test == "at_least" else answer <= self.bound
            )
        has = bool(set(self.values) & set(questions[self.question].values(answer)))
        return has if self.test == "is" else not has

    def definition(self) -> dict[str, Any]:
        value: Any = list(self.values) if len(self.values) != 1 else self.values[0]
        given = {"answered": self.answered, "at_least": self.bound, "at_most": self.bound}.get(self.test, value)
        return {"question": self.question, self.test: given}

    def in_words(self, questions: Mapping[str, "Question"]) -> str:
        title = questions[self.question].title
        said = {
            "is": f"is {' or '.join(self.values)}",
            "is_not": f"is not {' or '.join(self.values)}",
            "at_least": f"is {self.bound:g} or more",
            "at_most": f"is {self.bound:g} or less",
            "answered": "is answered" if self.answered else "is not answered",
        }
        return f"“{title}” {said[self.test]}"


def read_condition(definition: Any, questions: Mapping[str, "Question"]) -> tuple[Condition | None, list[Problem]]:
    """The condition, or None with what is wrong with it; None without problems where there is none."""
    if definition is None:
        return None, []
    if not isinstance(definition, Mapping):
        return None, [Problem("when", f"{shown(definition)} is no condition: an object is needed.")]
    read = Reader(definition)
    name = read.text("question", limit=40)
    asked = questions.get(name)
    if asked is None:
        known = ", ".join(questions) or "none"
        read.wrong("question", f"{shown(name)} is no question before this one; those are: {known}.")
    tests = [test for test in _TESTS if test in definition]
    if len(tests) != 1:
        read.wrong("", f"Say one of {', '.join(_TESTS)}.")
    condition = Condition(
        name,
        tests[0] if tests else "answered",
        values=tuple(dict.fromkeys((*read.texts("is", limit=80), *read.texts("is_not", limit=80)))),
        bound=(read.number("at_least") or read.number("at_most") or 0.0),
        answered=read.flag("answered", default=True),
    )
    known_values = asked.known_values if asked is not None else None
    if known_values is not None:
        for value in condition.values:
            if value not in known_values:
                read.wrong(condition.test, f"{shown(value)} is no answer to “{name}”.")
    problems = [problem.below("when") for problem in read.problems]
    return (None, problems) if problems else (condition, [])
