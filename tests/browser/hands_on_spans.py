"""Spans, relations and chains by keys alone; see ``hands``."""

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator

if TYPE_CHECKING:
    from tests.browser.hands import Hands

Answer = Any
_WORD = re.compile(r"(?<![\w'’])[^\W\d_]{4,}(?![\w'’])")


def options_of(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [option if isinstance(option, dict) else {"value": option} for option in definition.get("options", [])]


def words_of(text: str) -> list[str]:
    """Words that a search from the beginning finds just where they stand first."""
    words = []
    for match in _WORD.finditer(text):
        word = match[0]
        begun = re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE)
        if begun and begun.start() == match.start() and word not in words:
            words.append(word)
    return words


def text_of(field: Any) -> str:
    """What offsets into a field count."""
    return field if isinstance(field, str) else "\n".join(turn["text"] for turn in field)


def give_spans(hands: "Hands", box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    """Two words by search and a label's key; what is asked about each is answered as it is asked."""
    text = text_of(data[definition["on"]])
    words = words_of(text)
    labels = _labels_for(hands, definition, variant)
    spans = []
    for place, label in enumerate(labels):
        word = words[(variant + place * (2 if len(words) > 2 else 1)) % len(words)]
        hands.press("Escape", "Escape", "/")
        hands.page.keyboard.type(word)
        hands.press("Enter")
        hands.press_key_on(box.locator(f".span-labels .option-button[data-value='{label}']"))
        start = text.index(word)
        span = {"text": word, "start": start, "end": start + len(word), "label": label}
        answers = _about_span(hands, box, definition, label, variant + place, data)
        spans.append({**span, **({"answers": answers} if answers else {})})
    hands.press("Escape", "Escape")
    return sorted(spans, key=lambda span: span["start"])


def _labels_for(hands: "Hands", definition: dict[str, Any], variant: int) -> list[str]:
    """Two labels; where relations stand on the spans, such as the relation that comes may have."""
    values = [option["value"] for option in options_of(definition)]
    for other in hands.schema["questions"]:
        if other["kind"] == "relations" and other["between"] == definition["name"]:
            option = options_of(other)[variant % len(other["options"])]
            return [(option.get(end) or values)[0] for end in ("from", "to")]
    return [values[(variant + step) % len(values)] for step in range(2)]


def _about_span(
    hands: "Hands", box: Locator, definition: dict[str, Any], label: str, variant: int, data: dict[str, Any]
) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for place, question in enumerate(definition.get("questions", [])):
        part = box.locator(".span-own > *").nth(place)
        if not part.is_visible():
            continue
        if "active" not in str(part.get_attribute("class")).split():
            hands.press("Control+Enter" if hands.is_in_a_box else ".")
        answers[question["name"]] = hands.give(part, question, variant, data)
    hands.leave_box()
    return answers


def _walk_to(hands: "Hands", box: Locator, key: str, word: str) -> None:
    """Press a key until the span with this word is the selected one."""
    selected = hands.page.locator("spans-question .span-row[aria-pressed=true] .span-quote")
    for _ in range(6):
        if selected.count() and selected.text_content() == word:
            return
        hands.press(key)
        hands.let_paint()
    raise AssertionError(f"{key} never leads to {word}")


def give_relations(
    hands: "Hands", box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]
) -> Answer:
    option = options_of(definition)[variant % len(definition["options"])]
    rows = hands.page.locator("spans-question .span-row").all()
    assert len(rows) == 2, hands.page.locator("spans-question").inner_text()
    titles = {
        one["value"]: one.get("title", one["value"]) for one in options_of(_spans_under(hands, definition["between"]))
    }
    source, target = (row.locator(".span-quote").text_content() for row in rows)
    wanted = titles[(option.get("from") or [*titles])[0]]
    if rows[0].locator(".option-chip").text_content() != wanted:
        source, target = target, source
    _walk_to(hands, box, "n", str(source))
    hands.press_option(box, option["value"])
    _walk_to(hands, box, "Tab", str(target))
    hands.press("Enter")
    return [{"from": source, "label": option["value"], "to": target}]


def _spans_under(hands: "Hands", name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in hands.schema["questions"] if one["name"] == name)
    return found


def give_chains(hands: "Hands", box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    rows = hands.page.locator("spans-question .span-row .span-quote").all_text_contents()
    _walk_to(hands, box, "n", rows[0])
    hands.press("0")
    _walk_to(hands, box, "n", rows[1])
    hands.press("0")
    labels = options_of(definition)
    if not labels:
        return [{"members": rows}]
    label = labels[variant % len(labels)]["value"]
    hands.press_option(box, label)
    return [{"members": rows, "label": label}]
