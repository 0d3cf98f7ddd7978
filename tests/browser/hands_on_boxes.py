"""Boxes by keys alone, and what a page shows of them; see ``hands`` and ``seen``.

A box is told as the list below the picture says it: ``{"label", "words"}``.
"""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator

from tests.browser.hands_on_spans import Answer, options_of

if TYPE_CHECKING:
    from tests.browser.hands import Hands


def give_boxes(hands: "Hands", box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]) -> Answer:
    """Two boxes: a label is held, a box set down, moved and made larger."""
    options = options_of(definition)
    for place in range(2):
        option = options[(variant + place) % len(options)]
        hands.press("Escape", "Escape")
        hands.press_key_on(box.locator(f".span-labels .option-button[data-value='{option['value']}']"))
        hands.press("b", *["ArrowLeft", "ArrowDown"] * (2 + variant + place), "Shift+ArrowRight")
    hands.press("Escape", "Escape")
    hands.let_paint()
    titles = {str(option.get("title", option["value"])): option["value"] for option in options}
    rows = box.locator(".span-list .span-row").all()
    return [
        {"label": titles[row.locator(".option-chip").inner_text()], "words": row.locator(".span-quote").inner_text()}
        for row in rows
    ]


def told_boxes(answer: Answer) -> Answer:
    """Stored boxes as hands tell them."""
    return [{"label": box["label"], "words": _words(box)} for box in answer]


def _words(box: dict[str, Any]) -> str:
    x, y, width, height = (int(box[side] + 0.5) for side in ("x", "y", "width", "height"))
    return f"{width} × {height} at {x}, {y}"
