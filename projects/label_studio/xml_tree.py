"""XML that somebody pasted, as a tree of tags: bounded, and without anything that could expand or fetch."""

from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

MAX_CHARACTERS = 500_000
MAX_TAGS = 30_000
MAX_DEPTH = 60


class ConfigurationProblem(ValueError):
    """The configuration cannot be read, or nothing in it can be taken over; ``line`` 0 is the whole of it."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(eq=False)
class Tag:
    """``name`` and the attributes' names are in lower case, as their writing does not matter; ``written`` is the tag's
    own and ``called`` what tells it from its like. What nobody took is left in ``attributes``."""

    name: str
    written: str
    called: str
    line: int
    attributes: dict[str, str]
    spelling: dict[str, str]
    children: list["Tag"] = field(default_factory=list)
    text: str = ""

    def take(self, name: str, default: str = "") -> str:
        """An attribute's value, which then counts as understood."""
        return self.attributes.pop(name.lower(), default).strip()

    def flag(self, name: str) -> bool:
        return self.take(name).lower() == "true"


def read_tree(text: str) -> Tag:
    """The root with all below it; raises ``ConfigurationProblem``.

    >>> read_tree('<View><Text name="t" value="$text"/></View>').children[0].take("value")
    '$text'
    """
    if len(text) > MAX_CHARACTERS:
        raise ConfigurationProblem(f"It is {len(text):,} characters long; {MAX_CHARACTERS:,} is the most.")
    if not text.strip():
        raise ConfigurationProblem("It is empty.")
    builder = _Builder()
    try:
        builder.parser.Parse(text.strip().encode(), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        message = f"It is no XML: {reason}, in line {error.lineno}, column {error.offset + 1}."
        raise ConfigurationProblem(message, error.lineno) from error
    except UnicodeEncodeError as error:
        raise ConfigurationProblem(f"It holds half of a character at position {error.start}.") from error
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        # Entities are declared in a document type alone: without one, none can expand or name a file.
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.root: Tag
        self._open: list[Tag] = []
        self._count = 0

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_TAGS:
            raise ConfigurationProblem(f"It has more than {MAX_TAGS:,} tags.", self._line)
        if len(self._open) >= MAX_DEPTH:
            raise ConfigurationProblem(f"Its tags are nested more than {MAX_DEPTH} deep.", self._line)
        lowered = {one.lower(): value for one, value in attributes.items()}
        called = (lowered.get("name") or lowered.get("value", ""))[:60]
        tag = Tag(name.lower(), name, called, self._line, lowered, {one.lower(): one for one in attributes})
        if self._open:
            self._open[-1].children.append(tag)
        else:
            self.root = tag
        self._open.append(tag)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, data: str) -> None:
        self._open[-1].text += data

    def _doctype(self, *args: Any) -> NoReturn:
        raise ConfigurationProblem("It declares a document type (<!DOCTYPE …>), which is not read here.", self._line)
