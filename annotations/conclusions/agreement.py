"""How far people agree. Pure: plain values in, plain values out."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from labelplatform.certainty import Share, wilson
from projects.schema import Question


def agreement_with_others(
    question: Question, tasks: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]]
) -> Share | None:
    """How often one person's answers are those of the others; None where no task was answered by both.

    ``tasks`` gives for each task the person's answers and the other people's, as ``Schema.opinion`` compares them. A
    task counts once, however many others answered it, so that the tasks can be taken as independent; the interval holds
    for few tasks, too.

    >>> from projects.schema import parse_schema
    >>> question = {"name": "topic", "kind": "choice", "options": ["a", "b"]}
    >>> [topic] = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [question]}).questions
    >>> found = agreement_with_others(topic, [({"topic": "a"}, [{"topic": "a"}, {"topic": "b"}]), ({}, [])])
    >>> found.value, found.n
    (0.5, 1)
    """
    shares = [share for own, others in tasks if (share := _share(question, own, others)) is not None]
    return wilson(math.fsum(shares), len(shares))


def _share(question: Question, own: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> float | None:
    if question.name not in own:
        return None
    given = [answers[question.name] for answers in others if question.name in answers]
    if not given:
        return None
    return math.fsum(1 - question.distance(own[question.name], answer) for answer in given) / len(given)
