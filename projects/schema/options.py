"""Options of a question: what can be chosen, under which keys and colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from projects.schema.names import duplicates, read_text, value_problems
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader

# The workbench's own keys; an option cannot take them.
RESERVED_KEYS = frozenset({" ", "enter", "u", "s", "f", "g", "c", "!", "?", "+", "-", "[", "]", "escape", "tab"})
MAX_OPTIONS = 10_000
N_COLOURS = 16


@dataclass(frozen=True)
class Option:
    """``colour`` is a number of the palette, 1 to 16; a retired option stays valid in old answers only."""

    value: str
    title: str
    help: str = ""
    key: str = ""
    colour: int = 0
    retired: bool = False

    def definition(self) -> dict[str, Any]:
        extras = {"help": self.help, "key": self.key, "colour": self.colour, "retired": self.retired}
        return {"value": self.value, "title": self.title, **{name: value for name, value in extras.items() if value}}


@dataclass(frozen=True)
class OptionList:
    """The options of one question, in order."""

    options: tuple[Option, ...] = ()

    @cached_property
    def titles(self) -> dict[str, str]:
        return {option.value: option.title for option in self.options}

    @cached_property
    def open_values(self) -> tuple[str, ...]:
        """What can be answered now, in order."""
        return tuple(option.value for option in self.options if not option.retired)

    @cached_property
    def _open(self) -> frozenset[str]:
        return frozenset(self.open_values)

    @cached_property
    def places(self) -> dict[str, int]:
        return {option.value: place for place, option in enumerate(self.options)}

    def check(self, value: Any, what: str = "option") -> str:
        """The value where it can be answered; raises ``SchemaProblems``."""
        if isinstance(value, str) and value in self._open:
            return value
        if isinstance(value, str) and value in self.titles:
            raise SchemaProblems([Problem("", f"The {what} {shown(value)} is retired.")])
        known = ", ".join(self.open_values[:12]) + (", …" if len(self.open_values) > 12 else "")
        raise SchemaProblems([Problem("", f"{shown(value)} is no {what}; {what}s are: {known}.")])

    def value_of(self, text: str) -> str:
        """The value of the option that a text names, by its value or, where that is clear, by its title; else the text.

        >>> OptionList((Option("sports", "Sport and games"),)).value_of(" sport and games ")
        'sports'
        """
        if text in self.titles:
            return text
        return self._by_words.get(_words(text)) or text

    @cached_property
    def _by_words(self) -> dict[str, str]:
        """Values by what people write for them; empty where two options are written alike."""
        named: dict[str, str] = {}
        for written in (self.titles, {option.value: option.value for option in self.options}):
            found: dict[str, str] = {}
            for value, words in written.items():
                found[_words(words)] = value if found.setdefault(_words(words), value) == value else ""
            named |= found
        return named

    def lost_in(self, successor: "OptionList") -> list[str]:
        return [value for value in self.titles if value not in successor.titles]

    def definition(self) -> list[dict[str, Any]]:
        return [option.definition() for option in self.options]


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def parse_options(definitions: Any, *, least: int = 2) -> tuple[OptionList, list[Problem]]:
    """The options with their problems, whose paths begin with ``options``."""
    if not isinstance(definitions, list) or len(definitions) < least:
        needed = "At least two options are needed." if least > 1 else "At least one option is needed."
        return OptionList(), [Problem("options", needed)] if least else []
    if len(definitions) > MAX_OPTIONS:
        return OptionList(), [
            Problem("options", f"There are {len(definitions):,} options; {MAX_OPTIONS:,} is the most.")
        ]
    options: list[Option] = []
    problems: list[Problem] = []
    for position, definition in enumerate(definitions):
        option, found = parse_option(definition)
        problems += [problem.below(f"options.{position}") for problem in found]
        if option is not None:
            options.append(option)
    problems += _clashes(options)
    if not problems and sum(not option.retired for option in options) < least:
        count = "two options" if least > 1 else "one option"
        problems.append(Problem("options", f"At least {count} must stay open."))
    return OptionList(tuple(options)), problems


def read_options(read: Reader, *, least: int = 2) -> OptionList:
    """The options of a definition that is being read, whose problems are noted there."""
    options, problems = parse_options(read.get("options", [] if not least else None), least=least)
    read.problems += problems
    return options


def _clashes(options: Sequence[Option]) -> list[Problem]:
    values = duplicates(option.value for option in options)
    keys = duplicates(option.key for option in options if option.key and not option.retired)
    return [
        *(Problem("options", f"The value {shown(value)} is used twice.") for value in values),
        *(Problem("options", f"The key {shown(key)} is given to two options.") for key in keys),
    ]


def parse_option(definition: Any) -> tuple[Option | None, list[Problem]]:
    """One option, or None with what is wrong with it; a text alone is its value."""
    if isinstance(definition, str):
        definition = {"value": definition}
    if not isinstance(definition, Mapping):
        return None, [Problem("", f"{shown(definition)} is no option.")]
    problems = value_problems(definition.get("value"))
    title, title_problems = read_text(definition, "title", limit=120, default=str(definition.get("value", "")))
    help_text, help_problems = read_text(definition, "help", limit=1000)
    key, key_problems = read_text(definition, "key", limit=20)
    problems += title_problems + help_problems + key_problems
    key = key.lower()
    if key and (key in RESERVED_KEYS or len(key) != 1):
        why = "the workbench uses it" if key in RESERVED_KEYS else "a key is one letter or digit"
        problems.append(Problem("key", f"{shown(key)} cannot be a key: {why}."))
    colour = definition.get("colour", 0)
    if not isinstance(colour, int) or isinstance(colour, bool) or not 0 <= colour <= N_COLOURS:
        problems.append(Problem("colour", f"{shown(colour)} is no colour: a number from 1 to {N_COLOURS}."))
    retired = definition.get("retired", False)
    if not isinstance(retired, bool):
        problems.append(Problem("retired", f"{shown(retired)} is neither true nor false."))
    if problems:
        return None, problems
    return Option(definition["value"], title or definition["value"], help_text, key, colour, retired), []
