"""What all operations have in common: what each does to a definition and to answers, and its way back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from projects.schema.definition import Schema
from projects.schema.option_places import options_of, questions_of
from projects.schema.problems import SchemaProblems, shown
from projects.schema.reading import Reader


@dataclass(frozen=True, kw_only=True)
class Operation(ABC):
    """One change about a question. ``forward`` maps values of answers before it to those after, ``backward`` the
    reverse, as far as there is one; ``renames`` is the question's other name, where it gets one."""

    question: str

    kind: ClassVar[str]
    label: ClassVar[str]
    # Whether its way back needs the answers as they were: its values do not say which was which.
    forgets: ClassVar[bool] = False
    # Whether it can be about a question that is asked about each region of another one.
    reaches_regions: ClassVar[bool] = False

    @classmethod
    def parse(cls, definition: Mapping[str, Any], schema: Schema) -> Self:
        """Read it for this schema; raises ``SchemaProblems``."""
        read = Reader(definition)
        read.get("kind")
        question = read.text("question", limit=81)
        names = questions_of(schema) if cls.reaches_regions else schema.questions_by_name
        if question not in names:
            known = ", ".join(names)
            read.wrong("question", f"{shown(question)} is no question; questions are: {known}.")
            raise SchemaProblems(read.problems)
        own = cls.read_own(read, options_of(schema, question))
        read.finish(f"the operation {cls.kind}")
        return cls(question=question, **own)

    @classmethod
    @abstractmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """What only this kind has, by attribute; ``options`` are the question's, by value."""

    @abstractmethod
    def own_definition(self) -> dict[str, Any]: ...

    def definition(self) -> dict[str, Any]:
        return {"kind": self.kind, "question": self.question, **self.own_definition()}

    @abstractmethod
    def change(self, definition: dict[str, Any]) -> None:
        """Change the schema's definition, which is the caller's to change."""

    @abstractmethod
    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        """Operations, as definitions, that lead back from where this led to from ``before``."""

    @abstractmethod
    def in_words(self) -> str: ...

    @property
    def forward(self) -> Mapping[str, str]:
        return {}

    @property
    def backward(self) -> Mapping[str, str]:
        return {}

    @property
    def renames(self) -> str:
        return self.question

    @property
    def touches(self) -> list[str] | None:
        """Values whose answers it is about; None: all answers to the question."""
        return list(self.forward)

    @property
    def looked_at_again(self) -> tuple[str, ...]:
        """Values whose tasks people must look at again."""
        return ()

    @property
    def loses(self) -> bool:
        """Whether answers to the question would mean nothing after it."""
        return False


def known_option(read: Reader, name: str, options: Mapping[str, dict[str, Any]]) -> str:
    value = read.text(name, limit=80)
    if value not in options:
        known = ", ".join(list(options)[:12]) or "none"
        read.wrong(name, f"{shown(value)} is no option; options are: {known}.")
    return value
