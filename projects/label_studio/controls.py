"""Questions as Label Studio's control tags, and answers as the results that its model servers send and take.

One class per kind; a kind without one cannot be asked of such a server.

References
----------
The results are documented at https://labelstud.io/guide/export.html and https://labelstud.io/tags/.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

Result = dict[str, Any]


class NoAnswer(ValueError):
    """The results hold no answer to the question; the message says what they hold instead."""


class Control:
    """How questions of one kind stand in a configuration (``tag``) and in results (``type``, and the key of values)."""

    tag: ClassVar[str]
    result_type: ClassVar[str]
    key: ClassVar[str]
    # Whether an answer is a list of regions, each a result of its own.
    marks: ClassVar[bool] = False

    def element(self, question: Any, to_name: str) -> Element:
        return Element(self.tag, {"name": question.name, "toName": to_name})

    def read(self, question: Any, results: Sequence[Result], medium: Any) -> Any:
        """The answer that the results of one task hold; raises ``NoAnswer``. ``medium`` is what it is about: the text
        that offsets count, else the field's value."""
        if len(results) != 1:
            raise NoAnswer(f"{len(results)} results where one is needed.")
        return self.one(question, self.value(results[0]))

    def write(self, question: Any, answer: Any, medium: Any) -> list[Mapping[str, Any]]:
        """The ``value`` of each result of an answer."""
        return [{self.key: self.written(question, answer)}]

    def beside(self, medium: Any) -> Mapping[str, Any]:
        """What else a result says, beside its ``value``."""
        return {}

    def one(self, question: Any, value: Any) -> Any:
        return value

    def written(self, question: Any, answer: Any) -> Any:
        return answer

    def value(self, result: Result) -> Any:
        """What a result says, below its ``value``."""
        if result.get("type") != self.result_type:
            raise NoAnswer(f"A result is of the type {result.get('type')!r:.60}, not {self.result_type!r}.")
        value = result.get("value")
        if not isinstance(value, Mapping) or self.key not in value:
            raise NoAnswer(f"A result has no value.{self.key}.")
        return value[self.key]


class ChoiceControl(Control):
    tag, result_type, key = "Choices", "choices", "choices"
    many: ClassVar[str] = "single"

    def element(self, question: Any, to_name: str) -> Element:
        made = super().element(question, to_name)
        made.set("choice", self.many)
        for value in question.open_values:
            SubElement(made, "Choice", {"value": value})
        return made

    def one(self, question: Any, value: Any) -> Any:
        if not isinstance(value, list) or len(value) != 1:
            raise NoAnswer(f"{value!r:.80} is no list of one option.")
        return value[0]

    def written(self, question: Any, answer: Any) -> Any:
        return [answer]


class ChoicesControl(ChoiceControl):
    many = "multiple"

    def one(self, question: Any, value: Any) -> Any:
        return value

    def written(self, question: Any, answer: Any) -> Any:
        return list(answer)


class TaxonomyControl(Control):
    """Paths from the root there, values of nodes here."""

    tag, result_type, key = "Taxonomy", "taxonomy", "taxonomy"

    def element(self, question: Any, to_name: str) -> Element:
        made = super().element(question, to_name)

        def add(above: Element, nodes: Sequence[Any]) -> None:
            for node in nodes:
                if not node.option.retired:
                    add(SubElement(above, "Choice", {"value": node.option.value}), node.children)

        add(made, question.roots)
        return made

    def one(self, question: Any, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(path, list) and path for path in value):
            raise NoAnswer(f"{value!r:.80} is no list of paths.")
        ends = [path[-1] for path in value]
        if not question.many and len(ends) != 1:
            raise NoAnswer(f"{len(ends)} paths where one is needed.")
        return ends if question.many else ends[0]

    def written(self, question: Any, answer: Any) -> Any:
        return [list(question.nodes[value].path) for value in (answer if question.many else [answer])]


class RatingControl(Control):
    tag, result_type, key = "Rating", "rating", "rating"

    def element(self, question: Any, to_name: str) -> Element:
        made = super().element(question, to_name)
        made.set("maxRating", str(question.highest))
        return made


class NumberControl(Control):
    tag, result_type, key = "Number", "number", "number"


class TextControl(Control):
    tag, result_type, key = "TextArea", "textarea", "text"

    def one(self, question: Any, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def written(self, question: Any, answer: Any) -> Any:
        return [answer]


class MarkingControl(Control):
    """Each region is a result; one without the label is none of ours."""

    marks: ClassVar[bool] = True

    def element(self, question: Any, to_name: str) -> Element:
        made = super().element(question, to_name)
        for value in question.open_values:
            SubElement(made, "Label", {"value": value})
        return made

    def read(self, question: Any, results: Sequence[Result], medium: Any) -> Any:
        return [self.region(result, f"m{number}", medium) for number, result in enumerate(results, start=1)]

    def region(self, result: Result, name: str, medium: Any) -> dict[str, Any]:
        raise NotImplementedError

    def label_of(self, result: Result) -> Any:
        labels = self.value(result)
        if not isinstance(labels, list) or len(labels) != 1:
            raise NoAnswer(f"A region has the labels {labels!r:.60}; one is needed.")
        return labels[0]

    def regions(self, answer: Any) -> list[Any]:
        """The region that each of the values that ``write`` makes is of."""
        return list(answer)


class SpansControl(MarkingControl):
    """Offsets that count UTF-16 units are put right by the text that is quoted."""

    tag, result_type, key = "Labels", "labels", "labels"

    def region(self, result: Result, name: str, medium: Any) -> dict[str, Any]:
        label, value = self.label_of(result), result["value"]
        text = medium if isinstance(medium, str) else ""
        start, end = _offset(value.get("start")), _offset(value.get("end"))
        quoted = value.get("text")
        if isinstance(quoted, str) and text[start:end] != quoted:
            start, end = _from_utf16(text, start, end, quoted)
        part = {"start": start, "end": end, **({"text": quoted} if isinstance(quoted, str) else {})}
        return {"id": name, "parts": [part], "label": label}

    def write(self, question: Any, answer: Any, medium: Any) -> list[Mapping[str, Any]]:
        return [
            {"start": part["start"], "end": part["end"], "text": part["text"], "labels": [span["label"]]}
            for span in answer
            for part in span["parts"]
        ]

    def regions(self, answer: Any) -> list[Any]:
        return [span for span in answer for _ in span["parts"]]


class SegmentsControl(MarkingControl):
    """Labels on a sound; the channel is not kept, for all of them are heard together here."""

    tag, result_type, key = "Labels", "labels", "labels"

    def region(self, result: Result, name: str, medium: Any) -> dict[str, Any]:
        label, value = self.label_of(result), result["value"]
        return {"id": name, "label": label, "start": value.get("start"), "end": value.get("end")}

    def write(self, question: Any, answer: Any, medium: Any) -> list[Mapping[str, Any]]:
        return [
            {"start": segment["start"], "end": segment["end"], "channel": 0, "labels": [segment["label"]]}
            for segment in answer
        ]


class BoxesControl(MarkingControl):
    """The sides of a box are percent of the picture's there, pixels here."""

    tag, result_type, key = "RectangleLabels", "rectanglelabels", "rectanglelabels"
    _SIDES = (("x", "width"), ("y", "height"), ("width", "width"), ("height", "height"))

    def region(self, result: Result, name: str, medium: Any) -> dict[str, Any]:
        if not isinstance(medium, Mapping):
            raise NoAnswer("The task shows no picture that boxes could be on.")
        label, value = self.label_of(result), result["value"]
        if value.get("rotation") not in {None, 0} or result.get("image_rotation") not in {None, 0}:
            raise NoAnswer("A box is turned; here the sides of boxes are those of the picture.")
        sides = {side: _percent(value.get(side)) / 100 * medium[whole] for side, whole in self._SIDES}
        return {"id": name, "label": label, **sides}

    def write(self, question: Any, answer: Any, medium: Any) -> list[Mapping[str, Any]]:
        return [
            {
                **{side: 100 * box[side] / medium[whole] for side, whole in self._SIDES},
                "rotation": 0,
                self.key: [box["label"]],
            }
            for box in answer
        ]

    def beside(self, medium: Any) -> Mapping[str, Any]:
        return {"original_width": medium["width"], "original_height": medium["height"], "image_rotation": 0}


CONTROLS: dict[str, Control] = {
    "choice": ChoiceControl(),
    "choices": ChoicesControl(),
    "taxonomy": TaxonomyControl(),
    "rating": RatingControl(),
    "number": NumberControl(),
    "text": TextControl(),
    "spans": SpansControl(),
    "segments": SegmentsControl(),
    "boxes": BoxesControl(),
}


def _percent(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 1_000:
        raise NoAnswer(f"{value!r:.60} is no share in percent.")
    return float(value)


def _offset(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NoAnswer(f"{value!r:.60} is no offset.")
    return value


def _from_utf16(text: str, start: int, end: int, quoted: str) -> tuple[int, int]:
    """Offsets that counted UTF-16 units, where that makes the quoted text stand there; else as they were.

    >>> _from_utf16("😀 Ada", 3, 6, "Ada")
    (2, 5)
    """
    units = text.encode("utf-16-le")
    try:
        before = units[: 2 * start].decode("utf-16-le")
        inside = units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return start, end
    return (len(before), len(before) + len(inside)) if inside == quoted else (start, end)
