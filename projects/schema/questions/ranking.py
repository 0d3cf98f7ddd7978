"""Candidates in order, best first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

from projects.schema.fields.candidates import MAX_CANDIDATES
from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import MOST_STEPS_WITH_KEYS, NO_NAMES, Around, Question, keyed_steps
from projects.schema.reading import Reader
from projects.schema.settings import Setting


@dataclass(frozen=True, kw_only=True)
class RankingQuestion(Question):
    """The answer lists candidate ids, best first: all of them, or the ``top`` ones."""

    top: int = 0

    kind: ClassVar[str] = "ranking"
    label: ClassVar[str] = "Ranking"
    summary: ClassVar[str] = "Candidates in order, best first."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="top",
            label="How many are ranked",
            control="whole",
            default=0,
            least=0,
            most=200,
            help="0: all of them.",
            is_main=True,
        ),
    )
    about: ClassVar[frozenset[str] | None] = frozenset({"candidates"})
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        return {"top": read.whole("top", default=0, least=0, most=MAX_CANDIDATES)}

    @property
    def keyed(self) -> Iterable[str]:
        """The places on screen: how many there are, each task says."""
        return keyed_steps(MOST_STEPS_WITH_KEYS)

    def own_definition(self) -> dict[str, Any]:
        return {"top": self.top} if self.top else {}

    def validate(self, answer: Any, given: Given) -> list[str]:
        if not isinstance(answer, list):
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of candidates.")])
        ids = given.ids_of(self.on)
        problems: list[Problem] = []
        for position, one in enumerate(answer):
            if one not in ids:
                problems.append(Problem(str(position), f"{shown(one)} is no candidate; there are: {_some(ids)}."))
            elif one in answer[:position]:
                problems.append(Problem(str(position), f"{shown(one)} is ranked twice."))
        wanted = min(self.top, len(ids)) if self.top else len(ids)
        missing = [one for one in ids if one not in answer]
        if not problems and len(answer) < wanted and not given.is_draft:
            what = f"{wanted} are to be ranked, {len(answer)} are" if self.top else f"{_some(missing)} missing"
            problems.append(Problem("", f"is not complete: {what}."))
        if not problems and len(answer) > wanted:
            problems.append(Problem("", f"{len(answer)} are ranked; {wanted} at most."))
        if problems:
            raise SchemaProblems(problems)
        return answer

    def distance(self, first: Any, second: Any) -> float:
        """The share of pairs in another order (Kendall, 1938); what is not ranked comes behind all that is."""
        ids = list(dict.fromkeys([*first, *second]))
        if len(ids) < 2:
            return 0.0
        one, other = _places(first, ids), _places(second, ids)
        pairs = list(combinations(ids, 2))
        apart = sum(_sign(one[a] - one[b]) != _sign(other[a] - other[b]) for a, b in pairs)
        return apart / len(pairs)

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """By points for places (Borda, 1781), where the rankings are close to it."""
        points: defaultdict[str, float] = defaultdict(float)
        ids = list(dict.fromkeys(one for answer in answers for one in answer))
        for answer, weight in zip(answers, weights, strict=True):
            for place, one in enumerate(answer):
                points[one] += (len(ids) - place) * weight
        ranked = sorted(ids, key=lambda one: -points[one])
        ranked = ranked[: self.top] if self.top else ranked
        return if_close(ranked, answers, weights, self.distance) if ranked else None

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return " > ".join(names.get(one, one) for one in answer)

    def values(self, answer: Any) -> list[str]:
        """The best one."""
        return list(answer[:1])

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        is_same = isinstance(successor, RankingQuestion) and (successor.top, successor.on) == (self.top, self.on)
        return [] if is_same else None


def _places(ranked: Sequence[str], ids: Iterable[str]) -> dict[str, int]:
    places = {one: place for place, one in enumerate(ranked)}
    return {one: places.get(one, len(ranked)) for one in ids}


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:12]) + (", …" if len(ids) > 12 else "")
