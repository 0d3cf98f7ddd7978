"""Which finished tasks a reviewer looks at. Pure: facts in, a number of levels out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from projects.schema import Question, Schema

_TWO_TO_64 = float(2**64)


@dataclass(frozen=True)
class ReviewRules:
    """A project's policy of review; ``options`` are reviewed whatever the rest says."""

    policy: str = "none"
    levels: int = 1
    percent: int = 0
    newcomer_percent: int = 0
    confidence_percent: int = 0
    options: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Opinion:
    """One person's answers, what models had suggested to them, and whether they are new to the project."""

    author_id: int
    answers: Mapping[str, Any]
    suggestions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_newcomer: bool = False


def wanted_levels(rules: ReviewRules, schema: Schema, opinions: Sequence[Opinion], *, seed: int, task_id: int) -> int:
    """How many reviews a task with these opinions needs.

    The random share is drawn by a hash of project, task and author: the same answers are drawn alike however often
    it is asked, and nobody can choose a task that is not.
    """
    if not opinions:
        return 0
    is_wanted = (
        _has_option(rules, schema, opinions)
        or {
            "all": lambda: True,
            "sample": lambda: any(_is_drawn(rules, opinion, seed, task_id) for opinion in opinions),
            "disagreements": lambda: bool(disagreements(schema, [opinion.answers for opinion in opinions])),
            "low_confidence": lambda: any(_is_doubted(rules, schema, opinion) for opinion in opinions),
        }.get(rules.policy, lambda: False)()
    )
    return rules.levels if is_wanted else 0


def disagreements(schema: Schema, answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the questions that were not answered alike, in the schema's order.

    >>> from projects.schema import parse_schema
    >>> question = {"name": "topic", "kind": "choice", "options": ["a", "b"]}
    >>> schema = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [question]})
    >>> disagreements(schema, [{"topic": "a"}, {"topic": "b"}])
    ['topic']
    """
    opinions = [schema.opinion(one) for one in answers]
    return [question.name for question in schema.questions if not _is_agreed(question, opinions)]


def merged_answers(schema: Schema, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answers that all agree on."""
    differing = disagreements(schema, answers)
    return {name: answer for name, answer in answers[0].items() if name not in differing} if answers else {}


def answers_begun(schema: Schema, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Where adjudication begins: what all agree on, and of the rest the parts that all have."""
    begun = merged_answers(schema, answers)
    for question in schema.questions:
        given = [one[question.name] for one in answers if question.name in one]
        if question.name not in begun and given and len(given) == len(answers):
            shared = question.shared_part(given)
            if shared is not None:
                begun[question.name] = shared
    return begun


def _is_agreed(question: Question, answers: Sequence[Mapping[str, Any]]) -> bool:
    given = [one[question.name] for one in answers if question.name in one]
    if len(given) not in {0, len(answers)}:
        return False
    return all(question.distance(given[0], other) == 0 for other in given[1:])


def _has_option(rules: ReviewRules, schema: Schema, opinions: Sequence[Opinion]) -> bool:
    return bool(rules.options) and any(
        not rules.options.isdisjoint(question.values(opinion.answers[question.name]))
        for opinion in opinions
        for question in schema.questions
        if question.name in opinion.answers
    )


def _is_drawn(rules: ReviewRules, opinion: Opinion, seed: int, task_id: int) -> bool:
    percent = rules.newcomer_percent if opinion.is_newcomer else rules.percent
    key = seed.to_bytes(8, "big", signed=True)
    digest = blake2b(f"review {task_id} {opinion.author_id}".encode(), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "big") / _TWO_TO_64 * 100 < percent


def _is_doubted(rules: ReviewRules, schema: Schema, opinion: Opinion) -> bool:
    """Whether the model found the answer less likely than the project wants; without a model nothing is doubted, nor by
    one that does not say how sure it is."""
    for name, prediction in opinion.suggestions.items():
        question = schema.questions_by_name.get(name)
        if question is None or name not in opinion.answers:
            continue
        confidence = question.confidence_in(opinion.answers[name], prediction, opinion.answers)
        if confidence is not None and confidence * 100 < rules.confidence_percent:
            return True
    return False
