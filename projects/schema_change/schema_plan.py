"""What operations on a schema amount to, before they are put in force."""

from dataclasses import dataclass
from typing import Any

from projects.schema import Schema
from projects.schema.mapping import AnswerMapping

# By question, those about regions by both names, values of answers; None for all answers to it.
Values = dict[str, list[str] | None]


@dataclass(frozen=True)
class ChangePlan:
    """Operations on the schema in force, read and found right."""

    current: Schema
    mapping: AnswerMapping

    @property
    def schema(self) -> Schema:
        return self.mapping.steps[-1].after

    @property
    def definitions(self) -> list[dict[str, Any]]:
        return [step.operation.definition() for step in self.mapping.steps]

    @property
    def sends_to_review(self) -> bool:
        """Whether people must look at tasks again."""
        return any(step.operation.looked_at_again for step in self.mapping.steps)

    @property
    def in_words(self) -> list[str]:
        return [step.operation.in_words() for step in self.mapping.steps]

    def values(self, *, lost: bool = False) -> Values:
        """The answers, in today's words, that the operations are about; or those that would mean nothing."""
        found: Values = {}
        today = {name: name for name in self.current.questions_by_name}
        for step in self.mapping.steps:
            operation = step.operation
            whole, _, asked = operation.question.partition(".")
            name = today.get(whole)
            if name is None:
                continue
            about = f"{name}.{asked}" if asked else name
            if operation.loses or not lost:
                touched, known = operation.touches, found.get(about, [])
                found[about] = None if touched is None or known is None else [*known, *touched]
            today[operation.renames.partition(".")[0]] = today.pop(whole)
        return {name: values for name, values in found.items() if values != []}
