"""A model's answer as people are shown it: what the question still allows, with the words that speak for it.

Of a question about each part of a task, every part by itself. This runs in the web process: no numpy here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models_app.versions.predictions_file import AnsweredTask, Ranked
from models_app.versions.word_weights import WordWeights
from projects.schema.fields.field import Field
from projects.schema.questions.question import Question
from projects.schema.repeated import RepeatedQuestion

_NOT_SHOWN = {"confidence", "ranked"}


@dataclass(frozen=True)
class Doubt:
    """The likeliest single values by title with their confidences, where a model compares any, and which part of the
    task they are ``about``: empty for the task as a whole."""

    likeliest: Sequence[tuple[str, float]] = ()
    about: str = ""


def as_allowed(question: Question, found: AnsweredTask) -> AnsweredTask | None:
    """Without options that are gone; None where nothing is left."""
    if isinstance(question, RepeatedQuestion):
        parts = {one: as_allowed(question.single, part) for one, part in _parts_of(found).items()}
        kept = {one: part.value for one, part in parts.items() if part is not None}
        return replace(found, value=kept) if kept else None
    known = question.known_values
    if known is None or not found.ranked:
        return found
    ranked = [entry for entry in found.ranked if str(entry.value) in known]
    if isinstance(found.value, list):
        return replace(found, value=[value for value in found.value if value in known], ranked=ranked)
    if not ranked:
        return None
    return replace(found, value=ranked[0].value, confidence=ranked[0].confidence, ranked=ranked)


def shown_prediction(
    question: Question, answer: AnsweredTask, field: Field, data: Mapping[str, Any], words: WordWeights | None
) -> dict[str, Any]:
    """The answer as the labeling page takes it, without who gave it. ``field`` is what the question is about."""
    if not isinstance(question, RepeatedQuestion):
        value = data.get(question.on)
        return _shown(answer, "" if value is None else field.text(value) or "", words)
    answers = _parts_of(answer)
    parts = {
        part.id: _shown(answers[part.id], part.text, words)
        for part in question.asked_parts(data, field)
        if part.id in answers
    }
    value = {one: part["value"] for one, part in parts.items()}
    return {"value": value, "confidence": round(answer.confidence, 4), "words": [], "parts": parts}


def doubt_of(question: Question, answer: AnsweredTask, field: Field, data: Mapping[str, Any]) -> Doubt:
    """What a model hesitates between; of a question about each part, in the part that it is least sure of."""
    if isinstance(question, RepeatedQuestion):
        doubtful = str((answer.detail or {}).get("doubtful", ""))
        part = _parts_of(answer).get(doubtful)
        if part is None:
            return Doubt()
        titles = {one.id: one.title for one in question.asked_parts(data, field)}
        return replace(doubt_of(question.single, part, field, data), about=titles.get(doubtful, ""))
    if isinstance(answer.value, list):
        return Doubt()
    return Doubt([(question.summarize(entry.value), entry.confidence) for entry in answer.ranked])


def _parts_of(answer: AnsweredTask) -> dict[str, AnsweredTask]:
    """What was answered about each part."""
    details = (answer.detail or {}).get("parts", {})
    return {
        one: AnsweredTask(
            value,
            details[one]["confidence"],
            tuple(Ranked(*entry) for entry in details[one].get("ranked", ())),
            {name: said for name, said in details[one].items() if name not in _NOT_SHOWN},
        )
        for one, value in answer.value.items()
        if one in details
    }


def _shown(answer: AnsweredTask, text: str, words: WordWeights | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": answer.value,
        "confidence": round(answer.confidence, 4),
        "words": words.top_words(text, str(answer.ranked[0].value)) if words and answer.ranked else [],
    }
    if answer.ranked:
        shown["alternatives"] = [
            {"value": entry.value, "confidence": round(entry.confidence, 4)} for entry in answer.ranked
        ]
    return {**shown, **(answer.detail or {})}
