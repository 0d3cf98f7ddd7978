"""A whole schema: its fields, its questions, and what they accept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from projects.schema.answering import check_answers
from projects.schema.fields.field import Field
from projects.schema.given import Given
from projects.schema.names import duplicates
from projects.schema.parsing import parse_fields, parse_questions
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import Around, Question

# TaskContent.search_text is bounded: PostgreSQL refuses a text vector above 1 MB.
MAX_SEARCH_CHARACTERS = 200_000


@dataclass(frozen=True)
class Schema:
    fields: tuple[Field, ...]
    questions: tuple[Question, ...]

    @cached_property
    def fields_by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def rendered_fields(self) -> frozenset[str]:
        """Names of the fields that are made into safe HTML before they are shown."""
        return frozenset(field.name for field in self.fields if field.is_rendered)

    @cached_property
    def marked_fields(self) -> frozenset[str]:
        """Names of the fields in whose text people mark places."""
        return frozenset(question.on for question in self.questions if question.marks_text)

    @cached_property
    def media_fields(self) -> tuple[Field, ...]:
        """The fields that show uploaded files."""
        return tuple(field for field in self.fields if field.media)

    @cached_property
    def hides_fields(self) -> bool:
        """Whether there is a field that not everybody is shown."""
        return any(field.shown != "all" for field in self.fields)

    @cached_property
    def questions_by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}

    def definition(self) -> dict[str, Any]:
        """The JSON form, with every default that matters filled in."""
        return {
            "fields": [field.definition() for field in self.fields],
            "questions": [question.definition() for question in self.questions],
        }

    def validate_task_data(self, data: Any) -> dict[str, Any]:
        """The data as it is stored, one value per field; raises ``SchemaProblems`` with the fields' names as paths."""
        if not isinstance(data, Mapping):
            raise SchemaProblems([Problem("", f"{shown(data)} is no object of fields.")])
        stored: dict[str, Any] = {}
        problems = [
            Problem(str(name), "is no field of this project; send it as metadata.")
            for name in data
            if not any(field.name == name for field in self.fields)
        ]
        for field in self.fields:
            value = data.get(field.name)
            if isinstance(value, str):
                value = field.read_text(value)
            if value is None:
                if field.required:
                    problems.append(Problem(field.name, "is missing."))
                continue
            try:
                stored[field.name] = field.validate(value)
            except SchemaProblems as error:
                problems += [problem.below(field.name) for problem in error.problems]
        if problems:
            raise SchemaProblems(problems)
        return stored

    def validate_answers(self, answers: Any, data: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """The answers as they are stored; raises ``SchemaProblems`` with the questions' names as paths.

        ``partial`` accepts a draft: questions may be missing and answers given by halves, but what is there
        must be right.
        """
        if not isinstance(answers, Mapping):
            raise SchemaProblems([Problem("answers", f"{shown(answers)} is no object of answers.")])
        stored, problems = check_answers(self.questions, answers, replace(self.given(data), is_draft=partial))
        if problems:
            raise SchemaProblems([problem.below("answers") for problem in problems])
        return stored

    def asked(self, answers: Mapping[str, Any]) -> list[str]:
        """Names of the questions that these answers lead to; an answer to what is not asked leads nowhere."""
        asked: dict[str, Any] = {}
        for question in self.questions:
            if question.when is None or question.when.holds(self.questions_by_name, asked):
                asked[question.name] = answers.get(question.name)
        return list(asked)

    def with_answers(self, held: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
        """What is said now beside what was held until now, without what is not asked any more."""
        asked = self.asked({**held, **said})
        return {**{name: answer for name, answer in held.items() if name in asked}, **said}

    def given(self, data: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> Given:
        """What answers about a task with this data are checked against; ``answers`` are those that they point into."""
        return Given(data, self.fields_by_name, answers or {})

    def names(self, question: Question, data: Mapping[str, Any]) -> dict[str, str]:
        """What people at work see the things called, by id, that the question's field lists."""
        value = data.get(question.on)
        return {} if value is None else self.fields_by_name[question.on].names(value)

    def opinion(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """One person's answers as ``distance`` and ``consensus`` compare them; see ``Question.compared``."""
        known = self.questions_by_name
        return {name: known[name].compared(answer, answers) for name, answer in answers.items() if name in known}

    def visible(self, data: Mapping[str, Any], *, to_reviewers: bool = False) -> dict[str, Any]:
        """The data without the fields that people at work on a task are not shown."""
        if not self.hides_fields:
            return dict(data)
        hidden = {"nobody"} if to_reviewers else {"nobody", "reviewers"}
        kept = {field.name for field in self.fields if field.shown not in hidden}
        return {name: value for name, value in data.items() if name in kept}

    def example(self) -> dict[str, Any]:
        """A task's data made up, to show the schema with."""
        return {field.name: field.example() for field in self.fields}

    def search_text(self, data: Mapping[str, Any]) -> str:
        """What full-text search finds a task with this data by."""
        texts = (field.search_text(data[field.name]) for field in self.fields if data.get(field.name) is not None)
        return "\n".join(texts)[:MAX_SEARCH_CHARACTERS]


def parse_schema(definition: Any) -> Schema:
    """Read a schema from its JSON form; raises ``SchemaProblems`` with everything that is wrong.

    >>> schema = parse_schema({
    ...     "fields": [{"name": "text", "kind": "text"}],
    ...     "questions": [{"name": "topic", "kind": "choice", "options": ["sports", "politics"]}],
    ... })
    >>> schema.validate_answers({"topic": "sports"}, {"text": "..."})
    {'topic': 'sports'}
    """
    if not isinstance(definition, Mapping):
        raise SchemaProblems([Problem("", f"{shown(definition)} is no schema: an object is needed.")])
    problems: list[Problem] = [
        Problem(str(name), "is not part of a schema.") for name in definition if name not in {"fields", "questions"}
    ]
    fields, found = parse_fields(definition.get("fields"))
    problems += found
    questions, found = parse_questions(definition.get("questions"), Around({field.name: field for field in fields}))
    problems += found
    for place, parts in (("fields", fields), ("questions", questions)):
        names = duplicates(part.name for part in parts)
        problems += [Problem(place, f"The name {shown(name)} is used twice.") for name in names]
    if problems:
        raise SchemaProblems(problems)
    return Schema(tuple(fields), tuple(questions))
