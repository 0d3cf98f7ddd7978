"""A number."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, weighted_median
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question
from projects.schema.reading import Reader
from projects.schema.settings import Setting


@dataclass(frozen=True, kw_only=True)
class NumberQuestion(Question):
    """The answer is a number between ``minimum`` and ``maximum``, where given; ``whole`` allows no fractions.

    Answers not more than ``tolerance`` apart count as the same.
    """

    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    unit: str = ""
    tolerance: float = 0.0

    kind: ClassVar[str] = "number"
    label: ClassVar[str] = "Number"
    summary: ClassVar[str] = "A number, perhaps between bounds."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(name="minimum", label="At least", control="number", is_main=True),
        Setting(name="maximum", label="At most", control="number", is_main=True),
        Setting(name="whole", label="Whole numbers only", control="flag", default=False),
        Setting(name="unit", label="Unit", control="text", limit=20),
        Setting(
            name="tolerance",
            label="Counts as the same",
            control="number",
            default=0,
            least=0,
            help="Answers not more than this apart agree.",
        ),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        minimum, maximum = read.number("minimum"), read.number("maximum")
        if minimum is not None and maximum is not None and minimum >= maximum:
            read.wrong("maximum", f"{maximum} is not above the minimum ({minimum}).")
        tolerance = read.number("tolerance") or 0.0
        if tolerance < 0:
            read.wrong("tolerance", "is below zero.")
        bounds = {"minimum": minimum, "maximum": maximum, "tolerance": tolerance}
        return {**bounds, "whole": read.flag("whole", default=False), "unit": read.text("unit", limit=20)}

    def own_definition(self) -> dict[str, Any]:
        names = ("minimum", "maximum", "whole", "unit", "tolerance")
        return {name: getattr(self, name) for name in names if getattr(self, name) not in (None, False, "", 0.0)} | {
            name: getattr(self, name) for name in ("minimum", "maximum") if getattr(self, name) == 0
        }

    def validate(self, answer: Any, given: Given) -> float:
        is_number = isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
        if not is_number:
            raise SchemaProblems([Problem("", f"{shown(answer)} is no number.")])
        if self.whole and answer != int(answer):
            raise SchemaProblems([Problem("", f"{answer} is not whole.")])
        if self.minimum is not None and answer < self.minimum:
            raise SchemaProblems([Problem("", f"{answer} is below {self.minimum}.")])
        if self.maximum is not None and answer > self.maximum:
            raise SchemaProblems([Problem("", f"{answer} is above {self.maximum}.")])
        return int(answer) if self.whole else answer

    def distance(self, first: Any, second: Any) -> float:
        """Relative to the range where there is one, else to the larger of the two."""
        apart = abs(first - second)
        if apart <= self.tolerance:
            return 0.0
        if self.minimum is not None and self.maximum is not None:
            return float(min(1.0, apart / (self.maximum - self.minimum)))
        return float(min(1.0, apart / max(abs(first), abs(second))))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The weighted median, where more than half of the weight is within the tolerance of it."""
        if not answers:
            return None
        middle = weighted_median(answers, weights)
        near = [weight for answer, weight in zip(answers, weights, strict=True) if self.distance(answer, middle) == 0]
        share = math.fsum(near) / math.fsum(weights)
        return (middle, share) if share > 0.5 else None

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return f"{answer:,} {self.unit}".strip() if isinstance(answer, int | float) else str(answer)

    def json_schema(self) -> dict[str, Any]:
        bounds = {name: getattr(self, name) for name in ("minimum", "maximum") if getattr(self, name) is not None}
        return {"type": "integer" if self.whole else "number", "title": self.title, **bounds}
