"""Marking spans in a real Chromium on a slower processor: from key to the frame that shows it, in an ordinary and in a
very long text."""

import time

from playwright.sync_api import Page

from benchmarks.figures import Figure, quantiles
from benchmarks.site import Served, Site
from benchmarks.workbench import SLOWDOWN, address_of, measure_floor, next_after, opened_page, wait_until_more

_ROUNDS = 40
_TASKS = 60
_SUGGESTED = 20  # spans a text
_READING_SECONDS = 0.8
# Name, words and spans of a text, and what the 95th percentile of an act may take in milliseconds.
_TEXTS = (("2,000 words, 100 spans", 2_000, 100, 50), ("1 MB, 5,000 spans", 153_000, 5_000, 100))
_KEYS = {"move": "ArrowRight", "add": "1", "relabel": "2", "select": "n", "remove": "Delete", "undo": "z"}

# From each key or scroll to the frame after the one that painted what it did.
_WATCH = """
window.waits = [];
const afterPaint = (call) => requestAnimationFrame(() => requestAnimationFrame(call));
const note = ({ timeStamp }) => afterPaint((time) => window.waits.push(time - timeStamp));
addEventListener("keydown", note, true);
addEventListener("wheel", note, { capture: true, passive: true });
"""

_LONGEST = """
new Promise((resolve) => {
  const look = () => (window.waits.length > 0 ? resolve(Math.max(...window.waits)) : setTimeout(look, 10));
  look();
})
"""


def measure() -> list[Figure]:
    figures: list[Figure] = []
    with Site("") as site:
        figures += _to_next(site)
        for name, words, spans, limit in _TEXTS:
            slug = f"spans-{words}"
            made = site.inside("spans.make_half_done", slug=slug, words=words, spans=spans)
            with site.served() as served:
                with opened_page(served, made["session"], _WATCH, slowdown=SLOWDOWN) as page:
                    waits = _act(page, served, slug)
                floor = measure_floor(served, made["session"])
            for act, measured in waits.items():
                seconds = (wait / 1000 for wait in measured)
                figures += quantiles(seconds, f"spans, {name}, {act},", limits={95: limit})
            figures += floor
            figures.append(Figure(f"spans, {name}, characters", made["characters"], "characters"))
    return figures


def _to_next(site: Site) -> list[Figure]:
    """One key takes all that was suggested, and the next text comes."""
    words = _TEXTS[0][1]
    made = site.inside("spans.make_suggested", slug="suggested", words=words, spans=_SUGGESTED, tasks=_TASKS + 10)
    site.inside("jobs.run_job", job=made["job"])
    site.inside("spans.show_suggested", slug="suggested")
    waits = []
    with site.served() as served, opened_page(served, made["session"], slowdown=SLOWDOWN) as page:
        page.goto(f"{address_of(served)}/projects/suggested/label/")
        page.wait_for_selector(".span-mark", timeout=60_000)
        page.wait_for_load_state("networkidle")
        for _ in range(_TASKS):
            n_painted = page.evaluate("painted.length")
            page.keyboard.press("Space")
            wait_until_more(page, n_painted)
            pressed, painted = page.evaluate("[pressed.at(-1), painted]")
            waits.append((next_after(painted, pressed) - pressed) / 1000)
            time.sleep(_READING_SECONDS)
        keys = page.evaluate("pressed.length") / _TASKS
    name = f"spans, {words:,} words, {_SUGGESTED} suggested, processor {SLOWDOWN} times slower, key to next task,"
    return [
        Figure(f"spans, {words:,} words, all suggestions right: keys a task", keys, "keys", 1),
        *quantiles(waits, name, limits={95: 50}),
    ]


def _act(page: Page, served: Served, slug: str) -> dict[str, list[float]]:
    """Do everything many times over, from the middle of the text on."""
    page.goto(f"{address_of(served)}/projects/{slug}/label/")
    page.wait_for_selector(".span-mark", timeout=60_000)
    page.wait_for_load_state("networkidle")
    box = page.locator(".wb-card").bounding_box()
    assert box is not None
    page.evaluate("card => { card.scrollTop = card.scrollHeight / 2; }", page.query_selector(".wb-card"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.press("m")
    waits: dict[str, list[float]] = {act: [] for act in (*_KEYS, "scroll")}
    for _ in range(_ROUNDS):
        for act, key in _KEYS.items():
            page.evaluate("window.waits.length = 0")
            page.keyboard.press(key)
            waits[act].append(_wait(page))
        page.evaluate("window.waits.length = 0")
        page.mouse.wheel(0, 700)
        waits["scroll"].append(_wait(page))
    return waits


def _wait(page: Page) -> float:
    """The longest wait of what was just done, once nothing more comes."""
    page.wait_for_timeout(60)
    return float(page.evaluate(_LONGEST))
