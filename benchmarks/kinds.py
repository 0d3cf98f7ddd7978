"""Several choices, one option of ten thousand, and a long day in one tab, in a real Chromium on a slower processor."""

import random
import time

from playwright.sync_api import Page

from benchmarks.figures import Figure, quantiles
from benchmarks.site import Served, Site
from benchmarks.workbench import SLOWDOWN, WATCH, address_of, measure_floor, next_after, opened_page, wait_until_more

_ROUNDS = 200
_SEARCHES = 60
_ITEMS = 5_000
_WARM_ITEMS = 500
_READING_SECONDS = 0.3  # between two items nobody is faster; what was prefetched stays ahead of them

# Of each letter typed: how long until the frame that shows what was found.
_WATCH_TYPING = f"""{WATCH}
window.waits = [];
const afterPaint = (call) => requestAnimationFrame(() => requestAnimationFrame(call));
addEventListener("keydown", ({{ timeStamp }}) => afterPaint((time) => waits.push(time - timeStamp)), true);
"""
_CODES_OF_TREE = """
[...document.querySelectorAll(".tree-row")]
  .map((row) => [row.querySelector(".tree-title").textContent, row.querySelector(".tree-code")?.textContent ?? ""])
"""


def measure() -> list[Figure]:
    with Site("") as site:
        return [*_choices(site), *_taxonomy(site), *_a_long_day(site)]


def _choices(site: Site) -> list[Figure]:
    """Two of ten options and Enter, over and over."""
    session = site.inside("kinds.make_project", slug="choices", kind="choices", tasks=_ROUNDS + 20)["session"]
    with site.served() as served:
        with opened_page(served, session, slowdown=SLOWDOWN) as page:
            _open(page, served, "choices")
            waits = []
            for number in range(_ROUNDS):
                n_painted = page.evaluate("painted.length")
                for key in (str(1 + number % 5), str(6 + number % 4), "Enter"):
                    page.keyboard.press(key)
                wait_until_more(page, n_painted)
                pressed, painted = page.evaluate("[pressed.at(-1), painted]")
                waits.append((next_after(painted, pressed) - pressed) / 1000)
                time.sleep(_READING_SECONDS)
        floor = measure_floor(served, session)
    return [
        Figure("choices, keys for two of ten options", 3, "keys", 3),
        *quantiles(waits, f"choices, processor {SLOWDOWN} times slower, key to next task,", limits={95: 50}),
        *floor,
    ]


def _taxonomy(site: Site) -> list[Figure]:
    """Type the code of an option that chance picks, and Enter."""
    session = site.inside("kinds.make_project", slug="tree", kind="taxonomy", tasks=_SEARCHES + 20)["session"]
    randomness = random.Random(7)
    with site.served() as served, opened_page(served, session, _WATCH_TYPING, slowdown=SLOWDOWN) as page:
        start = time.monotonic()
        _open(page, served, "tree")
        cold = time.monotonic() - start
        waits: list[float] = []
        keys = n_right = 0
        for _ in range(_SEARCHES):
            wanted, code = _some_option(page, randomness)
            page.evaluate("waits.length = 0")
            for letter in code:
                page.keyboard.press(letter)
                page.wait_for_timeout(120)
            waits += page.evaluate("waits")
            keys = max(keys, len(code))
            n_painted = page.evaluate("painted.length")
            n_right += page.locator(".tree-title").first.inner_text() == wanted
            page.keyboard.press("Enter")
            wait_until_more(page, n_painted)
    return [
        Figure("taxonomy of 10,000, most keys before Enter", keys, "keys", 4),
        Figure(
            "taxonomy of 10,000, the option wanted is the first found", n_right / _SEARCHES, "share", 1, at_least=True
        ),
        Figure("taxonomy of 10,000, page opened", round(cold, 2), "s"),
        *quantiles(
            (wait / 1000 for wait in waits),
            f"taxonomy of 10,000, processor {SLOWDOWN} times slower, key to found,",
            limits={95: 50},
        ),
    ]


def _some_option(page: Page, randomness: random.Random) -> tuple[str, str]:
    """Title and code of an option, as the list shows them to who looks for it by its number."""
    page.keyboard.type(str(randomness.randrange(100)))
    found = [(title, code) for title, code in page.evaluate(_CODES_OF_TREE) if code]
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    return randomness.choice(found)


def _a_long_day(site: Site) -> list[Figure]:
    """What the tab holds after many items, against what it held after the first few hundred; garbage aside."""
    session = site.inside("kinds.make_project", slug="day", kind="choice", tasks=_ITEMS + 100)["session"]
    with site.served() as served, opened_page(served, session) as page:
        _open(page, served, "day")
        _answer(page, _WARM_ITEMS)
        early, nodes_early = _held(page)
        _answer(page, _ITEMS - _WARM_ITEMS)
        late, nodes_late = _held(page)
    return [
        Figure(f"one tab, JavaScript memory after {_WARM_ITEMS:,} items", round(early, 2), "MB"),
        Figure(f"one tab, JavaScript memory after {_ITEMS:,} items", round(late, 2), "MB", round(early * 1.2 + 1, 2)),
        Figure(f"one tab, DOM nodes after {_WARM_ITEMS:,} items", nodes_early, "nodes"),
        Figure(f"one tab, DOM nodes after {_ITEMS:,} items", nodes_late, "nodes", round(nodes_early * 1.2)),
    ]


def _answer(page: Page, count: int) -> None:
    for number in range(count):
        n_painted = page.evaluate("painted.length")
        page.keyboard.press(str(1 + number % 9))
        wait_until_more(page, n_painted)
        if number % 100 == 99:
            page.evaluate("painted.splice(0, painted.length - 1), pressed.length = 0")


def _held(page: Page) -> tuple[float, int]:
    """Megabytes of live JavaScript objects, and DOM nodes, once rubbish is gone."""
    page.wait_for_selector("[data-part=state][data-state=good]", timeout=60_000)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return metrics["JSHeapUsedSize"] / 1e6, int(metrics["Nodes"])


def _open(page: Page, served: Served, slug: str) -> None:
    page.goto(f"{address_of(served)}/projects/{slug}/label/")
    page.wait_for_selector("#stage[data-mode=task]", timeout=60_000)
    page.wait_for_load_state("networkidle")
