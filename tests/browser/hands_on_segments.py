"""Segments of a sound by keys alone; see ``hands``."""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, expect

from tests.browser.hands_on_spans import Answer, options_of

if TYPE_CHECKING:
    from tests.browser.hands import Hands


def give_segments(
    hands: "Hands", box: Locator, definition: dict[str, Any], variant: int, data: dict[str, Any]
) -> Answer:
    """Two, one behind the other: forward to where it begins, a key, forward to where it ends, a label's key."""
    step = step_of(data[definition["on"]]["duration_seconds"])
    options = options_of(definition)
    segments, at = [], 0
    hands.press("Escape", "Escape")
    for place in range(2):
        label = options[(variant + place) % len(options)]["value"]
        start = _forward(hands, at, 1 + variant % 2, step)
        hands.press("m")
        at = _forward(hands, start, 1, step)
        hands.press_key_on(box.locator(f".span-labels .option-button[data-value='{label}']"))
        segments.append({"label": label, "start": round(start * step, 3), "end": round(at * step, 3)})
    hands.press("Escape", "Escape")
    return segments


def step_of(seconds: float) -> float:
    """How far one press goes in a short sound."""
    assert seconds < 15
    return max(0.1, int(seconds + 0.5) / 10)


def _forward(hands: "Hands", at: int, presses: int, step: float) -> int:
    for reached in range(at + 1, at + presses + 1):
        hands.press("Shift+ArrowRight")
        there = f"{round(reached * step, 1):g}"
        expect(hands.page.get_by_role("slider")).to_have_attribute("aria-valuenow", there)
    return at + presses
