"""A date, with or without a time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question
from projects.schema.reading import Reader
from projects.schema.settings import Setting

_SPAN_DAYS = 365.0


@dataclass(frozen=True, kw_only=True)
class DateQuestion(Question):
    """The answer is ISO 8601: ``2026-01-31``, or with ``with_time`` ``2026-01-31T09:30``, without a time zone."""

    with_time: bool = False

    kind: ClassVar[str] = "date"
    label: ClassVar[str] = "Date"
    summary: ClassVar[str] = "A date, with or without a time of day."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(name="with_time", label="With the time of day", control="flag", default=False),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        return {"with_time": read.flag("with_time", default=False)}

    def own_definition(self) -> dict[str, Any]:
        return {"with_time": True} if self.with_time else {}

    def validate(self, answer: Any, given: Given) -> str:
        try:
            if not self.with_time:
                return date.fromisoformat(answer).isoformat()
            moment = datetime.fromisoformat(answer)
            if moment.tzinfo is None and "T" in answer:
                return moment.isoformat(timespec="minutes")
        except (TypeError, ValueError):
            pass
        example = "2026-01-31T09:30" if self.with_time else "2026-01-31"
        raise SchemaProblems([Problem("", f"{shown(answer)} is no {'time' if self.with_time else 'date'}: {example}.")])

    def distance(self, first: Any, second: Any) -> float:
        """In years, one at most."""
        apart = datetime.fromisoformat(first) - datetime.fromisoformat(second)
        return min(1.0, abs(apart.total_seconds()) / 86_400 / _SPAN_DAYS)

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return str(answer).replace("T", " ")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time" if self.with_time else "date", "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        is_same = isinstance(successor, DateQuestion) and successor.with_time == self.with_time
        return [] if is_same and successor.on == self.on else None
