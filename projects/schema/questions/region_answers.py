"""Questions about each region of a task: a span of a text, and whatever else people mark. Their answers stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from projects.schema.answering import check_answers
from projects.schema.given import Given
from projects.schema.names import duplicates
from projects.schema.options import OptionList
from projects.schema.parsing import parse_questions
from projects.schema.problems import Problem, shown
from projects.schema.questions.choice import ChoiceQuestion
from projects.schema.questions.question import Around, Question
from projects.schema.reading import Reader

# The name under which conditions of such a question know the region's label.
LABEL = "label"


def read_region_questions(read: Reader, around: Around, labels: OptionList) -> tuple[Question, ...]:
    """The ``questions`` of a definition; conditions may name earlier ones, and the region's ``label``."""
    definitions = read.get("questions", [])
    if definitions == []:
        return ()
    questions, problems = parse_questions(definitions, Around(around.fields, {LABEL: _label_question(labels)}))
    read.problems += problems
    for position, question in enumerate(questions):
        if not question.repeats:
            read.wrong(f"questions.{position}.kind", f"{question.kind} cannot be asked about a region.")
    for name in duplicates([LABEL, *(question.name for question in questions)]):
        read.wrong("questions", f"The name {shown(name)} is used twice.")
    return tuple(questions)


def check_region_answers(
    questions: Sequence[Question], labels: OptionList, region: Mapping[str, Any], given: Given
) -> tuple[dict[str, Any], list[Problem]]:
    """The region's own answers as they are stored, and what is wrong with them, below ``answers``."""
    answers = region.get("answers") or {}
    if not isinstance(answers, Mapping):
        return {}, [Problem("answers", f"{shown(answers)} is no object of answers.")]
    about = replace(given, answers={LABEL: region["label"]})
    stored, problems = check_answers(questions, answers, about, {LABEL: _label_question(labels)})
    return stored, [problem.below("answers") for problem in problems]


@dataclass(frozen=True)
class RegionQuestion:
    """A question about each region in the answers to another one, the ``whole``, which they are part of."""

    whole: Question
    asked: Question

    @property
    def name(self) -> str:
        """Under which answers stand: the whole's."""
        return self.whole.name

    def options_in(self, answer: Any) -> list[str]:
        given = [region.get("answers", {}) for region in answer]
        found = (self.asked.options_in(one[self.asked.name]) for one in given if self.asked.name in one)
        return list(dict.fromkeys(value for values in found for value in values))

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return [self._region_with(region, renamed) for region in answer]

    def merged_ids(self, answer: Any, renamed: Mapping[str, str]) -> dict[str, str]:
        return {}

    def _region_with(self, region: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
        given = region.get("answers", {})
        if self.asked.name not in given:
            return dict(region)
        value = self.asked.with_values(given[self.asked.name], renamed)
        return {**region, "answers": {**given, self.asked.name: value}}


def answers_in_words(questions: Sequence[Question], answers: Mapping[str, Any]) -> str:
    given = [question for question in questions if question.name in answers]
    return ", ".join(f"{question.title} {question.summarize(answers[question.name])}" for question in given)


def answers_alike(questions: Sequence[Question], one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """One where the two regions' own answers are the same, less for each that differs."""
    if not questions:
        return 1.0
    given, others = one.get("answers", {}), other.get("answers", {})
    asked = [question for question in questions if question.name in given or question.name in others]
    apart = [
        question.distance(given[question.name], others[question.name])
        if question.name in given and question.name in others
        else 1.0
        for question in asked
    ]
    return 1 - sum(apart) / (len(questions) + 1) if asked else 1.0


def agreed_answers(
    questions: Sequence[Question], labels: OptionList, regions: Sequence[Mapping[str, Any]], weights: Sequence[float]
) -> dict[str, Any] | None:
    """What people agree on about one region, of which all have the same label; None where a required answer is not
    agreed upon."""
    by_name = {LABEL: _label_question(labels), **{question.name: question for question in questions}}
    agreed: dict[str, Any] = {LABEL: regions[0]["label"]}
    for question in questions:
        if question.when is not None and not question.when.holds(by_name, agreed):
            continue
        given = [
            (region["answers"][question.name], weight)
            for region, weight in zip(regions, weights, strict=True)
            if question.name in region.get("answers", {})
        ]
        found = question.consensus([answer for answer, _ in given], [weight for _, weight in given]) if given else None
        if found is not None:
            agreed[question.name] = found[0]
        elif question.required:
            return None
    return {name: answer for name, answer in agreed.items() if name != LABEL}


def _label_question(labels: OptionList) -> ChoiceQuestion:
    return ChoiceQuestion(name=LABEL, title="Label", on="", option_list=labels)
