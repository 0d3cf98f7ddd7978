"""What several answers to one question add up to. Pure: values in, values out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from projects.schema import Question


class Conclusion(NamedTuple):
    """The project's answer to one question, how it came about, and the share of opinions behind it."""

    value: Any
    method: str
    confidence: float


def conclude(question: Question, answers: Sequence[Any], overlap: int) -> Conclusion | None:
    """Conclude from the answers given so far; None while too few are in, or where they do not agree.

    An answer beyond the overlap (a lease had run out) can settle a tie, but not undo what was agreed before it.

    >>> from projects.schema import parse_schema
    >>> question = {"name": "topic", "kind": "choice", "options": ["a", "b"]}
    >>> [topic] = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [question]}).questions
    >>> conclude(topic, ["a", "b", "a"], overlap=3)
    Conclusion(value='a', method='consensus', confidence=0.6666666666666666)
    >>> conclude(topic, ["a", "b"], overlap=2) is None
    True
    """
    if not answers or len(answers) < overlap:
        return None
    if len(answers) == 1:
        return Conclusion(answers[0], "single", 1.0)
    agreed = question.consensus(answers, [1.0] * len(answers))
    if agreed is not None:
        return Conclusion(agreed[0], "consensus", agreed[1])
    return conclude(question, answers[:-1], overlap)
