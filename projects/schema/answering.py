"""Check the answers to several questions, each in the light of those before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from projects.schema.given import Given
from projects.schema.problems import Problem, SchemaProblems

if TYPE_CHECKING:
    from projects.schema.questions.question import Question


def check_answers(
    questions: Sequence["Question"],
    answers: Mapping[str, Any],
    given: Given,
    others: Mapping[str, "Question"] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """The answers as they are stored, and what is wrong with them, below the questions' names.

    Conditions may name the questions themselves and ``others``, whose answers are in ``given``. A question whose
    condition does not hold must not be answered. In a draft answers may be missing.
    """
    by_name = {**(others or {}), **{question.name: question for question in questions}}
    asked = {question.name for question in questions}
    problems = [Problem(str(name), "is no question of this project.") for name in answers if name not in asked]
    stored: dict[str, Any] = {}
    for question in questions:
        answer = answers.get(question.name)
        so_far = {**given.answers, **stored}
        if question.when is not None and not question.when.holds(by_name, so_far):
            if answer is not None:
                why = question.when.in_words(by_name)
                problems.append(Problem(question.name, f"is not asked here, but only where {why}."))
            continue
        if answer is None:
            if question.required and not given.is_draft:
                problems.append(Problem(question.name, "is not answered."))
            continue
        try:
            stored[question.name] = question.validate(answer, replace(given, answers=so_far))
        except SchemaProblems as error:
            problems += [problem.below(question.name) for problem in error.problems]
    return stored, problems
