"""A schema as a labeling configuration, and answers as Label Studio's results, to and fro."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from projects.label_studio.controls import CONTROLS, NoAnswer
from projects.label_studio.region_controls import elements, own_results, with_own_answers
from projects.schema import Question, Schema

_OBJECTS = {"text": "Text", "rich_text": "HyperText", "image": "Image", "audio": "Audio"}


def askable_questions(schema: Schema) -> list[Question]:
    """The questions that can be put to a server that speaks this protocol, in order."""
    return [
        question
        for question in schema.questions
        if question.kind in CONTROLS and schema.fields_by_name[question.on].shown == "all"
    ]


def as_configuration(schema: Schema) -> str:
    """The configuration: every field that all may see, and the questions that can be asked about it.

    >>> from projects.schema import parse_schema
    >>> as_configuration(parse_schema({"fields": [{"name": "text", "kind": "text"}],
    ...     "questions": [{"name": "mood", "kind": "choice", "options": ["good", "bad"]}]}))  # doctest: +ELLIPSIS
    '<View><Text name="text" value="$text" /><Choices name="mood" toName="text" choice="single"><Choice ...'
    """
    root = Element("View")
    for field in schema.fields:
        if field.shown == "all":
            tag = "Text" if field.name in schema.marked_fields else _OBJECTS.get(field.kind, "Text")
            SubElement(root, tag, {"name": _to_name(schema, field.name), "value": f"${field.name}"})
    for question in askable_questions(schema):
        to_name = _to_name(schema, question.on)
        root.append(CONTROLS[question.kind].element(question, to_name))
        root.extend(elements(schema, question, to_name))
    return tostring(root, encoding="unicode")


def as_task_data(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """A task's data as it is sent: of a document in which places are marked the text that they count."""
    texts = {name: schema.fields_by_name[name].text(data[name]) for name in schema.marked_fields & data.keys()}
    return {**data, **{name: text for name, text in texts.items() if isinstance(data[name], str)}}


def answers_in(schema: Schema, results: Sequence[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """By question what one task's results answer, unchecked, or a ``NoAnswer`` in its place.

    Results for what is not asked here are passed over. A question that is answered by marks is answered by an
    empty list where something else was answered, or nothing at all was.
    """
    asked = {question.name: question for question in askable_questions(schema)}
    by_question: defaultdict[str, list[Any]] = defaultdict(list)
    for result in results:
        if isinstance(result, Mapping) and result.get("from_name") in asked:
            by_question[str(result["from_name"])].append(result)
    answers: dict[str, Any] = {}
    for name, question in asked.items():
        control = CONTROLS[question.kind]
        if name not in by_question and not (control.marks and (by_question or not results)):
            continue
        try:
            answer = control.read(question, by_question[name], _medium(schema, question, data))
            if control.marks:
                answer = with_own_answers(schema, question, answer, by_question[name], results)
            answers[name] = answer
        except NoAnswer as problem:
            answers[name] = problem
    return answers


def as_results(schema: Schema, answers: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answers as the results that training takes."""
    found: list[dict[str, Any]] = []
    for question in askable_questions(schema):
        if question.name not in answers:
            continue
        answer, control, medium = answers[question.name], CONTROLS[question.kind], _medium(schema, question, data)
        made = [
            {
                "id": f"{question.name}-{number}",
                "from_name": question.name,
                "to_name": _to_name(schema, question.on),
                "type": control.result_type,
                **control.beside(medium),
                "value": dict(value),
            }
            for number, value in enumerate(control.write(question, answer, medium), start=1)
        ]
        found += made
        if control.marks:
            found += own_results(schema, question, answer, made)
    return found


def _medium(schema: Schema, question: Question, data: Mapping[str, Any]) -> Any:
    """What a question is about: the text that offsets count, else the field's value; "" where a task lacks it."""
    value = data.get(question.on)
    text = schema.fields_by_name[question.on].text(value) if value is not None else ""
    return value if text is None else text


def _to_name(schema: Schema, field: str) -> str:
    """Tags share one space of names there; fields and questions have one each here."""
    return f"{field}__field" if field in schema.questions_by_name else field
