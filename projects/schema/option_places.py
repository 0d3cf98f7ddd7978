"""Options in a schema's definition: where each stands, and what else names them.

A question that is asked about each region of another one goes by both names: ``parts.role``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from projects.schema.definition import Schema
from projects.schema.questions.question import Question
from projects.schema.questions.region_answers import LABEL, RegionQuestion


def options_of(schema: Schema, question: str) -> dict[str, dict[str, Any]]:
    """The options of a question by value, nested ones, too, as its definition has them; empty where it has none."""
    return {
        option["value"]: option for option, _ in walk(question_in(schema.definition(), question).get("options", []))
    }


def question_in(definition: dict[str, Any], name: str) -> dict[str, Any]:
    found = definition
    for part in name.split("."):
        found = next(question for question in found["questions"] if question["name"] == part)
    return found


def questions_of(schema: Schema) -> dict[str, Question | RegionQuestion]:
    """All questions by name, those about regions behind the one that they are part of."""
    found: dict[str, Question | RegionQuestion] = {}
    for question in schema.questions:
        found[question.name] = question
        for asked in getattr(question, "questions", ()):
            found[f"{question.name}.{asked.name}"] = RegionQuestion(question, asked)
    return found


def walk(options: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every option with the list that it stands in."""
    for option in options:
        yield option, options
        yield from walk(option.get("children", []))


def find_option(options: list[dict[str, Any]], value: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return next((option, siblings) for option, siblings in walk(options) if option["value"] == value)


def is_place(place: Any, options: Mapping[str, dict[str, Any]]) -> bool:
    """``{"option", "index", "below"}`` of an option with a value, below one that there is."""
    if not isinstance(place, Mapping) or not isinstance(place.get("option"), Mapping):
        return False
    is_index = isinstance(place.get("index"), int) and isinstance(place["option"].get("value"), str)
    return is_index and (not place.get("below") or place["below"] in options)


def place_of(options: list[dict[str, Any]], value: str, below: str = "") -> dict[str, Any]:
    """The option, its place among its siblings, and below which it stands."""
    option, siblings = find_option(options, value)
    above = next((one["value"] for one, _ in walk(options) if one.get("children") is siblings), "")
    return {"option": option, "index": siblings.index(option), **({"below": above} if above else {})}


def replace_values(definition: dict[str, Any], name: str, renamed: Mapping[str, str]) -> None:
    """Let whatever names options of a question follow."""
    for _, part, key in naming(definition, name):
        values = [part[key]] if isinstance(part[key], str) else part[key]
        after = list(dict.fromkeys(renamed.get(one, one) for one in values))
        part[key] = after[0] if len(after) == 1 and key in _TESTS else after


_TESTS = ("is", "is_not")


def naming(definition: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """What names options of a question: conditions, and the ends of relations between its spans. Yields a name of the
    place, the part, and the part's key whose value names them."""
    whole, _, asked = name.partition(".")
    if asked:  # only its neighbours in the same region can name them
        for nested in question_in(definition, whole)["questions"]:
            yield from _naming_condition(nested, asked, f"{whole}.{nested['name']}")
        return
    for question in definition["questions"]:
        yield from _naming_condition(question, name, question["name"])
        if question["name"] == name:
            for nested in question.get("questions", []):
                yield from _naming_condition(nested, LABEL, f"{name}.{nested['name']}")
        if question.get("between") == name:
            for option in question["options"]:
                for end in ("from", "to"):
                    if end in option:
                        yield f"{question['name']}.{option['value']}.{end}", option, end


def _naming_condition(question: dict[str, Any], name: str, place: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    when = question.get("when", {})
    if when.get("question") == name:
        for test in _TESTS:
            if test in when:
                yield f"{place}.{test}", when, test
