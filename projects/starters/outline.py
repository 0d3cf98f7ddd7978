"""A schema in a few words and chips: what it shows and what it asks."""

from dataclasses import dataclass
from typing import Any

from projects.schema import Question, Schema, parse_schema
from projects.schema.conditions import Condition
from projects.schema.repeated import RepeatedQuestion

# By kind: the word for it and the icon beside it.
FIELD_WORDS = {
    "text": ("Text", "guideline"),
    "rich_text": ("Formatted text", "guideline"),
    "dialogue": ("Conversation", "comment"),
    "record": ("Record", "data"),
    "candidates": ("Candidates", "projects"),
    "image": ("Image", "picture"),
    "audio": ("Audio", "sound"),
}
QUESTION_WORDS = {
    "choice": ("One option", "check"),
    "choices": ("Several options", "plus"),
    "taxonomy": ("Option in a tree", "down"),
    "rating": ("Rating", "spark"),
    "number": ("Number", "data"),
    "date": ("Date", "clock"),
    "text": ("Free text", "edit"),
    "spans": ("Spans", "label"),
    "relations": ("Relations", "link"),
    "chains": ("Chains of spans", "link"),
    "segments": ("Segments", "sound"),
    "boxes": ("Boxes", "label"),
    "ranking": ("Ranking", "up"),
    "preference": ("Preference", "review"),
}
_SHOWN_OPTIONS = 5


@dataclass(frozen=True)
class Part:
    """One field or question. ``note`` says what is special: asked per turn, only where something holds."""

    word: str
    icon: str
    title: str = ""
    note: str = ""
    options: tuple[Any, ...] = ()
    n_more: int = 0


@dataclass(frozen=True)
class Outline:
    fields: tuple[Part, ...]
    questions: tuple[Part, ...]


def outline_of(definition: dict[str, Any]) -> Outline:
    """What a person needs to tell this work from another; the definition must be right."""
    schema = parse_schema(definition)
    fields = (Part(*_word(FIELD_WORDS, one.kind), title=one.title) for one in schema.fields)
    return Outline(tuple(fields), tuple(_question(one, schema) for one in schema.questions))


def _question(question: Question, schema: Schema) -> Part:
    asked = question.question if isinstance(question, RepeatedQuestion) else question
    notes = []
    if isinstance(question, RepeatedQuestion):
        notes.append(f"for each {question.per}")
    if question.when is not None:
        notes.append(_when(question.when, schema))
    if inner := getattr(asked, "questions", ()):
        notes.append("each with " + ", ".join(_word(QUESTION_WORDS, one.kind)[0].lower() for one in inner))
    options = tuple(getattr(asked, "options", ())) or tuple(root.option for root in getattr(asked, "roots", ()))
    return Part(
        *_word(QUESTION_WORDS, asked.kind),
        title=question.title,
        note="; ".join(notes),
        options=options[:_SHOWN_OPTIONS],
        n_more=max(0, len(options) - _SHOWN_OPTIONS),
    )


def _when(condition: Condition, schema: Schema) -> str:
    if len(condition.values) > 2:
        return f"only for some answers to “{schema.questions_by_name[condition.question].title}”"
    return f"only where {condition.in_words(schema.questions_by_name)}"


def _word(words: dict[str, tuple[str, str]], kind: str) -> tuple[str, str]:
    return words.get(kind, (kind.replace("_", " ").capitalize(), "info"))
