"""Parts of a text with labels; each may have answers of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.opinions import Agreed, if_close, kept_by_most
from projects.schema.options import read_options
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion, Question
from projects.schema.questions.region_answers import (
    answers_alike,
    answers_in_words,
    check_region_answers,
    read_region_questions,
)
from projects.schema.questions.region_confidence import as_far_as_suggested, least_confidence
from projects.schema.questions.region_ids import ID_PATTERN, id_problems
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting

MAX_SPANS = 20_000
SNAPS = ("word", "character")
_Place = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class SpansQuestion(OptionQuestion):
    """The answer is a list of ``{"id", "parts": [{"start", "end", "text"}], "label", "answers"}``, in reading order.

    Offsets count Unicode code points, ``end`` is behind the last one; ``text`` is what stands there, and must be. A
    span has several parts only where ``discontinuous``; spans may share characters unless ``overlapping`` is false.
    ``questions`` are asked about each span; their answers stand in it. An empty list says that there is none.
    """

    overlapping: bool = True
    discontinuous: bool = False
    snap: str = "word"
    questions: tuple[Question, ...] = ()

    kind: ClassVar[str] = "spans"
    holds_several: ClassVar[bool] = True
    label: ClassVar[str] = "Spans"
    summary: ClassVar[str] = "Parts of a text with labels."
    settings: ClassVar[tuple[Setting, ...]] = (
        options_setting(1, label="Labels"),
        Setting(name="overlapping", label="Spans may overlap", control="flag", default=True),
        Setting(name="discontinuous", label="A span may have several parts", control="flag", default=False),
        Setting(
            name="snap",
            label="A span snaps to",
            control="one_of",
            default="word",
            choices=(("word", "Whole words"), ("character", "Characters")),
        ),
        Setting(name="questions", label="Asked about each span", control="questions"),
    )
    about: ClassVar[frozenset[str] | None] = frozenset({"text", "dialogue", "pdf", "rich_text"})
    marks_text: ClassVar[bool] = True
    repeats: ClassVar[bool] = False

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        labels = read_options(read, least=1)
        return {
            "option_list": labels,
            "overlapping": read.flag("overlapping", default=True),
            "discontinuous": read.flag("discontinuous", default=False),
            "snap": read.one_of("snap", SNAPS, default="word"),
            "questions": read_region_questions(read, around, labels),
        }

    def own_definition(self) -> dict[str, Any]:
        usual = {"overlapping": True, "discontinuous": False, "snap": "word"}
        flags = {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}
        nested = {"questions": [question.definition() for question in self.questions]} if self.questions else {}
        return {**flags, "options": self.option_list.definition(), **nested}

    def validate(self, answer: Any, given: Given) -> list[dict[str, Any]]:
        if not isinstance(answer, list):
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of spans.")])
        if len(answer) > MAX_SPANS:
            raise SchemaProblems([Problem("", f"holds {len(answer):,} spans; {MAX_SPANS:,} is the most.")])
        text = given.text_of(self.on)
        if answer and not text:
            raise SchemaProblems([Problem("", f"“{self.on}” holds no text here, so nothing in it can be marked.")])
        spans: list[dict[str, Any]] = []
        problems: list[Problem] = []
        for position, span in enumerate(answer):
            try:
                spans.append(self._checked(span, text, given))
            except SchemaProblems as error:
                problems += [problem.below(str(position)) for problem in error.problems]
        problems = problems or self._clashes(spans)
        if problems:
            raise SchemaProblems(problems)
        return sorted(spans, key=lambda span: (place_of(span), self.option_list.places[span["label"]]))

    def _checked(self, span: Any, text: str, given: Given) -> dict[str, Any]:
        if not isinstance(span, Mapping):
            raise SchemaProblems([Problem("", f"{shown(span)} is no span: an object is needed.")])
        problems = [Problem(str(name), "is not part of a span.") for name in span if name not in _PARTS_OF_A_SPAN]
        problems += id_problems(span.get("id"))
        parts, found = _check_parts(span.get("parts"), text, several=self.discontinuous)
        problems += found
        try:
            label = self.option_list.check(span.get("label"), "label")
        except SchemaProblems as error:
            raise SchemaProblems(problems + [problem.below("label") for problem in error.problems]) from error
        answers, found = check_region_answers(self.questions, self.option_list, span, given)
        if problems or found:
            raise SchemaProblems(problems + found)
        return {"id": span["id"], "parts": parts, "label": label, **({"answers": answers} if answers else {})}

    def _clashes(self, spans: Sequence[dict[str, Any]]) -> list[Problem]:
        problems: list[Problem] = []
        ids: set[str] = set()
        seen: set[Any] = set()
        for position, span in enumerate(spans):
            if span["id"] in ids:
                problems.append(Problem(f"{position}.id", f"{shown(span['id'])} is used twice."))
            if span_key(span) in seen:
                problems.append(Problem(str(position), f"The same span has the label {shown(span['label'])} twice."))
            ids.add(span["id"])
            seen.add(span_key(span))
        if not problems and not self.overlapping:
            places = sorted((*bounds, number) for number, span in enumerate(spans) for bounds in place_of(span))
            for (_, end, _), (start, _, number) in zip(places, places[1:], strict=False):
                if start < end:
                    problems.append(Problem(str(number), f"begins at {start}, inside another span."))
        return problems

    def distance(self, first: Any, second: Any) -> float:
        """One minus the F1 of the two lists, where spans of one label that overlap count by their share in common."""
        if not first and not second:
            return 0.0
        alike = _alike(first, second, self.questions)
        return max(0.0, 1 - 2 * alike / (len(first) + len(second)))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The spans that more than half of the weight has alike."""
        kept = sorted(kept_by_most(answers, weights, key=span_key), key=place_of)
        return if_close(kept, answers, weights, self.distance)

    def shared_part(self, answers: Sequence[Any]) -> Any:
        """The spans that all have alike."""
        others = [{span_key(span) for span in answer} for answer in answers[1:]]
        return [span for span in answers[0] if all(span_key(span) in other for other in others)]

    def confidence_in(self, answer: Any, prediction: Mapping[str, Any], answers: Mapping[str, Any]) -> float | None:
        """Where the suggested spans have confidences of their own, the least of: those of the spans taken over, and one
        minus those of the spans left out; nothing for a span that the model has not found. What is answered about a
        span counts only where the model has suggested that, too."""
        suggested = {span_key(span): span for span in prediction["value"]}
        if any("confidence" in span for span in suggested.values()):
            return least_confidence(answer, suggested, otherwise=prediction.get("confidence", 0.0), key=span_key)
        return super().confidence_in(as_far_as_suggested(answer, suggested, key=span_key), prediction, answers)

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        dropped = self.merged_ids(answer, renamed)
        spans = [{**span, "label": renamed.get(span["label"], span["label"])} for span in answer]
        kept = [span for span in spans if span["id"] not in dropped]
        return sorted(kept, key=lambda span: (place_of(span), self.option_list.places.get(span["label"], MAX_SPANS)))

    def merged_ids(self, answer: Any, renamed: Mapping[str, str]) -> dict[str, str]:
        first: dict[Any, str] = {}
        dropped: dict[str, str] = {}
        for span in answer:
            key = (renamed.get(span["label"], span["label"]), place_of(span))
            if first.setdefault(key, span["id"]) != span["id"]:
                dropped[span["id"]] = first[key]
        return dropped

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        quoted = [f"{' … '.join(part['text'] for part in span['parts'])} ({self._in_words(span)})" for span in answer]
        return ", ".join(quoted) or "none"

    def _in_words(self, span: Mapping[str, Any]) -> str:
        title = self.titles.get(span["label"], span["label"])
        said = answers_in_words(self.questions, span.get("answers", {}))
        return f"{title}: {said}" if said else title

    def values(self, answer: Any) -> list[str]:
        return list(dict.fromkeys(span["label"] for span in answer))

    def json_schema(self) -> dict[str, Any]:
        offset = {"type": "integer", "minimum": 0, "description": "In Unicode code points."}
        part = {"start": offset, "end": offset, "text": {"type": "string"}}
        span: dict[str, Any] = {
            "id": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
            "parts": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": part}},
            "label": {"type": "string", "enum": list(self.open_values)},
        }
        if self.questions:
            nested = {question.name: question.json_schema() for question in self.questions}
            span["answers"] = {"type": "object", "properties": nested}
        items = {"type": "object", "required": ["id", "parts", "label"], "properties": span}
        return {"type": "array", "items": items, "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        lost = super().lost_values(successor)
        if lost is None or not isinstance(successor, SpansQuestion):
            return None
        after = {question.name: question for question in successor.questions}
        is_kept = all(one.name in after and one.lost_values(after[one.name]) == [] for one in self.questions)
        return lost if is_kept else None


_PARTS_OF_A_SPAN = {"id", "parts", "label", "answers"}


def place_of(span: Mapping[str, Any]) -> _Place:
    return tuple((part["start"], part["end"]) for part in span["parts"])


def span_key(span: Mapping[str, Any]) -> tuple[str, _Place]:
    """What makes two people's spans the same: label and place."""
    return span["label"], place_of(span)


def _check_parts(parts: Any, text: str, *, several: bool) -> tuple[list[dict[str, Any]], list[Problem]]:
    if not isinstance(parts, list) or not parts:
        return [], [Problem("parts", f"{shown(parts)} is no list of parts.")]
    if len(parts) > 1 and not several:
        return [], [Problem("parts", f"There are {len(parts)} parts; a span here is in one piece.")]
    checked: list[dict[str, Any]] = []
    for position, part in enumerate(parts):
        place = f"parts.{position}"
        if not isinstance(part, Mapping):
            return [], [Problem(place, f"{shown(part)} is no part.")]
        start, end = part.get("start"), part.get("end")
        if not (isinstance(start, int) and isinstance(end, int)) or not 0 <= start < end <= len(text):
            reason = f"{shown(start)} to {shown(end)} is no place in a text of {len(text):,} characters."
            return [], [Problem(place, reason)]
        stands_there = text[start:end]
        if part.get("text", stands_there) != stands_there:
            reason = f"The text from {start} to {end} is {shown(stands_there)}, not {shown(part['text'])}."
            return [], [Problem(f"{place}.text", f"{reason} Offsets count Unicode code points.")]
        checked.append({"start": start, "end": end, "text": stands_there})
    checked.sort(key=lambda part: part["start"])
    for one, other in zip(checked, checked[1:], strict=False):
        if other["start"] < one["end"]:
            return [], [Problem("parts", f"Two parts share the characters from {other['start']}.")]
    return checked, []


def _alike(first: Sequence[Any], second: Sequence[Any], questions: Sequence[Question]) -> float:
    """How many spans two lists share: the same ones first, then by the largest overlap, each at most once."""
    others = {span_key(span): span for span in second}
    total = 0.0
    left: list[Any] = []
    for span in first:
        other = others.pop(span_key(span), None)
        if other is None:
            left.append(span)
        else:
            total += answers_alike(questions, span, other)
    pairs = sorted(_overlaps(left, list(others.values())), key=lambda pair: -pair[0])
    used: set[int] = set()
    for share, span, other in pairs:
        if id(span) not in used and id(other) not in used:
            used |= {id(span), id(other)}
            total += share * answers_alike(questions, span, other)
    return total


def _overlaps(first: Sequence[Any], second: Sequence[Any]) -> Iterable[tuple[float, Any, Any]]:
    """The pairs with one label that share characters, with the share of them; in one walk along the text."""
    bounds = [(place_of(span)[0][0], place_of(span)[-1][1], span) for span in second]
    bounds.sort(key=lambda one: one[:2])
    for span in first:
        start, end = place_of(span)[0][0], place_of(span)[-1][1]
        for other_start, other_end, other in bounds:
            if other_start >= end:
                break
            if other_end > start and other["label"] == span["label"] and (share := _shared(span, other)):
                yield share, span, other


def _shared(one: Any, other: Any) -> float:
    common = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in place_of(one)
        for other_start, other_end in place_of(other)
    )
    lengths = sum(end - start for span in (one, other) for start, end in place_of(span))
    return common / (lengths - common)
