"""Labeling functions: small rules that people write, each voting for what it finds or for nothing. No numpy here."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import re2

from labelplatform.refusals import Refusal
from models_app.sources.votes import Ballot, Votes, ballot_of, is_voted_on
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

    @cached_property
    def placed_words(self) -> list[tuple[str, int, int]]:
        """Each word in lower case with where it stands, in code points."""
        return [(match.group().casefold(), *match.span()) for match in _WORD.finditer(self.text)]


def seen(text: str, said: Mapping[str, Any] | None = None) -> Seen:
    return Seen(text, normal(text), said or {})


@dataclass(frozen=True)
class LabelingFunction:
    """One rule. ``is_for``: it votes for the options that it finds, else against them. ``answers``: it says all there
    is to say about a task, so that what it leaves out it is against."""

    name: str
    is_for: bool = field(default=True, kw_only=True)
    answers: ClassVar[bool] = False

    def votes(self, task: Seen, ballot: Ballot) -> Votes:
        return ballot.votes(self, task, is_for=self.is_for)

    def counts(self, task: Seen) -> Mapping[str, int]:
        """By option how often something in the task speaks for it."""
        raise NotImplementedError

    def places(self, task: Seen) -> Iterable[tuple[int, int, str]]:
        """Where it stands: beginning, end and option, in code points."""
        raise NotImplementedError


@dataclass(frozen=True)
class Keywords(LabelingFunction):
    """An option, where any of the words or phrases stands in the text as a whole."""

    option: str
    words: tuple[str, ...]

    def counts(self, task: Seen) -> Mapping[str, int]:
        return {self.option: 1} if any(word in task.words for word in self.words) else {}

    def places(self, task: Seen) -> Iterable[tuple[int, int, str]]:
        return _places(task, self._phrases)

    @cached_property
    def _phrases(self) -> "_Phrases":
        return _phrases((word, self.option) for word in self.words)


@dataclass(frozen=True)
class Pattern(LabelingFunction):
    """An option, where a regular expression is found. RE2 takes time in proportion to the text, whatever it is.

    Its place is that of the first group, or of all that is found.
    """

    option: str
    pattern: Any

    def counts(self, task: Seen) -> Mapping[str, int]:
        return {self.option: 1} if self.pattern.search(task.text) else {}

    def places(self, task: Seen) -> Iterable[tuple[int, int, str]]:
        for match in self.pattern.finditer(task.text):
            start, end = match.span(1 if self.pattern.groups else 0)
            if 0 <= start < end:
                yield start, end, self.option


@dataclass(frozen=True)
class Dictionary(LabelingFunction):
    """The options that words found stand for."""

    entries: Mapping[str, str]

    def counts(self, task: Seen) -> Mapping[str, int]:
        return Counter(option for word, option in self.entries.items() if word in task.words)

    def places(self, task: Seen) -> Iterable[tuple[int, int, str]]:
        return _places(task, self._phrases)

    @cached_property
    def _phrases(self) -> "_Phrases":
        return _phrases(self.entries.items())


@dataclass(frozen=True)
class SourceSays(LabelingFunction):
    """What another source predicted."""

    source: str
    answers: ClassVar[bool] = True

    def votes(self, task: Seen, ballot: Ballot) -> Votes:
        return ballot.votes_of_answer(task.said.get(self.source))


# first word -> the words of each phrase that begins with it, longest first, with its option
_Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def _phrases(entries: Iterable[tuple[str, str]]) -> _Phrases:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, option in entries:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append((words, option))
    return {first: sorted(phrases, key=lambda one: -len(one[0])) for first, phrases in found.items()}


def _places(task: Seen, phrases: _Phrases) -> Iterable[tuple[int, int, str]]:
    """Each place where a phrase stands; at one word the longest, and none inside another."""
    words = task.placed_words
    number = 0
    while number < len(words):
        word, start, _ = words[number]
        fitting = (
            (len(phrase), option)
            for phrase, option in phrases.get(word, ())
            if tuple(one for one, _, _ in words[number : number + len(phrase)]) == phrase
        )
        length, option = next(fitting, (0, ""))
        if length:
            yield start, words[number + length - 1][2], option
        number += length or 1


class _Wrong(ValueError):
    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def read_functions(
    options: Mapping[str, Any], schema: Schema, *, known_sources: Sequence[str]
) -> list[LabelingFunction]:
    """The functions of a source's options. Raises ``Refusal`` naming each place that is wrong."""
    question = schema.questions_by_name.get(str(options.get("question", "")))
    if question is None or not is_voted_on(question):
        message = "Name a question that is answered by options or by spans."
        raise _refusal([{"path": "options.question", "message": message}])
    definitions = options.get("functions")
    if not isinstance(definitions, list) or not 1 <= len(definitions) <= MOST_FUNCTIONS:
        message = f"Send a list of 1 to {MOST_FUNCTIONS} labeling functions."
        raise _refusal([{"path": "options.functions", "message": message}])
    ballot = ballot_of(question)
    values = dict(ballot.options())
    made: list[LabelingFunction] = []
    errors: list[dict[str, str]] = []
    for position, definition in enumerate(definitions):
        try:
            made.append(_read(definition, values, known_sources, takes_against=ballot.takes_against))
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


def _read(
    definition: Any, options: Mapping[str, str], sources: Sequence[str], *, takes_against: bool
) -> LabelingFunction:
    if not isinstance(definition, Mapping):
        raise _Wrong("", "An object is needed.")
    kind, name = definition.get("kind"), definition.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 60:
        raise _Wrong("name", "A name of 1 to 60 characters is needed.")
    is_for = definition.get("against", False) is False
    if not is_for and (definition["against"] is not True or not takes_against or kind not in {"keyword", "regex"}):
        raise _Wrong("against", "Only words and patterns vote against an option, where several can be chosen.")
    if kind == "keyword":
        words = tuple(_normal_word(word, "words") for word in _list(definition.get("words")))
        return Keywords(name, _option(definition.get("option"), options), words, is_for=is_for)
    if kind == "regex":
        option = _option(definition.get("option"), options)
        return Pattern(name, option, _pattern(definition.get("pattern")), is_for=is_for)
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


def _option(value: Any, options: Mapping[str, str], path: str = "option") -> str:
    if not isinstance(value, str) or value not in options:
        raise _Wrong(path, f"{value!r:.60} is no option; options are: {', '.join(list(options)[:12])}.")
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
