"""Relations between spans: directed or not, with types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close, kept_by_most
from projects.schema.options import parse_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.choices import set_distance
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion
from projects.schema.questions.region_ids import id_problems
from projects.schema.questions.span_references import find_span, read_spans_question, span_places
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

MAX_RELATIONS = 20_000
_PARTS = {"id", "from", "to", "label"}


@dataclass(frozen=True)
class Ends:
    """Which labels of spans a relation type may go from and to; empty: any."""

    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RelationsQuestion(OptionQuestion):
    """The answer is a list of ``{"id", "from", "to", "label"}`` between spans, by id, of the question ``between``.

    Options are the types; with ``directed`` false a relation is the same from either end.
    """

    between: str
    ends: Mapping[str, Ends]
    directed: bool = True

    kind: ClassVar[str] = "relations"
    holds_several: ClassVar[bool] = True
    label: ClassVar[str] = "Relations"
    summary: ClassVar[str] = "How spans relate to each other."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(name="between", label="Between the spans of", control="question", kinds=("spans",), is_main=True),
        options_setting(
            1,
            label="Types",
            settings=(
                Setting(name="from", label="From spans labeled", control="labels", of="between"),
                Setting(name="to", label="To spans labeled", control="labels", of="between"),
            ),
        ),
        Setting(name="directed", label="It matters which end is which", control="flag", default=True),
    )
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        options, problems = parse_options(_without_ends(read.get("options")), least=1)
        read.problems += problems
        spans = read_spans_question(read, "between", around)
        ends = _read_ends(read, spans.option_list.titles if spans else {})
        directed = read.flag("directed", default=True)
        return {"option_list": options, "between": spans.name if spans else "", "ends": ends, "directed": directed}

    @property
    def points_into(self) -> str:
        return self.between

    def own_definition(self) -> dict[str, Any]:
        options = []
        for option in self.option_list.definition():
            ends = self.ends.get(option["value"], Ends())
            named = {"from": list(ends.sources), "to": list(ends.targets)}
            options.append({**option, **{name: labels for name, labels in named.items() if labels}})
        undirected = {} if self.directed else {"directed": False}
        return {"between": self.between, **undirected, "options": options}

    def validate(self, answer: Any, given: Given) -> list[dict[str, Any]]:
        if not isinstance(answer, list) or len(answer) > MAX_RELATIONS:
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of up to {MAX_RELATIONS:,} relations.")])
        labels = {span["id"]: span["label"] for span in given.answers.get(self.between, [])}
        relations: list[dict[str, Any]] = []
        problems: list[Problem] = []
        ids: set[str] = set()
        seen: set[tuple[str, str, str]] = set()
        for position, relation in enumerate(answer):
            found = self._problems(relation, labels)
            if not found and relation["id"] in ids:
                found = [Problem("id", f"{shown(relation['id'])} is used twice.")]
            if not found and self._key(relation) in seen:
                found = [Problem("", "The same relation is given twice.")]
            problems += [problem.below(str(position)) for problem in found]
            if not found:
                ids.add(relation["id"])
                seen.add(self._key(relation))
                relations.append({name: relation[name] for name in ("id", "from", "to", "label")})
        if problems:
            raise SchemaProblems(problems)
        return relations

    def check_relation(self, relation: Any, spans: Sequence[Mapping[str, Any]]) -> None:
        """Raise ``SchemaProblems`` where this cannot be a relation between two of ``spans``."""
        problems = self._problems(relation, {span["id"]: span["label"] for span in spans})
        if problems:
            raise SchemaProblems(problems)

    def _problems(self, relation: Any, labels: Mapping[str, str]) -> list[Problem]:
        if not isinstance(relation, Mapping):
            return [Problem("", f"{shown(relation)} is no relation: an object is needed.")]
        problems = [Problem(str(name), "is not part of a relation.") for name in relation if name not in _PARTS]
        problems += id_problems(relation.get("id"))
        for end in ("from", "to"):
            if relation.get(end) not in labels:
                problems.append(Problem(end, f"{shown(relation.get(end))} is no span of “{self.between}”."))
        try:
            label = self.option_list.check(relation.get("label"), "relation type")
        except SchemaProblems as error:
            return problems + [problem.below("label") for problem in error.problems]
        if problems:
            return problems
        if relation["from"] == relation["to"]:
            return [Problem("to", "A span has no relation to itself.")]
        ends = self.ends.get(label, Ends())
        for end, allowed in (("from", ends.sources), ("to", ends.targets)):
            if allowed and labels[relation[end]] not in allowed:
                reason = f"“{label}” cannot be there at {labels[relation[end]]}, only at {', '.join(allowed)}."
                problems.append(Problem(end, reason))
        return problems

    def _key(self, relation: Mapping[str, str]) -> tuple[str, str, str]:
        one, other = relation["from"], relation["to"]
        if not self.directed and other < one:
            one, other = other, one
        return relation["label"], one, other

    def compared(self, answer: Any, answers: Mapping[str, Any]) -> Any:
        """By the labels and places of the spans: ``[label, from, to]`` each."""
        places = span_places(answers.get(self.between, []))
        found = []
        for relation in answer:
            ends = [places.get(relation["from"], ""), places.get(relation["to"], "")]
            found.append([relation["label"], *(ends if self.directed else sorted(ends))])
        return found

    def as_answer(self, compared: Any, answers: Mapping[str, Any]) -> Any:
        """Between the spans that were concluded; a relation of a span that was not is dropped."""
        spans = answers.get(self.between, [])
        ends = [(label, find_span(spans, source), find_span(spans, target)) for label, source, target in compared]
        return [
            {"id": f"r{number}", "from": source, "to": target, "label": label}
            for number, (label, source, target) in enumerate(ends, 1)
            if source and target
        ]

    def distance(self, first: Any, second: Any) -> float:
        """One minus Jaccard's index of the relations in the form of ``compared``."""
        return set_distance([tuple(one) for one in first], [tuple(one) for one in second])

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        kept = kept_by_most(answers, weights, key=tuple)
        return if_close(kept, answers, weights, self.distance)

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return self._once({**one, "label": renamed.get(one["label"], one["label"])} for one in answer)

    def with_references(self, answer: Any, to: str, renamed: Mapping[str, str]) -> Any:
        if to != self.between:
            return answer
        moved = ({**one, **{end: renamed.get(one[end], one[end]) for end in ("from", "to")}} for one in answer)
        return self._once(one for one in moved if one["from"] != one["to"])

    def _once(self, relations: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        first: dict[Any, dict[str, Any]] = {}
        for relation in relations:
            first.setdefault(self._key(relation), relation)
        return list(first.values())

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        counts: dict[str, int] = {}
        for relation in answer:
            label = relation["label"]
            counts[label] = counts.get(label, 0) + 1
        return ", ".join(f"{count} × {self.titles.get(label, label)}" for label, count in counts.items()) or "none"

    def values(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(relation["label"] for relation in answer))

    def json_schema(self) -> dict[str, Any]:
        text = {"type": "string"}
        label = {"type": "string", "enum": list(self.open_values)}
        relation = {"id": text, "from": text, "to": text, "label": label}
        items = {"type": "object", "required": list(relation), "properties": relation}
        return {"type": "array", "items": items, "title": self.title}


def _without_ends(options: Any) -> Any:
    if not isinstance(options, list):
        return options
    return [
        {name: value for name, value in option.items() if name not in {"from", "to"}}
        if isinstance(option, Mapping)
        else option
        for option in options
    ]


def _read_ends(read: Reader, labels: Mapping[str, str]) -> dict[str, Ends]:
    """The ends of each type that names any; ``from`` and ``to`` stand in the options."""
    options = read.get("options")
    ends: dict[str, Ends] = {}
    for position, option in enumerate(options if isinstance(options, list) else []):
        if not isinstance(option, Mapping) or not {"from", "to"} & set(option):
            continue
        part = Reader({name: option[name] for name in ("from", "to") if name in option})
        ends[str(option.get("value"))] = Ends(part.texts("from", limit=80), part.texts("to", limit=80))
        for name in ("from", "to"):
            for label in part.texts(name, limit=80):
                if label not in labels:
                    part.wrong(name, f"{shown(label)} is no label of the spans.")
        read.problems += [problem.below(f"options.{position}") for problem in part.problems]
    return ends
