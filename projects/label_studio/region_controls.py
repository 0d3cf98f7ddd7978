"""What is asked about each region: controls of their own there, whose results have the id of the region's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from projects.label_studio.controls import CONTROLS, MarkingControl, NoAnswer, Result
from projects.schema import Question, Schema


def inner_questions(schema: Schema, whole: Question) -> list[tuple[str, Question]]:
    """The questions about each region of an answer to ``whole``, by the name of their control: their own where nothing
    else of the schema has it, else with that of ``whole`` before it."""
    taken = {*schema.questions_by_name, *schema.fields_by_name}
    taken |= {inner.name for other in schema.questions if other is not whole for inner in _asked(other)}
    asked = [inner for inner in _asked(whole) if inner.kind in CONTROLS]
    return [(f"{whole.name}__{inner.name}" if inner.name in taken else inner.name, inner) for inner in asked]


def elements(schema: Schema, whole: Question, to_name: str) -> Iterator[Element]:
    """The controls of these questions."""
    for name, inner in inner_questions(schema, whole):
        made = CONTROLS[inner.kind].element(inner, to_name)
        made.set("name", name)
        made.set("perRegion", "true")
        yield made


def with_own_answers(
    schema: Schema, whole: Question, regions: Sequence[Any], own: Sequence[Result], results: Sequence[Any]
) -> list[Any]:
    """The regions with what ``results`` say about each; ``own`` are those that the regions were read from.

    Raises ``NoAnswer`` where what is said about one cannot be read.
    """
    found = []
    for region, result in zip(regions, own, strict=True):
        answers = {}
        for name, inner in inner_questions(schema, whole):
            about = [one for one in results if _is_about(one, name, result)]
            if about:
                answers[inner.name] = _read(inner, about)
        found.append({**region, **({"answers": answers} if answers else {})})
    return found


def own_results(schema: Schema, whole: Question, answer: Any, results: Sequence[Result]) -> Iterator[Result]:
    """What was answered about each region, as results; ``results`` are those of the regions themselves."""
    control = CONTROLS[whole.kind]
    assert isinstance(control, MarkingControl)
    told: set[int] = set()
    for region, result in zip(control.regions(answer), results, strict=True):
        if id(region) in told:  # another part of the same
            continue
        told.add(id(region))
        place = {name: part for name, part in result["value"].items() if name != control.key}
        for name, inner in inner_questions(schema, whole):
            if inner.name in region.get("answers", {}):
                written = CONTROLS[inner.kind].write(inner, region["answers"][inner.name], "")
                yield from (
                    {
                        **result,
                        "from_name": name,
                        "type": CONTROLS[inner.kind].result_type,
                        "value": {**place, **dict(value)},
                    }
                    for value in written
                )


def _asked(question: Question) -> Sequence[Question]:
    return getattr(question, "questions", ())


def _is_about(result: Any, name: str, region: Result) -> bool:
    is_result = isinstance(result, Mapping) and result.get("from_name") == name
    return is_result and result.get("id") is not None and result.get("id") == region.get("id")


def _read(inner: Question, results: Sequence[Result]) -> Any:
    try:
        return CONTROLS[inner.kind].read(inner, results, "")
    except NoAnswer as problem:
        raise NoAnswer(f"“{inner.name}” of a region: {problem}") from None
