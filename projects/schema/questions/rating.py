"""A step on a scale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question, keyed_steps
from projects.schema.reading import Reader
from projects.schema.settings import Setting

MOST_STEPS = 101


@dataclass(frozen=True, kw_only=True)
class RatingQuestion(Question):
    """The answer is a whole number from ``lowest`` to ``highest``; ``low`` and ``high`` say what the ends mean."""

    lowest: int = 1
    highest: int = 5
    low: str = ""
    high: str = ""

    kind: ClassVar[str] = "rating"
    label: ClassVar[str] = "Rating"
    summary: ClassVar[str] = "A step on a scale."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(name="lowest", label="From", control="whole", default=1, least=-100, most=100, is_main=True),
        Setting(name="highest", label="To", control="whole", default=5, least=-100, most=200, is_main=True),
        Setting(name="low", label="The lowest means", control="text", limit=80),
        Setting(name="high", label="The highest means", control="text", limit=80),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        lowest = read.whole("lowest", default=1, least=-100, most=100)
        highest = read.whole("highest", default=max(5, lowest + 4), least=-100, most=200)
        if not 2 <= highest - lowest + 1 <= MOST_STEPS:
            read.wrong("highest", f"A scale from {lowest} to {highest} cannot be: 2 to {MOST_STEPS} steps are needed.")
        low, high = read.text("low", limit=80), read.text("high", limit=80)
        return {"lowest": lowest, "highest": highest, "low": low, "high": high}

    def own_definition(self) -> dict[str, Any]:
        words = {name: getattr(self, name) for name in ("low", "high") if getattr(self, name)}
        return {"lowest": self.lowest, "highest": self.highest, **words}

    def validate(self, answer: Any, given: Given) -> int:
        is_whole = isinstance(answer, int) and not isinstance(answer, bool)
        if is_whole and self.lowest <= answer <= self.highest:
            return int(answer)
        raise SchemaProblems([Problem("", f"{shown(answer)} is no whole number from {self.lowest} to {self.highest}.")])

    @property
    def keyed(self) -> Iterable[str]:
        return keyed_steps(self.highest - self.lowest + 1, self.lowest)

    def distance(self, first: Any, second: Any) -> float:
        return float(min(1.0, abs(first - second) / (self.highest - self.lowest)))

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return f"{answer} of {self.highest}"

    @property
    def known_values(self) -> Iterable[str] | None:
        return [str(step) for step in range(self.lowest, self.highest + 1)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.lowest, "maximum": self.highest, "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        if not isinstance(successor, RatingQuestion) or successor.on != self.on:
            return None
        kept = range(successor.lowest, successor.highest + 1)
        return [str(step) for step in range(self.lowest, self.highest + 1) if step not in kept]
