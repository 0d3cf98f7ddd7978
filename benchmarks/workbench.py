"""The labeling page in a real Chromium over a slow line: cold start, key to next task, answers typed fast."""

import os
import random
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from benchmarks import importing
from benchmarks.figures import Figure, quantiles
from benchmarks.site import BenchmarkFailed, Served, Site
from benchmarks.texts import answer_of, external_id

_TASKS = 3_000
_ANSWERS = 1_000
_SLOW_ANSWERS = 300
SLOWDOWN = 4  # not everybody has the newest machine
_KEYS_A_SECOND = 20
_DELAY_MS = 100
_COLD_STARTS = 5
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

# Notes what was painted when, and when keys were pressed, in the page's own clock.
WATCH = """
window.painted = []; window.pressed = []; window.shown = "";
addEventListener("task-painted", ({ detail: { taskId, time } }) => {
  window.shown = taskId === null ? "" : document.querySelector("text-field").textContent;
  if (taskId !== null) window.painted.push(time);
}, true);
addEventListener("keydown", ({ timeStamp }) => window.pressed.push(timeStamp), true);
"""
# The same of a page that has one word and nothing else.
_EMPTY_PAGE = "<!doctype html><title>Empty</title><p>0</p>"
_WATCH_WORD = """
window.waits = [];
addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
  document.querySelector("p").firstChild.data = String(window.waits.length + 1);
  requestAnimationFrame((time) => window.waits.push(time - timeStamp));
}), true);
"""
_FLOOR_PRESSES = 60
_KEYS_OF_OPTIONS = """
[...document.querySelectorAll(".option-button")]
  .map((button) => [button.dataset.value, button.getAttribute("aria-keyshortcuts")])
"""


def measure() -> list[Figure]:
    with Site("") as site:
        importing.measure(site, _TASKS)
        with site.served() as served:
            sessions = site.inside("project.sign_in", role="annotator", count=_COLD_STARTS + 1)["sessions"]
            cold = [_open_cold(served, session) for session in sessions[1:]]
            pressed, painted, right_answers, seconds = _type_answers(served, sessions[0], site)
            stored = site.inside("answers.submitted")["answers"]
            slow = _type_answers(served, sessions[1], site, count=_SLOW_ANSWERS, slowdown=SLOWDOWN)
            floor = measure_floor(served, sessions[1])
    waits, slow_waits = _waits(pressed, painted), _waits(*slow[:2])
    n_right = sum(right_answers.get(task) == option and version == 1 for task, option, version in stored)
    return [
        Figure("workbench, cold: first task painted", round(sorted(cold)[len(cold) // 2][0]), "ms", 1_000),
        Figure("workbench, cold: transferred", round(max(size for _, size in cold) / 1000, 1), "kB", 200),
        *quantiles((wait / 1000 for wait in waits), "workbench, key to next task,", limits={95: 50}),
        *quantiles(
            (wait / 1000 for wait in slow_waits),
            f"workbench, processor {SLOWDOWN} times slower, key to next task,",
            limits={95: 50},
        ),
        *floor,
        Figure(f"workbench, right of {_ANSWERS:,} typed", n_right, "answers", _ANSWERS, at_least=True),
        Figure("workbench, answers nobody typed", len(stored) - n_right, "answers", 0),
        Figure("workbench, keys a second", round(_ANSWERS / seconds, 1), "keys/s"),
    ]


def measure_floor(served: Served, session: str) -> list[Figure]:
    """What no page can beat here and now: a word and nothing else, from key to the frame after the one that changes it.

    Frames come 16.7 ms apart, on a busy machine later: the browser's other figures are to be read beside this one.
    """
    randomness = random.Random(7)
    with opened_page(served, session, "", slowdown=SLOWDOWN) as page:
        page.set_content(_EMPTY_PAGE)
        page.evaluate(_WATCH_WORD)
        for _ in range(_FLOOR_PRESSES):
            page.keyboard.press("a")
            page.wait_for_timeout(60 + 30 * randomness.random())  # at any moment between two frames
        waits = page.evaluate("waits")
    seconds = (wait / 1000 for wait in waits)
    return quantiles(seconds, f"empty page, processor {SLOWDOWN} times slower, key to word changed,")


def _open_cold(served: Served, session: str) -> tuple[float, int]:
    """Milliseconds from the start of the navigation to the first task painted, and bytes that came over the line."""
    with opened_page(served, session) as page:
        requests: list[Request] = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(_address(served))
        page.wait_for_selector("#stage[data-mode=task]")
        page.wait_for_load_state("networkidle")
        sizes = [request.sizes() for request in requests if request.url.startswith("http")]
        size = sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)
        return float(page.evaluate("painted[0]")), size


def _waits(pressed: list[float], painted: list[float]) -> list[float]:
    return [next_after(painted, key) - key for key in pressed if key < painted[-1]]


def _type_answers(
    served: Served, session: str, site: Site, *, count: int = _ANSWERS, slowdown: int = 1
) -> tuple[list[float], list[float], dict[str, str], float]:
    """Press the right key for each task that is on screen, as fast as twenty a second."""
    options = site.inside("project.options")["options"]
    right_answers: dict[str, str] = {}
    with opened_page(served, session, slowdown=slowdown) as page:
        page.goto(_address(served))
        page.wait_for_selector("#stage[data-mode=task]")
        page.wait_for_load_state("networkidle")
        keys = dict(page.evaluate(_KEYS_OF_OPTIONS))
        last = ""
        start = due = time.monotonic()
        while len(right_answers) < count:
            due = max(due + 1 / _KEYS_A_SECOND, time.monotonic() - 1 / _KEYS_A_SECOND)
            time.sleep(max(0.0, due - time.monotonic()))
            shown = page.evaluate("shown")
            if not shown or shown == last:
                continue  # nobody answers what they have answered, or what is not there
            number = _number_in(shown)
            right_answers[external_id(number)] = answer_of(number, options)
            page.keyboard.press(keys[answer_of(number, options)])
            last = shown
        seconds = time.monotonic() - start
        page.wait_for_selector("[data-part=state][data-state=good]", timeout=60_000)
        pressed, painted = page.evaluate("[pressed, painted]")
    return pressed, painted, right_answers, seconds


@contextmanager
def opened_page(served: Served, session: str, script: str = WATCH, *, slowdown: int = 1) -> Iterator[Page]:
    """A page in a fresh browser profile, signed in, with every reply delayed; ``script`` runs in it first.

    The processor is ``slowdown`` times slower for it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": address_of(served)}])
        context.add_init_script(script)
        page = context.new_page()
        _slow_down(context, page, slowdown)
        yield page
        browser.close()


def find_chromium() -> str:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUMS)), "")
    if not chromium:
        raise BenchmarkFailed("There is no Chromium; install it or set CHROMIUM to one.")
    return chromium


def _slow_down(context: BrowserContext, page: Page, slowdown: int) -> None:
    line: dict[str, Any] = {"offline": False, "latency": _DELAY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})


def address_of(served: Served) -> str:
    return f"http://{served.host}:{served.port}"


def _address(served: Served) -> str:
    return f"{address_of(served)}/projects/bench/label/"


def _number_in(text: str) -> int:
    found = re.search(r"\bref (\d+)", text)
    if found is None:
        raise BenchmarkFailed(f"The page shows something else: {text!r}")
    return int(found[1])


def next_after(painted: list[float], moment: float) -> float:
    return next(time for time in painted if time > moment)


def wait_until_more(page: Page, n_painted: int) -> None:
    for _ in range(2_000):
        if page.evaluate("painted.length") > n_painted:
            return
        page.wait_for_timeout(5)
    raise BenchmarkFailed("No next task came.")
