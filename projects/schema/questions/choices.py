"""Several answers out of a list of options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close, kept_by_most
from projects.schema.options import MAX_OPTIONS, OptionList, read_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

_DIVIDERS = ("|", ";", ",")


@dataclass(frozen=True, kw_only=True)
class ChoicesQuestion(OptionQuestion):
    """The answer is a list of option values, stored in the order of the options; it holds ``least`` to ``most`` of
    them (0: as many as there are). With ``least`` 0 an empty list says that none applies."""

    least: int = 1
    most: int = 0

    kind: ClassVar[str] = "choices"
    holds_several: ClassVar[bool] = True
    label: ClassVar[str] = "Choices"
    summary: ClassVar[str] = "Any number of several options."
    settings: ClassVar[tuple[Setting, ...]] = (
        options_setting(2),
        Setting(
            name="least",
            label="At least",
            control="whole",
            default=1,
            least=0,
            most=10000,
            help="0: that none applies is an answer, too.",
        ),
        Setting(
            name="most",
            label="At most",
            control="whole",
            default=0,
            least=0,
            most=10000,
            help="0: as many as there are.",
        ),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        least = read.whole("least", default=1, least=0, most=MAX_OPTIONS)
        most = read.whole("most", default=0, least=0, most=MAX_OPTIONS)
        if most and most < least:
            read.wrong("most", f"is {most}, less than the least ({least}).")
        return {"option_list": read_options(read), "least": least, "most": most}

    def own_definition(self) -> dict[str, Any]:
        bounds = {"least": self.least} if self.least != 1 else {}
        return {**bounds, **({"most": self.most} if self.most else {}), "options": self.option_list.definition()}

    def validate(self, answer: Any, given: Given) -> list[str]:
        return check_values(answer, self.option_list, least=0 if given.is_draft else self.least, most=self.most)

    def read_text(self, text: str) -> Any:
        """A list as JSON, or options divided by one of ``| ; ,``."""
        if text.lstrip().startswith("["):
            return super().read_text(text)
        whole = self.option_list.value_of(text)
        divider = next((one for one in _DIVIDERS if one in text), "")
        if not divider or whole in self.titles:
            return [whole]
        return [self.option_list.value_of(part.strip()) for part in text.split(divider) if part.strip()]

    def distance(self, first: Any, second: Any) -> float:
        """One minus Jaccard's index: the share of what either chose that both chose."""
        return set_distance(first, second)

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The options that more than half of the weight chose."""
        kept = sorted(kept_by_most(answers, weights), key=self._place)
        return if_close(kept, answers, weights, self.distance) if len(kept) >= self.least else None

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return sorted({renamed.get(value, value) for value in answer}, key=lambda value: (self._place(value), value))

    def shared_part(self, answers: Sequence[Any]) -> Any:
        return [value for value in answers[0] if all(value in other for other in answers)]

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return ", ".join(self.titles.get(value, str(value)) for value in answer) or "none"

    def values(self, answer: Any) -> list[str]:
        return list(answer)

    def json_schema(self) -> dict[str, Any]:
        bounds = {"minItems": self.least, **({"maxItems": self.most} if self.most else {})}
        items = {"type": "string", "enum": list(self.open_values)}
        return {"type": "array", "uniqueItems": True, "items": items, "title": self.title, **bounds}

    def _place(self, value: str) -> int:
        return self.option_list.places.get(value, MAX_OPTIONS)


def check_values(answer: Any, options: OptionList, *, least: int, most: int) -> list[str]:
    """A list of option values, each once, in the order of the options; raises ``SchemaProblems``."""
    if not isinstance(answer, list):
        raise SchemaProblems([Problem("", f"{shown(answer)} is no list of options.")])
    problems: list[Problem] = []
    for position, value in enumerate(answer):
        try:
            options.check(value)
        except SchemaProblems as error:
            problems += [problem.below(str(position)) for problem in error.problems]
    if not problems and len(set(answer)) < len(answer):
        problems.append(Problem("", "An option is given twice."))
    if len(answer) < least:
        problems.append(Problem("", f"{len(answer)} chosen; at least {least} needed."))
    if most and len(answer) > most:
        problems.append(Problem("", f"{len(answer)} chosen; {most} at most."))
    if problems:
        raise SchemaProblems(problems)
    return sorted(answer, key=lambda value: options.places[value])


def set_distance(first: Sequence[Any], second: Sequence[Any]) -> float:
    """
    >>> set_distance(["a", "b"], ["b", "c"])
    0.6666666666666667
    """
    one, other = set(first), set(second)
    return 1 - len(one & other) / len(one | other) if one | other else 0.0
