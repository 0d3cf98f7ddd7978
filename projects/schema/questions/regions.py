"""Regions of a medium with labels: boxes on an image, ranges of a sound; each may have answers of its own.

A kind is a subclass with a ``geometry``; everything else is the same for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close
from projects.schema.options import read_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.outlines import Outline, Outlines
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion, Question
from projects.schema.questions.region_answers import (
    agreed_answers,
    answers_alike,
    answers_in_words,
    check_region_answers,
    read_region_questions,
)
from projects.schema.questions.region_confidence import least_confidence
from projects.schema.questions.region_geometry import Geometry
from projects.schema.questions.region_ids import ID_PATTERN, id_problems
from projects.schema.questions.region_matching import SAME_OVERLAP, groups, matched
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

_PARTS = ("id", "label", "answers")


def region_settings(geometry: Geometry) -> tuple[Setting, ...]:
    """What the form of such a kind asks."""
    most = geometry.most_regions
    return (
        options_setting(1, label="Labels"),
        Setting(
            name="least",
            label="At least",
            control="whole",
            default=0,
            least=0,
            most=most,
            help="0: that there is none is an answer, too.",
        ),
        Setting(name="most", label="At most", control="whole", default=0, least=0, most=most, help="0: any number."),
        Setting(name="questions", label=f"Asked about each {geometry.noun}", control="questions"),
    )


@dataclass(frozen=True, kw_only=True)
class RegionsQuestion(OptionQuestion):
    """The answer is a list of ``{"id", "label", ..., "answers"}``, where the geometry's sides stand, in reading order.

    It holds ``least`` to ``most`` regions (0: any number); an empty list says that there is none. ``questions`` are
    asked about each region; their answers stand in it. Regions may overlap.
    """

    least: int = 0
    most: int = 0
    questions: tuple[Question, ...] = ()

    geometry: ClassVar[Geometry]
    holds_several: ClassVar[bool] = True
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        labels = read_options(read, least=1)
        least = read.whole("least", default=0, least=0, most=cls.geometry.most_regions)
        most = read.whole("most", default=0, least=0, most=cls.geometry.most_regions)
        if most and most < least:
            read.wrong("most", f"is {most}, less than the least ({least}).")
        questions = read_region_questions(read, around, labels)
        return {"option_list": labels, "least": least, "most": most, "questions": questions}

    def own_definition(self) -> dict[str, Any]:
        bounds = {name: value for name, value in (("least", self.least), ("most", self.most)) if value}
        nested = {"questions": [question.definition() for question in self.questions]} if self.questions else {}
        return {**bounds, "options": self.option_list.definition(), **nested}

    def validate(self, answer: Any, given: Given) -> list[dict[str, Any]]:
        nouns = self.geometry.nouns
        if not isinstance(answer, list):
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of {nouns}.")])
        most = self.most or self.geometry.most_regions
        if len(answer) > most:
            raise SchemaProblems([Problem("", f"holds {len(answer):,} {nouns}; {most:,} is the most.")])
        if len(answer) < self.least and not given.is_draft:
            raise SchemaProblems([Problem("", f"holds {len(answer):,} {nouns}; at least {self.least:,} needed.")])
        if answer and given.data.get(self.on) is None:
            raise SchemaProblems([Problem("", f"“{self.on}” holds nothing here, so nothing in it can be marked.")])
        regions: list[dict[str, Any]] = []
        problems: list[Problem] = []
        for position, region in enumerate(answer):
            checked, found = self._checked(region, given)
            regions.append(checked)
            problems += [problem.below(str(position)) for problem in found]
        problems = problems or self._clashes(regions)
        if problems:
            raise SchemaProblems(problems)
        return self._in_order(regions)

    def _checked(self, region: Any, given: Given) -> tuple[dict[str, Any], list[Problem]]:
        noun = self.geometry.noun
        if not isinstance(region, Mapping):
            return {}, [Problem("", f"{shown(region)} is no {noun}: an object is needed.")]
        known = {*_PARTS, *self.geometry.sides}
        problems = [Problem(str(name), f"is not part of a {noun}.") for name in region if name not in known]
        problems += id_problems(region.get("id"))
        sides, found = self.geometry.read_sides(region)
        if not found:
            sides, found = self.geometry.check(sides, given.data[self.on])
        problems += found
        try:
            label = self.option_list.check(region.get("label"), "label")
        except SchemaProblems as error:
            return {}, problems + [problem.below("label") for problem in error.problems]
        answers, found = check_region_answers(self.questions, self.option_list, region, given)
        if problems or found:
            return {}, problems + found
        return {"id": region["id"], "label": label, **sides, **({"answers": answers} if answers else {})}, []

    def _clashes(self, regions: Sequence[dict[str, Any]]) -> list[Problem]:
        problems: list[Problem] = []
        ids: set[str] = set()
        seen: set[Any] = set()
        for position, region in enumerate(regions):
            if region["id"] in ids:
                problems.append(Problem(f"{position}.id", f"{shown(region['id'])} is used twice."))
            if self.key_of(region) in seen:
                reason = f"The same {self.geometry.noun} has the label {shown(region['label'])} twice."
                problems.append(Problem(str(position), reason))
            ids.add(region["id"])
            seen.add(self.key_of(region))
        return problems

    def key_of(self, region: Mapping[str, Any]) -> tuple[str, tuple[float, ...]]:
        """What makes two regions exactly the same: label and place."""
        return region["label"], self.geometry.place(region)

    def _in_order(self, regions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        places = self.option_list.places
        return sorted(
            regions, key=lambda region: (self.geometry.place(region), places.get(region["label"], len(places)))
        )

    def distance(self, first: Any, second: Any) -> float:
        """One minus twice the overlap of what was matched, over the number of regions in both answers together.

        That is one minus the panoptic quality, but for its cut: there a pair that overlaps by less than half counts
        nothing, here each counts by its overlap. Of a pair whose own answers differ a part is taken off.

        References
        ----------
        Kirillov et al., 2019. Panoptic segmentation. CVPR, equation 1.
        """
        if not first and not second:
            return 0.0
        alike = fsum(
            pair.overlap * answers_alike(self.questions, first[pair.one], second[pair.other])
            for pair in matched(first, second, self.geometry)
        )
        return min(1.0, max(0.0, 1 - 2 * alike / (len(first) + len(second))))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The regions that more than half of the weight has, each in the middle of theirs; None where their own answers
        are not agreed upon, or too few regions are left."""
        half = fsum(weights) / 2
        kept: list[dict[str, Any]] = []
        for group in groups(answers, self.geometry):
            members = [region for _, region in group]
            shares = [weights[number] for number, _ in group]
            if fsum(shares) <= half:
                continue
            label = members[0]["label"]
            agreed = agreed_answers(self.questions, self.option_list, members, shares)
            if agreed is None:
                return None
            sides = self.geometry.middle(members, shares)
            kept.append({"id": "", "label": label, **sides, **({"answers": agreed} if agreed else {})})
        once = {self.key_of(region): region for region in kept}
        if len(once) < self.least or (self.most and len(once) > self.most):
            return None
        numbered = [{**region, "id": f"r{number}"} for number, region in enumerate(self._in_order([*once.values()]), 1)]
        return if_close(numbered, answers, weights, self.distance)

    def shared_part(self, answers: Sequence[Any]) -> Any:
        """The first one's regions that all others have, too, if not to the pixel."""
        everywhere = set(range(len(answers[0])))
        for other in answers[1:]:
            everywhere &= {pair.one for pair in matched(answers[0], other, self.geometry, least=SAME_OVERLAP)}
        return [region for number, region in enumerate(answers[0]) if number in everywhere]

    def confidence_in(self, answer: Any, prediction: Mapping[str, Any], answers: Mapping[str, Any]) -> float | None:
        """The least of: the confidences of suggested regions that the person has, too, and one minus those of the ones
        they do not have; nothing for a region that the model has not found."""
        suggested = prediction["value"]
        if any(region.get("confidence", prediction.get("confidence")) is None for region in suggested):
            return None
        if not suggested:
            return None if "confidence" not in prediction else 0.0 if answer else float(prediction["confidence"])
        pairs = matched(answer, suggested, self.geometry, least=SAME_OVERLAP)
        taken = {answer[pair.one]["id"]: pair.other for pair in pairs}
        return least_confidence(
            answer,
            dict(enumerate(suggested)),
            otherwise=prediction.get("confidence", 0.0),
            key=lambda region: taken.get(region["id"], region["id"]),
        )

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        dropped = self.merged_ids(answer, renamed)
        regions = [{**region, "label": renamed.get(region["label"], region["label"])} for region in answer]
        return self._in_order([region for region in regions if region["id"] not in dropped])

    def merged_ids(self, answer: Any, renamed: Mapping[str, str]) -> dict[str, str]:
        first: dict[Any, str] = {}
        dropped: dict[str, str] = {}
        for region in answer:
            key = (renamed.get(region["label"], region["label"]), self.geometry.place(region))
            if first.setdefault(key, region["id"]) != region["id"]:
                dropped[region["id"]] = first[key]
        return dropped

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return self._counted(answer)

    def _counted(self, answer: Any) -> str:
        counts: dict[str, int] = {}
        for region in answer:
            counts[region["label"]] = counts.get(region["label"], 0) + 1
        return ", ".join(f"{count} × {self.titles.get(label, label)}" for label, count in counts.items()) or "none"

    def in_words(self, region: Mapping[str, Any]) -> str:
        """One region, with what was answered about it."""
        return f"{self.titles.get(region['label'], region['label'])} {self._beside_label(region)}"

    def _beside_label(self, region: Mapping[str, Any]) -> str:
        said = answers_in_words(self.questions, region.get("answers", {}))
        return f"{self.geometry.in_words(region)}{f': {said}' if said else ''}"

    def outlines(self, answer: Any, medium: Any, *, most: int) -> Outlines | None:
        first = answer[:most]
        places = zip(first, self.geometry.shares(first, medium), strict=True)
        outlines = [Outline(one["label"], self._beside_label(one), *place) for one, place in places]
        return Outlines(outlines, len(answer), self._counted(answer))

    def values(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(region["label"] for region in answer))

    def json_schema(self) -> dict[str, Any]:
        side = {"type": "number", "description": self.geometry.unit}
        region: dict[str, Any] = {
            "id": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
            "label": {"type": "string", "enum": list(self.open_values)},
            **dict.fromkeys(self.geometry.sides, side),
        }
        required = list(region)
        if self.questions:
            nested = {question.name: question.json_schema() for question in self.questions}
            region["answers"] = {"type": "object", "properties": nested}
        bounds = {"minItems": self.least, "maxItems": self.most or self.geometry.most_regions}
        items = {"type": "object", "required": required, "properties": region}
        return {"type": "array", "items": items, "title": self.title, **bounds}

    def lost_values(self, successor: Question) -> list[str] | None:
        lost = super().lost_values(successor)
        if lost is None or not isinstance(successor, RegionsQuestion):
            return None
        after = {question.name: question for question in successor.questions}
        is_kept = all(one.name in after and one.lost_values(after[one.name]) == [] for one in self.questions)
        return lost if is_kept else None
