"""Which of two candidates is better, how much so, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, kept_by_most, majority, weighted_median
from projects.schema.options import read_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.choices import check_values
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion, Question, keyed_steps
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

TIE = "tie"
_PARTS = {"better", "strength", "reasons"}


@dataclass(frozen=True, kw_only=True)
class PreferenceQuestion(OptionQuestion):
    """The answer is ``{"better": candidate id or "tie", "strength", "reasons"}``.

    ``strength`` is 1 to ``steps`` (1: only slightly better) and stands where there are several steps and no tie; the
    options are reasons, any number of which may be given.
    """

    steps: int = 3
    ties: bool = True

    kind: ClassVar[str] = "preference"
    label: ClassVar[str] = "Preference"
    summary: ClassVar[str] = "Which of two candidates is better."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="steps",
            label="Steps of how much better",
            control="whole",
            default=3,
            least=1,
            most=7,
            help="1: only which one.",
            is_main=True,
        ),
        Setting(name="ties", label="Neither may be better", control="flag", default=True),
        options_setting(0, label="Reasons"),
    )
    about: ClassVar[frozenset[str] | None] = frozenset({"candidates"})
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        steps = read.whole("steps", default=3, least=1, most=7)
        return {"option_list": read_options(read, least=0), "steps": steps, "ties": read.flag("ties", default=True)}

    @property
    def keyed(self) -> Iterable[str]:
        return [*keyed_steps(2 * self.steps + self.ties), *super().keyed]

    def own_definition(self) -> dict[str, Any]:
        extras: dict[str, Any] = {"steps": self.steps} if self.steps != 3 else {}
        if not self.ties:
            extras["ties"] = False
        return {**extras, **({"options": self.option_list.definition()} if self.options else {})}

    def validate(self, answer: Any, given: Given) -> dict[str, Any]:
        if not isinstance(answer, Mapping):
            raise SchemaProblems([Problem("", f"{shown(answer)} is no preference: an object is needed.")])
        problems = [Problem(str(name), "is not part of a preference.") for name in answer if name not in _PARTS]
        ids = given.ids_of(self.on)
        better, strength = answer.get("better"), answer.get("strength")
        if better not in ids and not (better == TIE and self.ties):
            known = ", ".join([*ids, *([TIE] if self.ties else [])])
            problems.append(Problem("better", f"{shown(better)} is none of: {known}."))
        has_strength = self.steps > 1 and better != TIE
        is_step = isinstance(strength, int) and not isinstance(strength, bool) and 1 <= strength <= self.steps
        if has_strength and not is_step:
            problems.append(Problem("strength", f"{shown(strength)} is no whole number from 1 to {self.steps}."))
        if not has_strength and strength is not None:
            problems.append(Problem("strength", "is not asked here."))
        reasons: list[str] = []
        try:
            reasons = check_values(answer.get("reasons") or [], self.option_list, least=0, most=0)
        except SchemaProblems as error:
            problems += [problem.below("reasons") for problem in error.problems]
        if problems:
            raise SchemaProblems(problems)
        stored = {"better": better, **({"strength": strength} if has_strength else {})}
        return {**stored, **({"reasons": reasons} if reasons else {})}

    def distance(self, first: Any, second: Any) -> float:
        """On the line from "a is far better" to "b is far better", with a tie in the middle; reasons do not count."""
        one, other = first["better"], second["better"]
        ends = sorted({one, other} - {TIE})
        if len(ends) < 2 and one != other:  # a tie against one of them
            return self._side(first if other == TIE else second) / 2
        if one == other:
            return abs(self._side(first) - self._side(second)) / 2
        return (self._side(first) + self._side(second)) / 2

    def _side(self, answer: Mapping[str, Any]) -> float:
        """How far from the middle, in [0, 1]."""
        if answer["better"] == TIE:
            return 0.0
        return float(answer.get("strength", self.steps) / self.steps)

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The better one by majority, with the median strength and the reasons of most of those who say so."""
        agreed = majority([answer["better"] for answer in answers], weights)
        if agreed is None:
            return None
        better, share = agreed
        same = [(one, weight) for one, weight in zip(answers, weights, strict=True) if one["better"] == better]
        weights = [weight for _, weight in same]
        value: dict[str, Any] = {"better": better}
        if better != TIE and self.steps > 1:
            value["strength"] = weighted_median([one.get("strength", self.steps) for one, _ in same], weights)
        if reasons := kept_by_most([one.get("reasons", []) for one, _ in same], weights):
            value["reasons"] = reasons
        return value, share

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        if answer["better"] == TIE:
            said = "no difference"
        else:
            said = f"{names.get(answer['better'], answer['better'])} is better"
            said += f" ({answer['strength']} of {self.steps})" if "strength" in answer else ""
        reasons = ", ".join(self.titles.get(one, one) for one in answer.get("reasons", []))
        return f"{said}: {reasons}" if reasons else said

    def options_in(self, answer: Any) -> list[str]:
        return list(answer.get("reasons", []))

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        if "reasons" not in answer:
            return answer
        places = self.option_list.places
        reasons = {renamed.get(one, one) for one in answer["reasons"]}
        return {**answer, "reasons": sorted(reasons, key=lambda one: (places.get(one, len(places)), one))}

    def values(self, answer: Any) -> list[str]:
        return [answer["better"]]

    @property
    def known_values(self) -> Iterable[str] | None:
        return None

    def json_schema(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"better": {"type": "string"}}
        if self.steps > 1:
            parts["strength"] = {"type": "integer", "minimum": 1, "maximum": self.steps}
        if self.options:
            parts["reasons"] = {"type": "array", "items": {"type": "string", "enum": list(self.open_values)}}
        return {"type": "object", "required": ["better"], "properties": parts, "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        is_same = isinstance(successor, PreferenceQuestion) and successor.steps == self.steps
        return super().lost_values(successor) if is_same else None
