"""Read lists of fields and questions from their JSON form, each by its kind."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from labelplatform.registry import Registry
from projects.schema.kinds import field_kinds, question_kinds
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.repeated import RepeatedQuestion

if TYPE_CHECKING:
    from projects.schema.fields.field import Field
    from projects.schema.questions.question import Around, Question

MAX_QUESTIONS = 200


def parse_fields(definitions: Any) -> tuple[list["Field"], list[Problem]]:
    """The fields, with the problems of those that are none; paths begin with ``fields``."""
    fields: list[Field] = []
    problems: list[Problem] = []
    for position, definition, kind in _parts(definitions, "fields", field_kinds, problems):
        try:
            fields.append(kind.parse(definition))
        except SchemaProblems as error:
            problems += [problem.below(f"fields.{position}") for problem in error.problems]
    return fields, problems


def parse_questions(definitions: Any, around: "Around") -> tuple[list["Question"], list[Problem]]:
    """The questions in order; each may refer to those before it and to what is ``around``."""
    questions: list[Question] = []
    problems: list[Problem] = []
    for position, definition, kind in _parts(definitions, "questions", question_kinds, problems):
        try:
            before = around.with_questions(questions)
            is_repeated = definition.get("per") is not None
            question = (
                RepeatedQuestion.read(definition, kind, before) if is_repeated else kind.parse(definition, before)
            )
            questions.append(question)
        except SchemaProblems as error:
            problems += [problem.below(f"questions.{position}") for problem in error.problems]
    return questions, problems


def _parts(
    definitions: Any, place: str, kinds: Registry, problems: list[Problem]
) -> Iterator[tuple[int, Mapping[str, Any], Any]]:
    """Yield position, part and kind class of each well-formed part; note what is wrong with the others."""
    if not isinstance(definitions, list) or not definitions:
        problems.append(Problem(place, "At least one is needed."))
        return
    if len(definitions) > MAX_QUESTIONS:
        problems.append(Problem(place, f"There are {len(definitions):,}; {MAX_QUESTIONS} is the most."))
        return
    for position, definition in enumerate(definitions):
        if not isinstance(definition, Mapping):
            problems.append(Problem(f"{place}.{position}", f"{shown(definition)} is not an object."))
        elif definition.get("kind") not in kinds:
            known = ", ".join(kinds)
            problems.append(
                Problem(f"{place}.{position}.kind", f"{shown(definition.get('kind'))} is no kind: {known}.")
            )
        else:
            yield position, definition, kinds.get(str(definition["kind"]))
