"""Labeling functions: small rules that people write, each voting for an option or for none. No numpy here."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from labelplatform.refusals import Refusal
from projects.schema import Schema

MOST_FUNCTIONS = 50
_MOST_WORDS = 5_000
_LONGEST_PATTERN = 1_000
_LONGEST_WORD = 200
_WORD = re.compile(r"\w+")


def normal(text: str) -> str:
    """Words in lower case with one blank around each, so that whole words and phrases are found as parts of it.

    >>> normal("Goal! GOAL-line")
    ' goal goal line '
    """
    return f" {' '.join(_WORD.findall(text.casefold()))} "


@dataclass(frozen=True)
class Seen:
    """A task as functions see it; ``said`` is what sources answer by name."""

    text: str
    words: str
    said: Mapping[str, Any]


def seen(text: str, said: Mapping[str, Any] | None = None) -> Seen:
    return Seen(text, normal(text), said or {})


@dataclass(frozen=True)
class LabelingFunction:
    """One rule. ``vote`` gives an option's value or None."""

    name: str

    def vote(self, task: Seen) -> str | None:
        raise NotImplementedError


@dataclass(frozen=True)
class Keywords(LabelingFunction):
    """An option, where any of the words or phrases stands in the text as a whole."""

    option: str
    words: tuple[str, ...]

    def vote(self, task: Seen) -> str | None:
        return self.option if any(word in task.words for word in self.words) else None


@dataclass(frozen=True)
class Pattern(LabelingFunction):
    """An option, where a regular expression is found. RE2 takes time in proportion to the text, whatever it is."""

    option: str
    pattern: Any

    def vote(self, task: Seen) -> str | None:
        return self.option if self.pattern.search(task.text) else None


@dataclass(frozen=True)
class Dictionary(LabelingFunction):
    """The option that most of the words found stand for; none where two are level."""

    entries: Mapping[str, str]

    def vote(self, task: Seen) -> str | None:
        ranked = Counter(option for word, option in self.entries.items() if word in task.words).most_common(2)
        is_level = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
        return ranked[0][0] if ranked and not is_level else None


@dataclass(frozen=True)
class SourceSays(LabelingFunction):
    """What another source predicted."""

    source: str

    def vote(self, task: Seen) -> str | None:
        return task.said.get(self.source)


class _Wrong(ValueError):
    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def read_functions(
    options: Mapping[str, Any], schema: Schema, *, known_sources: Sequence[str]
) -> list[LabelingFunction]:
    """The functions of a source's options. Raises ``Refusal`` naming each place that is wrong."""
    question = schema.questions_by_name.get(str(options.get("question", "")))
    if question is None or question.kind != "choice":
        raise _refusal([{"path": "options.question", "message": "Name a question that is answered by one option."}])
    definitions = options.get("functions")
    if not isinstance(definitions, list) or not 1 <= len(definitions) <= MOST_FUNCTIONS:
        message = f"Send a list of 1 to {MOST_FUNCTIONS} labeling functions."
        raise _refusal([{"path": "options.functions", "message": message}])
    open_values = tuple(getattr(question, "open_values", ()))
    made: list[LabelingFunction] = []
    errors: list[dict[str, str]] = []
    for position, definition in enumerate(definitions):
        try:
            made.append(_read(definition, open_values, known_sources))
        except _Wrong as wrong:
            path = f"options.functions.{position}" + (f".{wrong.path}" if wrong.path else "")
            errors.append({"path": path, "message": str(wrong)})
    names = [one.name for one in made]
    errors += [
        {"path": "options.functions", "message": f"The name “{name}” is used twice."}
        for name, count in Counter(names).items()
        if count > 1
    ]
    if errors:
        raise _refusal(errors)
    return made


def _read(definition: Any, options: Sequence[str], sources: Sequence[str]) -> LabelingFunction:
    if not isinstance(definition, Mapping):
        raise _Wrong("", "An object is needed.")
    kind, name = definition.get("kind"), definition.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 60:
        raise _Wrong("name", "A name of 1 to 60 characters is needed.")
    if kind == "keyword":
        words = tuple(_normal_word(word, "words") for word in _list(definition.get("words")))
        return Keywords(name, _option(definition.get("option"), options), words)
    if kind == "regex":
        return Pattern(name, _option(definition.get("option"), options), _pattern(definition.get("pattern")))
    if kind == "dictionary":
        entries = definition.get("entries")
        if not isinstance(entries, Mapping) or not 1 <= len(entries) <= _MOST_WORDS:
            raise _Wrong("entries", f"1 to {_MOST_WORDS:,} words are needed, each with its option.")
        return Dictionary(
            name,
            {_normal_word(word, "entries"): _option(option, options, "entries") for word, option in entries.items()},
        )
    if kind == "source":
        source = definition.get("source")
        if source not in sources:
            raise _Wrong("source", f"There is no other source {source!r:.60} here.")
        return SourceSays(name, str(source))
    raise _Wrong("kind", "A labeling function is a keyword, regex, dictionary or source.")


def _list(words: Any) -> list[Any]:
    if not isinstance(words, list) or not 1 <= len(words) <= _MOST_WORDS:
        raise _Wrong("words", f"1 to {_MOST_WORDS:,} words or phrases are needed.")
    return words


def _normal_word(word: Any, path: str) -> str:
    found = normal(word) if isinstance(word, str) and len(word) <= _LONGEST_WORD else " "
    if not found.strip():
        raise _Wrong(path, f"{word!r:.60} is no word.")
    return found


def _option(value: Any, options: Sequence[str], path: str = "option") -> str:
    if value not in options:
        raise _Wrong(path, f"{value!r:.60} is no option; options are: {', '.join(options[:12])}.")
    return str(value)


def _pattern(text: Any) -> Any:
    if not isinstance(text, str) or not text or len(text) > _LONGEST_PATTERN:
        raise _Wrong("pattern", f"A pattern of 1 to {_LONGEST_PATTERN:,} characters is needed.")
    settings = re2.Options()
    settings.log_errors = False
    try:
        pattern = re2.compile(text, settings)
    except (re2.error, UnicodeError) as error:
        said = error.args[0] if error.args else error
        said = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise _Wrong("pattern", f"This is no regular expression that can be used: {said}.") from error
    if pattern.search("") is not None:
        raise _Wrong("pattern", "The pattern is found in an empty text, so it would vote everywhere.")
    return pattern


def _refusal(errors: list[dict[str, str]]) -> Refusal:
    detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} places need a change."
    return Refusal(detail, errors=errors)
