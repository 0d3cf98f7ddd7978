"""A text that people write: an answer, a translation, a corrected draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.field import check_text
from projects.schema.given import Given
from projects.schema.opinions import Agreed, majority
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question, findable
from projects.schema.reading import Reader
from projects.schema.settings import Setting
from projects.schema.text_distance import text_distance

MAX_CHARACTERS = 100_000


@dataclass(frozen=True, kw_only=True)
class TextQuestion(Question):
    """The answer is a text of ``shortest`` to ``longest`` characters.

    ``draft`` names a field whose text it begins with, to be corrected.
    """

    shortest: int = 1
    longest: int = 10_000
    draft: str = ""
    lines: int = 3

    kind: ClassVar[str] = "text"
    label: ClassVar[str] = "Written answer"
    summary: ClassVar[str] = "A text that people write or correct."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="draft",
            label="Begins with the text of",
            control="field",
            kinds=("text",),
            default="",
            help="To be corrected: a transcript, a translation.",
        ),
        Setting(
            name="shortest", label="Shortest", control="whole", default=1, least=0, most=100000, help="In characters."
        ),
        Setting(
            name="longest", label="Longest", control="whole", default=10000, least=1, most=100000, help="In characters."
        ),
        Setting(name="lines", label="Lines on screen", control="whole", default=3, least=1, most=40),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        shortest = read.whole("shortest", default=1, least=0, most=MAX_CHARACTERS)
        longest = read.whole("longest", default=10_000, least=1, most=MAX_CHARACTERS)
        if longest < shortest:
            read.wrong("longest", f"is {longest:,}, less than the shortest ({shortest:,}).")
        draft = read.text("draft", limit=40)
        if draft and getattr(around.fields.get(draft), "kind", "") != "text":
            read.wrong("draft", f"{shown(draft)} is no text field.")
        lines = read.whole("lines", default=3, least=1, most=40)
        return {"shortest": shortest, "longest": longest, "draft": draft, "lines": lines}

    def own_definition(self) -> dict[str, Any]:
        usual = {"shortest": 1, "longest": 10_000, "draft": "", "lines": 3}
        return {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}

    def validate(self, answer: Any, given: Given) -> str:
        if not isinstance(answer, str):
            raise SchemaProblems([Problem("", f"{shown(answer)} is not text.")])
        text = check_text(answer, limit=self.longest, may_be_empty=True)
        if len(text.strip()) < self.shortest:
            count = len(text.strip())
            raise SchemaProblems([Problem("", f"is {count:,} characters long; at least {self.shortest:,} are needed.")])
        return text

    def distance(self, first: Any, second: Any) -> float:
        """The share of characters to change; spaces at the ends and runs of them do not count."""
        return text_distance(_plain(first), _plain(second))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        return majority(answers, weights, key=_plain)

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        line = _plain(answer)
        return line if len(line) <= 120 else f"{line[:119]}…"

    def values(self, answer: Any) -> list[str]:
        return []

    def found_by(self, answer: Any) -> list[str]:
        return [findable(_plain(answer))]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest, "title": self.title}


def _plain(text: str) -> str:
    return " ".join(str(text).split())
