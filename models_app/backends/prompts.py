"""What a language model is told: the guideline, the questions with their options, and the task. Nothing private."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema import Question, Schema

_LONGEST_GUIDELINE = 60_000
_LONGEST_FIELD = 60_000

Messages = list[dict[str, str]]


def instructions(schema: Schema, questions: Sequence[Question], guideline: str) -> str:
    """What stays the same from task to task."""
    parts = ["You label tasks exactly as the guideline says. Answer with JSON only, in the form that is asked for."]
    if guideline:
        parts.append(f"# Guideline\n\n{guideline[:_LONGEST_GUIDELINE]}")
    parts += ["# Questions", *(_asked(question) for question in questions)]
    parts.append("“confidence” is how sure you are of all answers together, from 0 to 1.")
    return "\n\n".join(parts)


def _asked(question: Question) -> str:
    lines = [f"## {question.name}: {question.title}"]
    if question.help:
        lines.append(question.help)
    for option in getattr(question, "options", ()):
        if not option.retired:
            lines.append(f"- {option.value}: {option.title}" + (f". {option.help}" if option.help else ""))
    return "\n".join(lines)


def task_in_words(schema: Schema, data: Mapping[str, Any]) -> str:
    """The task as everybody is shown it: ``data`` may hold more, which is left out."""
    parts = []
    for field in schema.fields:
        if field.shown == "all" and data.get(field.name) is not None:
            text = field.text(data[field.name])
            shown = field.search_text(data[field.name]) if text is None else text
            parts.append(f"# {field.title or field.name}\n\n{shown[:_LONGEST_FIELD]}")
    return "\n\n".join(parts)


def answer_form(questions: Sequence[Question]) -> dict[str, Any]:
    """The JSON Schema of a whole reply."""
    answers = {question.name: question.json_schema() for question in questions}
    return {
        "type": "object",
        "properties": {
            "answers": {
                "type": "object",
                "properties": answers,
                "required": list(answers),
                "additionalProperties": False,
            },
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["answers", "confidence"],
        "additionalProperties": False,
    }


def digest_of(request: Mapping[str, Any], address: str) -> str:
    """What a reply is kept under: any other model, prompt, form or text is another digest."""
    return hashlib.sha256(json.dumps([address, request], sort_keys=True).encode()).hexdigest()
