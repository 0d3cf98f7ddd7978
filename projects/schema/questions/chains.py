"""Coreference: which spans speak of the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close, kept_by_most
from projects.schema.options import read_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.choices import set_distance
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion
from projects.schema.questions.region_ids import id_problems
from projects.schema.questions.span_references import find_span, read_spans_question, span_places
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

MAX_CHAINS = 10_000
_PARTS = {"id", "members", "label"}


@dataclass(frozen=True, kw_only=True)
class ChainsQuestion(OptionQuestion):
    """The answer is a list of ``{"id", "members": [span ids], "label"}``.

    A span is in one chain at most, a chain has two spans at least. ``of`` is the spans question; ``label`` is there
    where the question has options.
    """

    of: str

    kind: ClassVar[str] = "chains"
    holds_several: ClassVar[bool] = True
    label: ClassVar[str] = "Chains"
    summary: ClassVar[str] = "Which spans speak of the same thing."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(name="of", label="The spans of", control="question", kinds=("spans",), is_main=True),
        options_setting(0, label="Labels of chains"),
    )
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        spans = read_spans_question(read, "of", around)
        return {"option_list": read_options(read, least=0), "of": spans.name if spans else ""}

    @property
    def points_into(self) -> str:
        return self.of

    def own_definition(self) -> dict[str, Any]:
        options = {"options": self.option_list.definition()} if self.options else {}
        return {"of": self.of, **options}

    def validate(self, answer: Any, given: Given) -> list[dict[str, Any]]:
        if not isinstance(answer, list) or len(answer) > MAX_CHAINS:
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of up to {MAX_CHAINS:,} chains.")])
        spans = {span["id"] for span in given.answers.get(self.of, [])}
        chains: list[dict[str, Any]] = []
        problems: list[Problem] = []
        used: set[str] = set()
        ids: set[str] = set()
        for position, chain in enumerate(answer):
            found = self._problems(chain, spans, used, ids)
            problems += [problem.below(str(position)) for problem in found]
            if not found:
                used |= set(chain["members"])
                ids.add(chain["id"])
                label = {"label": chain["label"]} if self.options else {}
                chains.append({"id": chain["id"], "members": list(chain["members"]), **label})
        if problems:
            raise SchemaProblems(problems)
        return chains

    def _problems(self, chain: Any, spans: set[str], used: set[str], ids: set[str]) -> list[Problem]:
        if not isinstance(chain, Mapping):
            return [Problem("", f"{shown(chain)} is no chain: an object is needed.")]
        problems = [Problem(str(name), "is not part of a chain.") for name in chain if name not in _PARTS]
        problems += id_problems(chain.get("id"))
        if not problems and chain["id"] in ids:
            problems.append(Problem("id", f"{shown(chain['id'])} is used twice."))
        members = chain.get("members")
        if not isinstance(members, list) or len(members) < 2:
            return [*problems, Problem("members", "A chain has two spans at least.")]
        for position, member in enumerate(members):
            if not isinstance(member, str) or member not in spans:
                problems.append(Problem(f"members.{position}", f"{shown(member)} is no span of “{self.of}”."))
            elif member in used or member in members[:position]:
                problems.append(Problem(f"members.{position}", f"{shown(member)} is in a chain already."))
        if self.options:
            try:
                self.option_list.check(chain.get("label"), "label")
            except SchemaProblems as error:
                problems += [problem.below("label") for problem in error.problems]
        elif chain.get("label") is not None:
            problems.append(Problem("label", "Chains have no labels here."))
        return problems

    def compared(self, answer: Any, answers: Mapping[str, Any]) -> Any:
        """By the labels and places of the spans: ``[label, members...]`` each."""
        places = span_places(answers.get(self.of, []))
        return [[chain.get("label", ""), *sorted(places.get(one, "") for one in chain["members"])] for chain in answer]

    def as_answer(self, compared: Any, answers: Mapping[str, Any]) -> Any:
        spans = answers.get(self.of, [])
        chains: list[dict[str, Any]] = []
        for label, *contents in compared:
            members = [found for content in contents if (found := find_span(spans, content))]
            if len(members) > 1:
                chains.append({"id": f"c{len(chains) + 1}", "members": members, **({"label": label} if label else {})})
        return chains

    def distance(self, first: Any, second: Any) -> float:
        """One minus Jaccard's index of the links between neighbours, of answers in the form of ``compared``."""
        return set_distance(_links(first), _links(second))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        kept = kept_by_most(answers, weights, key=tuple)
        return if_close(kept, answers, weights, self.distance)

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return [{**one, "label": renamed.get(one["label"], one["label"])} if "label" in one else one for one in answer]

    def with_references(self, answer: Any, to: str, renamed: Mapping[str, str]) -> Any:
        if to != self.of:
            return answer
        moved = [
            {**chain, "members": list(dict.fromkeys(renamed.get(one, one) for one in chain["members"]))}
            for chain in answer
        ]
        return [chain for chain in moved if len(chain["members"]) > 1]

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return f"{len(answer)} chain{'' if len(answer) == 1 else 's'}" if answer else "none"

    def values(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(chain["label"] for chain in answer if chain.get("label")))

    def json_schema(self) -> dict[str, Any]:
        chain: dict[str, Any] = {
            "id": {"type": "string"},
            "members": {"type": "array", "minItems": 2, "items": {"type": "string"}},
        }
        if self.options:
            chain["label"] = {"type": "string", "enum": list(self.open_values)}
        items = {"type": "object", "required": list(chain), "properties": chain}
        return {"type": "array", "items": items, "title": self.title}


def _links(chains: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Each member with the next in place: as many links as a chain has members, less one, and its label."""
    return [(label, one, other) for label, *members in chains for one, other in zip(members, members[1:], strict=False)]
