"""How an attempt at a quiz is judged. Pure: plain values in, plain values out."""

from collections.abc import Mapping
from typing import Any

from projects.schema import Schema


def is_right(schema: Schema, known: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a task was answered as it is known to be: all questions alike. What is not known is not judged.

    >>> from projects.schema import parse_schema
    >>> question = {"name": "topic", "kind": "choice", "options": ["a", "b"]}
    >>> schema = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [question]})
    >>> is_right(schema, {"topic": "a"}, {"topic": "a"}), is_right(schema, {"topic": "a"}, {})
    (True, False)
    """
    right, said = schema.opinion(known), schema.opinion(given)
    return all(
        question.name in said and question.distance(right[question.name], said[question.name]) == 0
        for question in schema.questions
        if question.name in right
    )


def has_passed(right: int, total: int, pass_percent: int) -> bool:
    """Whether so many right tasks are enough.

    >>> has_passed(4, 5, 80), has_passed(3, 5, 80), has_passed(0, 0, 80)
    (True, False, False)
    """
    return total > 0 and right * 100 >= pass_percent * total
