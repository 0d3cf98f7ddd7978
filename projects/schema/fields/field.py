"""What all field kinds have in common: a name, who sees the field, and how wide it is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import msgspec

from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader
from projects.schema.settings import Setting


@dataclass(frozen=True)
class Part:
    """One of the things that a field lists: a turn, a candidate, a column.

    ``title`` is how people call it, ``kin`` what it has in common with parts of other tasks (who speaks, which column
    it is), ``before`` what was said just before it.
    """

    id: str
    text: str
    title: str
    kin: str = ""
    before: str = ""


NOT_AT_WORK = "not-at-work"


@dataclass(frozen=True)
class ShownPart:
    """A part as pages show it that are read rather than worked on.

    ``name`` is what people at work see it called, ``id`` what answers call it where the name does not say it; ``by``
    and ``at`` say whose it is and when it was said, ``look`` how it stands there: the side of a turn, the type of a
    column, or ``NOT_AT_WORK`` for what only those see who may read all data.
    """

    name: str
    text: str
    id: str = ""
    by: str = ""
    at: str = ""
    look: str = ""


SHOWN_TO = ("all", "reviewers", "nobody")
WIDTHS = ("full", "half", "third")
MAX_CHARACTERS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """Something that a task shows. ``shown`` says to whom: what nobody is shown is still exported; a task may lack
    what is not ``required``; fields that are not ``full`` wide stand side by side where there is room."""

    name: str
    title: str = ""
    required: bool = True
    shown: str = "all"
    width: str = "full"

    kind: ClassVar[str]
    # What its editor form asks, and how it is called there.
    label: ClassVar[str]
    summary: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    # Whether its values are HTML, or become HTML, when they are shown.
    is_rendered: ClassVar[bool] = False
    # Which media types its values may be; they are then given as a reference to an uploaded file.
    media: ClassVar[frozenset[str]] = frozenset()
    # What people call the things that it lists, if it lists any: pages lay these out alike.
    parts_are: ClassVar[str] = ""
    # Another number whenever ``text`` comes out otherwise, so that what was read before is read anew.
    text_version: ClassVar[int] = 1

    @classmethod
    def parse(cls, definition: Mapping[str, Any]) -> Self:
        """Read a definition; raises ``SchemaProblems``."""
        read = Reader(definition)
        read.get("kind")
        common: dict[str, Any] = {
            "name": read.name(),
            "title": read.text("title", limit=120),
            "required": read.flag("required", default=True),
            "shown": read.one_of("shown", SHOWN_TO, default="all"),
            "width": read.one_of("width", WIDTHS, default="full"),
        }
        own = cls.read_own(read)
        read.finish(f"a {cls.kind} field")
        return cls(**common, **own)

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        """What only this kind has, by attribute."""
        return {}

    def definition(self) -> dict[str, Any]:
        """The JSON form, without what is the default."""
        usual: dict[str, Any] = {"title": "", "required": True, "shown": "all", "width": "full"}
        common = {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}
        return {"name": self.name, "kind": self.kind, **common, **self.own_definition()}

    def own_definition(self) -> dict[str, Any]:
        return {}

    @abstractmethod
    def validate(self, value: Any) -> Any:
        """The value as it is stored; raises ``SchemaProblems`` with paths below the field."""

    def read_text(self, text: str) -> Any:
        """The value that a cell of a table means: what is no text stands there as JSON; None where it is empty."""
        if self._is_text:
            return text
        try:
            return msgspec.json.decode(text) if text else None
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return text

    @cached_property
    def _is_text(self) -> bool:
        return isinstance(self.example(), str)

    @abstractmethod
    def example(self) -> Any:
        """A value made up for the editor's preview; right by ``validate``."""

    @abstractmethod
    def search_text(self, value: Any) -> str:
        """What full-text search finds this value by."""

    def text(self, value: Any) -> str | None:
        """The text that offsets of answers count, in code points; None where a field of this kind has none."""
        return None

    def ids(self, value: Any) -> list[str]:
        """Ids of the things that the field lists, for questions about each of them."""
        return []

    def parts(self, value: Any) -> list[Part]:
        """The same things with what there is to read of each, in the order of ``ids``."""
        return []

    def names(self, value: Any) -> dict[str, str]:
        """What people at work see them called, by id."""
        return {part.id: part.title for part in self.parts(value)}

    def shown_parts(self, value: Any) -> list[ShownPart]:
        """The same things as people read them; where the field has a ``text``, theirs joined by line feeds are it."""
        return []


COMMON_SETTINGS = (
    Setting(name="title", label="Heading", control="text", help="Stands above it; may be empty.", limit=120),
    Setting(
        name="name", label="Short name", control="name", help="The column of your file that holds it.", is_main=True
    ),
    Setting(name="required", label="Every task must have it", control="flag", default=True),
    Setting(
        name="shown",
        label="Who sees it",
        control="one_of",
        default="all",
        choices=(
            ("all", "Everybody who works on the task"),
            ("reviewers", "Reviewers and managers only"),
            ("nobody", "Nobody: it is only exported"),
        ),
    ),
    Setting(
        name="width",
        label="Width",
        control="one_of",
        default="full",
        choices=(("full", "Full"), ("half", "Half"), ("third", "A third")),
        help="What is not full stands side by side where there is room.",
    ),
)


def check_text(value: Any, *, limit: int = MAX_CHARACTERS, may_be_empty: bool = False) -> str:
    """Text that can be stored and read, unchanged; numbers and truth values become text. Raises ``SchemaProblems``."""
    if isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str):
        raise SchemaProblems([Problem("", f"{shown(value)} is not text.")])
    if len(value) > limit:
        raise SchemaProblems([Problem("", f"is {len(value):,} characters long; {limit:,} is the most.")])
    if "\x00" in value:
        raise SchemaProblems([Problem("", f"holds a NUL character at position {value.index(chr(0))}.")])
    try:
        value.encode()
    except UnicodeEncodeError as error:
        reason = f"holds half of a character (a lone surrogate) at position {error.start}; it cannot be stored."
        raise SchemaProblems([Problem("", reason)]) from error
    if not may_be_empty and not value.strip():
        raise SchemaProblems([Problem("", "is empty.")])
    return value
