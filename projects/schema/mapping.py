"""Answers across schema versions: what was said under one, in the words of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.schema.definition import Schema
from projects.schema.operations import Operation, read_operations
from projects.schema.option_places import questions_of

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One operation between the schemas before and after it, gone forward or ``backward``."""

    operation: Operation
    before: Schema
    after: Schema
    backward: bool = False

    def apply(self, answers: Answers) -> dict[str, Any]:
        operation = self.operation
        old, new = operation.question, operation.renames
        values, schema = operation.forward, self.after
        if self.backward:
            old, new = new, old
            values, schema = operation.backward, self.before
        renamed = {new if name == old else name: answer for name, answer in answers.items()}
        question = questions_of(schema).get(new) if values else None
        if question is None or question.name not in renamed:
            return renamed
        answer = renamed[question.name]
        dropped = question.merged_ids(answer, values)
        renamed[question.name] = question.with_values(answer, values)
        if dropped:
            for name, other in schema.questions_by_name.items():
                if name in renamed:
                    renamed[name] = other.with_references(renamed[name], question.name, dropped)
        return renamed


@dataclass(frozen=True)
class AnswerMapping:
    """Operations one after the other.

    >>> from projects.schema import parse_schema
    >>> options = [{"value": "sport", "title": "Sport"}, {"value": "art", "title": "Art"}]
    >>> asked = {"name": "topic", "kind": "choice", "title": "Topic", "on": "text", "options": options}
    >>> schema = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [asked]})
    >>> rename = {"kind": "rename_option", "question": "topic", "value": "sport", "to": "sports"}
    >>> mapping = read_mapping([rename], schema)
    >>> mapping.apply({"topic": "sport"})
    {'topic': 'sports'}
    >>> mapping.reversed().apply({"topic": "sports"})
    {'topic': 'sport'}
    """

    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __add__(self, other: "AnswerMapping") -> "AnswerMapping":
        return AnswerMapping(self.steps + other.steps)

    def apply(self, answers: Answers) -> dict[str, Any]:
        """The answers, right under the schema before, in the words of the one after."""
        for step in self.steps:
            answers = step.apply(answers)
        return dict(answers)

    def apply_to_one(self, question: str, answer: Any) -> tuple[str, Any]:
        """A single answer with the question that it is now an answer to."""
        ((name, mapped),) = self.apply({question: answer}).items()
        return name, mapped

    def question(self, name: str) -> str:
        """What the question is called after it."""
        for step in self.steps:
            names = (step.operation.question, step.operation.renames)
            old, new = names[::-1] if step.backward else names
            name = new if name == old else name
        return name

    def reversed(self) -> "AnswerMapping":
        """The way back. What a merge has made one stays one."""
        turned = (Step(step.operation, step.before, step.after, not step.backward) for step in reversed(self.steps))
        return AnswerMapping(tuple(turned))


def read_mapping(operations: Sequence[Mapping[str, Any]], schema: Schema) -> AnswerMapping:
    """The mapping that operations, as definitions, make of a schema; raises ``SchemaProblems``."""
    steps, before = [], schema
    for operation, after in read_operations(list(operations), schema):
        steps.append(Step(operation, before, after))
        before = after
    return AnswerMapping(tuple(steps))


def ways_back(operations: Sequence[Mapping[str, Any]], schema: Schema) -> list[dict[str, Any]]:
    """Operations, as definitions, that take these back, last ones first; ``schema`` is that before them."""
    found: list[dict[str, Any]] = []
    for step in read_mapping(operations, schema).steps:
        found = [*step.operation.way_back(step.before), *found]
    return found
