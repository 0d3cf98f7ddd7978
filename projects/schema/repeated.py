"""A question asked about each part of a field: each turn of a dialogue, each candidate, each column of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, ClassVar, Self

from projects.schema.fields.field import Field, Part
from projects.schema.given import Given
from projects.schema.opinions import Agreed
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question

# What a question can be asked about each of, and the field kind that has them.
PARTS = {"turn": "dialogue", "candidate": "candidates", "column": "record"}


@dataclass(frozen=True, kw_only=True)
class RepeatedQuestion(Question):
    """The answer is an object: by the part's id, the answer that ``question`` takes.

    Of the turns of a dialogue only those of ``speakers`` are asked about, where named. A required one wants an answer
    for every part.
    """

    question: Question
    per: str
    speakers: tuple[str, ...] = ()

    kind: ClassVar[str] = "repeated"
    holds_several: ClassVar[bool] = True
    repeats: ClassVar[bool] = False

    @classmethod
    def read(cls, definition: Mapping[str, Any], kind: type[Question], around: Around) -> Self:
        """Read a definition of that kind with ``per`` in it; raises ``SchemaProblems``."""
        rest = {name: value for name, value in definition.items() if name not in {"per", "speakers"}}
        per, speakers = definition["per"], definition.get("speakers", [])
        if per not in PARTS:
            raise SchemaProblems([Problem("per", f"{shown(per)} is none of: {', '.join(PARTS)}.")])
        fitting = [field.name for field in around.fields.values() if field.kind == PARTS[per]]
        if rest.get("on", fitting[0] if fitting else None) not in fitting:
            raise SchemaProblems([Problem("on", f"Asked per {per}, this needs a field of kind {PARTS[per]}.")])
        question = kind.parse({"on": fitting[0], **rest}, around)
        problems = [] if question.repeats else [Problem("per", f"{question.kind} is asked about a task as a whole.")]
        problems += _speaker_problems(per, speakers, around.fields[question.on])
        if problems:
            raise SchemaProblems(problems)
        common = {name: getattr(question, name) for name in ("name", "title", "on", "help", "required", "when")}
        return cls(**common, question=question, per=per, speakers=tuple(speakers))

    @property
    def single(self) -> Question:
        return self.question

    def definition(self) -> dict[str, Any]:
        named = {"speakers": list(self.speakers)} if self.speakers else {}
        return {**self.question.definition(), "per": self.per, **named}

    def asked_ids(self, given: Given) -> list[str]:
        """The ids of the parts that it is asked about."""
        ids = given.ids_of(self.on)
        if not self.speakers:
            return ids
        turns = given.data[self.on]
        return [one for one in ids if turns[int(one)]["speaker"] in self.speakers]

    def asked_parts(self, data: Mapping[str, Any], field: Field) -> list[Part]:
        """These parts with what there is to read of each; ``field`` is the one that it is about."""
        value = data.get(self.on)
        parts = [] if value is None else field.parts(value)
        return [part for part in parts if not self.speakers or part.kin in self.speakers]

    def validate(self, answer: Any, given: Given) -> dict[str, Any]:
        if not isinstance(answer, Mapping):
            raise SchemaProblems([Problem("", f"{shown(answer)} is no object of answers by {self.per}.")])
        ids = self.asked_ids(given)
        problems = [
            Problem(str(one), f"is no {self.per} that this is asked about.") for one in answer if one not in ids
        ]
        stored: dict[str, Any] = {}
        for one in ids:
            if answer.get(one) is None:
                if self.required and not given.is_draft:
                    problems.append(Problem(one, "is not answered."))
                continue
            try:
                stored[one] = self.question.validate(answer[one], given)
            except SchemaProblems as error:
                problems += [problem.below(one) for problem in error.problems]
        if problems:
            raise SchemaProblems(problems)
        return stored

    def distance(self, first: Any, second: Any) -> float:
        """The mean over the parts; what only one has answered is as far apart as can be."""
        ids = first.keys() | second.keys()
        if not ids:
            return 0.0
        return fmean(
            self.question.distance(first[one], second[one]) if one in first and one in second else 1.0 for one in ids
        )

    def said_about(self, answer: Any, suggestion: Any) -> Any:
        """The parts that were suggested."""
        return {one: given for one, given in answer.items() if one in suggestion}

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """Part by part; where any part has no consensus, the whole has none."""
        agreed: dict[str, Agreed] = {}
        for one in dict.fromkeys(one for answer in answers for one in answer):
            given = [(answer[one], weight) for answer, weight in zip(answers, weights, strict=True) if one in answer]
            found = self.question.consensus([answer for answer, _ in given], [weight for _, weight in given])
            if found is None:
                return None
            agreed[one] = found
        if not agreed:
            return None
        return {one: value for one, (value, _) in agreed.items()}, fmean(share for _, share in agreed.values())

    def options_in(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(one for value in answer.values() for one in self.question.options_in(value)))

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return {one: self.question.with_values(value, renamed) for one, value in answer.items()}

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        called = (names.get(one) or self._called(one) for one in answer)
        said = (self.question.summarize(value) for value in answer.values())
        return "; ".join(f"{part}: {value}" for part, value in zip(called, said, strict=True)) or "none"

    def _called(self, one: str) -> str:
        """A part as pages call it: people count turns from one."""
        if self.per == "column":
            return one
        return f"{self.per} {int(one) + 1 if self.per == 'turn' and one.isdecimal() else one}"

    def values(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(one for value in answer.values() for one in self.question.values(value)))

    def confidence_in(self, answer: Any, prediction: Mapping[str, Any], answers: Mapping[str, Any]) -> float | None:
        """As sure as of the least likely part; of parts without a prediction nothing is said."""
        parts = prediction.get("parts")
        if parts is None:
            return super().confidence_in(answer, prediction, answers)
        found = [self.question.confidence_in(answer[one], parts[one], answers) for one in answer if one in parts]
        return min((sure for sure in found if sure is not None), default=None)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.question.json_schema(), "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        if not isinstance(successor, RepeatedQuestion) or successor.per != self.per:
            return None
        return self.question.lost_values(successor.question)


def _speaker_problems(per: str, speakers: Any, field: Any) -> list[Problem]:
    if not isinstance(speakers, list) or not all(isinstance(one, str) for one in speakers):
        return [Problem("speakers", f"{shown(speakers)} is no list of speakers.")]
    if speakers and per != "turn":
        return [Problem("speakers", "Only turns have speakers.")]
    known = [speaker.name for speaker in getattr(field, "speakers", ())]
    wrong = [one for one in speakers if known and one not in known]
    return [Problem("speakers", f"{shown(one)} does not speak in {field.name}.") for one in wrong]
