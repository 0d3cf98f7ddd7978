"""Answers of every kind given by keys alone, as somebody would who reads the keys on the controls.

``Hands`` looks only at what is on screen. What it gives is told as people say it, without the ids that a page makes up:
a span is ``{"text", "start", "end", "label", "answers"}``, a relation and a chain hold the texts of their spans.
"""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from projects.schema import Schema, parse_schema
from tests.browser.hands_on_boxes import give_boxes
from tests.browser.hands_on_segments import give_segments
from tests.browser.hands_on_spans import Answer, give_chains, give_relations, give_spans, options_of
from tests.browser.saving import FRAMES

# Notes which task is on the glass; the page tells it of each.
NOTE_TASKS = """addEventListener("task-painted", ({ detail }) => {
  document.documentElement.dataset.task = detail.taskId ?? "";
}, true);"""
_BOX_HAS_KEYBOARD = "document.activeElement.matches('input, textarea')"


class Hands:
    """A keyboard before a labeling or review page. ``data_of(task id)`` tells what is shown of a task."""

    def __init__(self, page: Page, schema: dict[str, Any], data_of: Callable[[int], dict[str, Any]]) -> None:
        self.html = page.locator("html")
        self.page, self.schema, self._data_of = page, schema, data_of
        self.questions: Schema = parse_schema(schema)
        page.add_init_script(NOTE_TASKS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def press_key_on(self, control: Locator) -> None:
        """The key that is printed on a control."""
        key = control.get_attribute("aria-keyshortcuts")
        assert key, f"no key stands on {control.inner_text()}"
        self.press(key)

    def press_option(self, box: Locator, value: str) -> None:
        self.press_key_on(box.locator(f".option-button[data-value='{value}']"))

    def let_paint(self) -> None:
        """Until what the last key did is on the glass."""
        self.page.evaluate(FRAMES)

    def write(self, text: str) -> None:
        """Type into the box that has the keyboard, in place of what it holds."""
        self.press("Control+A")
        self.page.keyboard.type(text)

    @property
    def is_in_a_box(self) -> bool:
        return bool(self.page.evaluate(_BOX_HAS_KEYBOARD))

    def leave_box(self) -> None:
        """Give the keyboard back to the page."""
        if self.is_in_a_box:
            self.press("Escape")

    def task_on_screen(self) -> int:
        expect(self.page.locator("#stage")).to_have_attribute("data-mode", "task")
        expect(self.html).to_have_attribute("data-task", re.compile("."))
        return int(str(self.html.get_attribute("data-task")))

    def box_of(self, index: int) -> Locator:
        """The part of the page where a question is asked."""
        return self.page.locator("[data-part=questions] > *").nth(index)

    def answer_task(self, variant: int) -> tuple[int, dict[str, Answer]]:
        """Answer all that is asked about the task on screen, and go on; which task it was, and what was said."""
        task_id = self.task_on_screen()
        if self.page.locator("[data-part=cover]").is_visible():
            self.press("v")
        given = self.answer_what_is_asked(variant, self._data_of(task_id))
        self.let_paint()
        if self.html.get_attribute("data-task") == str(task_id):
            self.press("Control+Enter" if self.is_in_a_box else "Enter")
        expect(self.html).not_to_have_attribute("data-task", str(task_id))
        return task_id, given

    def answer_what_is_asked(self, variant: int, data: dict[str, Any]) -> dict[str, Answer]:
        given: dict[str, Answer] = {}
        for index, definition in enumerate(self.schema["questions"]):
            box = self.box_of(index)
            if not self.is_asked(definition["name"], given):
                expect(box).to_be_hidden()
                continue
            self.come_to(box)
            given[definition["name"]] = self.give(box, definition, variant, data)
        return given

    def is_asked(self, name: str, answers: dict[str, Answer]) -> bool:
        when = self.questions.questions_by_name[name].when
        return when is None or when.holds(self.questions.questions_by_name, answers)

    def come_to(self, box: Locator) -> None:
        """On by Enter out of a box, else by the key for the next question, until keys mean this one."""
        active = box.locator("xpath=descendant-or-self::*[contains(concat(' ', @class, ' '), ' active ')]").first
        for _ in range(len(self.schema["questions"]) + 1):
            self.let_paint()  # an answer that is complete goes on to the next question by itself
            if active.count():
                return
            if self.is_in_a_box:
                self.press("Control+Enter")
            else:
                self.press("]")
        raise AssertionError(f"No key leads to {box.inner_text()}")

    def give(self, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
        if "per" in definition:
            return self._give_repeatedly(box, definition, variant, data)
        return GIVE[definition["kind"]](self, box, definition, variant, data)

    def _give_repeatedly(self, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
        once = {name: value for name, value in definition.items() if name not in {"per", "speakers"}}
        ids = self.parts_of(definition, data)
        answer = {}
        for place, one in enumerate(ids):
            row = box.locator(".repeated-row").nth(place)
            expect(row).to_have_class(re.compile(r"\bactive\b"))
            answer[one] = self.give(row, once, variant + place, data)
            if place + 1 < len(ids) and "active" in str(row.get_attribute("class")).split():
                self.press("Control+Enter" if self.is_in_a_box else "]")
        return answer

    def parts_of(self, definition: dict[str, Any], data: dict[str, Any]) -> list[str]:
        """The ids of what a repeated question is asked about, as they stand on screen."""
        question: Any = self.questions.questions_by_name[definition["name"]]
        asked = question.asked_ids(self.questions.given(data))
        if definition["per"] != "candidate":
            return list(asked)
        return [one for one in self.shown_candidates(definition["on"], data) if one in asked]

    def shown_candidates(self, field: str, data: dict[str, Any]) -> list[str]:
        """Ids in the order in which their cards stand on screen, which may be each person's own."""
        ids = {candidate["text"]: candidate["id"] for candidate in data[field]}
        return [ids[text] for text in self.page.locator(".candidate-text").all_text_contents()]


def _choice(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    options = options_of(definition)
    value = options[variant % len(options)]["value"]
    hands.press_option(box, value)
    return value


def _choices(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    options = options_of(definition)
    if variant % 3 == 2 and definition.get("least") == 0:
        return []
    chosen = {(variant + step) % len(options) for step in range(2)}
    for place in sorted(chosen, reverse=True):
        hands.press_option(box, options[place]["value"])
    return [option["value"] for place, option in enumerate(options) if place in chosen]


def leaves(options: list[dict[str, Any]], path: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Value and titles from the root of each option that has none below it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for option in options:
        way = (*path, option.get("title", option["value"]))
        below = option.get("children", [])
        found += leaves(below, way) if below else [(option["value"], way)]
    return found


def _taxonomy(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    """By typing a title; every other time by walking: to the first group, into it, to its first option."""
    options = leaves(definition["options"])
    if variant % 2 and not definition.get("many"):
        value, way = options[0]
        for _ in way[1:]:
            hands.press("ArrowRight")
        hands.press("Enter")
        return value
    chosen = [options[(variant * 3 + step) % len(options)] for step in range(2 if definition.get("many") else 1)]
    for _, way in chosen:
        hands.page.keyboard.type(way[-1])
        hands.press("Enter")
    values = [value for value, _ in chosen]
    return values if definition.get("many") else values[0]


def _rating(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    lowest, highest = definition.get("lowest", 1), definition.get("highest", 5)
    step = lowest + variant % (highest - lowest + 1)
    hands.press_key_on(box.locator(".rating-step", has_text=re.compile(f"^{step}$")))
    return step


def _number(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    number = definition.get("minimum", 0) + variant + (0 if definition.get("whole") else 0.5)
    hands.write(str(number))
    return number


def _date(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    """Digits into the parts of the box, as its locale orders them."""
    day = 10 + variant
    hands.page.keyboard.type(f"03{day}2026")
    if not definition.get("with_time"):
        return f"2026-03-{day}"
    hands.press("Tab")
    hands.page.keyboard.type("0930AM")
    return f"2026-03-{day}T09:30"


def _text(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    text = f"They wrote it s u f {variant} 👩‍🚀 twice over"
    if definition.get("lines", 3) > 1:
        text += "\nand on a second line"
    hands.write(text)
    return text


def _ranking(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    ids = hands.shown_candidates(definition["on"], data)
    order = ids[variant % len(ids) :] + ids[: variant % len(ids)]
    order = order[::-1][: definition.get("top") or len(ids)]
    for one in order[:-1] if len(order) == len(ids) else order:  # the last of all has only one place left
        hands.press_key_on(box.locator(".rank-button").nth(ids.index(one)))
    return order


def _preference(hands: Hands, box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    ids = hands.shown_candidates(definition["on"], data)
    steps = box.locator(".preference-step")
    count, strengths = steps.count(), definition.get("steps", 3)
    place = (variant * 2 + 1) % count
    hands.press_key_on(steps.nth(place))
    side = ids[0] if place < strengths else ids[1]
    strength = strengths - place if place < strengths else place - (count - strengths) + 1
    answer: dict[str, Any] = {"better": "tie"} if strength < 1 else {"better": side}
    if strength > 0 and strengths > 1:
        answer["strength"] = strength
    reasons = options_of(definition)
    if reasons:
        reason = reasons[variant % len(reasons)]["value"]
        hands.press_option(box, reason)
        answer["reasons"] = [reason]
    return answer


GIVE: dict[str, Callable[[Hands, Locator, dict[str, Any], int, dict[str, Any]], Answer]] = {
    "choice": _choice,
    "choices": _choices,
    "taxonomy": _taxonomy,
    "rating": _rating,
    "number": _number,
    "date": _date,
    "text": _text,
    "spans": give_spans,
    "relations": give_relations,
    "chains": give_chains,
    "segments": give_segments,
    "boxes": give_boxes,
    "ranking": _ranking,
    "preference": _preference,
}
