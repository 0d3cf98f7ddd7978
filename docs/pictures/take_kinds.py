"""Take the pictures of ``docs/questions.md``, one of each kind of question and field, on a running site::

    make run                                                     # in one shell
    .venv/bin/python docs/pictures/take_kinds.py http://localhost:8000 var/demo-sign-ins.txt

Each is a project of its own, made of a template with one sample of it, in which some keys are pressed: do this on a
demo that nobody needs. Needs the packages of ``make test`` and a Chromium. Names of pictures make only those.
"""

import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from playwright.sync_api import Page, sync_playwright  # noqa: E402 - as above
from take_pictures import ROOT, Demo, find_chromium, passwords_in, save_small  # noqa: E402 - the folder comes first

STARTERS = ROOT / "projects" / "starters"
MOST_BYTES = 60_000
WIDTH = 900
TALL = 1_400  # so that nothing is cut off
CARD = "[data-part=fields]"
STAGE = f"{CARD}, [data-part=questions]"
# The place on the page that these elements take together, with some room around it.
AROUND = """(elements) => {
  const boxes = elements.map((element) => element.getBoundingClientRect());
  const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])) - 12);
  const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...boxes.map((box) => box[side])) + 12);
  return { x: left, y: top, width: right - left, height: bottom - top };
}"""
INVOICE = {
    "schema": {
        "fields": [{"name": "letter", "kind": "rich_text", "format": "markdown"}],
        "questions": [
            {"name": "sum", "kind": "number", "title": "How much is to be paid?", "minimum": 0, "unit": "EUR"},
            {"name": "due", "kind": "date", "title": "By when?"},
        ],
    },
    "samples": [{"data": {"letter": "### Invoice 2026-118\n\nTwo lamps at 39.90, **to be paid by 31 March 2026**.\n"}}],
}
LETTER = {
    "schema": {
        "fields": [{"name": "document", "kind": "pdf"}],
        "questions": [{"name": "kind", "kind": "choice", "title": "What is it?", "options": ["lease", "letter"]}],
    },
    "paper": "<h2>Lease</h2><p>Northwind lets the boathouse at Skern to Ines Duarte from 1 May 2026, for 320 EUR a "
    "month.</p><p>Either side may end it by the end of any month.</p>",
}


def found(letters: str, label: str) -> tuple[str, ...]:
    """Find words, take them, give them a label, and let go."""
    return ("/", f"={letters}", "Enter", label, "Escape", "Escape")


def heard(silence: int, length: int, label: str) -> tuple[str, ...]:
    """Go on so many steps in a sound, begin a segment, and end it some steps later by its label."""
    on = "Shift+ArrowRight"
    return (*[on] * silence, "m", *[on] * length, label)


@dataclass(frozen=True)
class Picture:
    """Of a template and the number of a sample, after some keys; ``=word`` types a word.

    Taken is the part of the page where the elements of ``part`` stand.
    """

    template: str
    keys: tuple[str, ...] = ()
    sample: int = 0
    part: str = STAGE
    most_bytes: int = MOST_BYTES


PICTURES = {
    "question-choice": Picture("sentiment"),
    "question-choices": Picture("topics", ("1", "3")),
    "question-taxonomy": Picture("routing", ("=char",)),
    "question-rating": Picture("summary", ("4", "3")),
    "question-number": Picture("invoice", ("=79.80",)),
    "question-date": Picture("invoice", ("=79.80", "Enter", "=03312026")),
    "question-text": Picture("decision", ("2", "=The record with us is steady and outweighs the new job."), sample=1),
    "question-spans": Picture("entities", (*found("Amara", "1"), *found("Northwind", "2"), *found("Lisbon", "3"))),
    "question-relations": Picture(
        "relations",
        (*found("Ines Duarte", "1"), *found("Porto", "3"), *found("Northwind", "2"), "]", "1", "1", "1"),
    ),
    "question-chains": Picture(
        "coreference",
        (*found("Lena", "1"), *found("her sister", "3"), *found("she", "2"), "]", "n", "0", "n", "n", "0"),
    ),
    "question-segments": Picture(
        "events", (*heard(1, 2, "4"), *heard(1, 3, "3"), *("ArrowLeft",) * 7, "e", *("ArrowLeft",) * 4)
    ),
    "question-boxes": Picture(
        "boxes",
        (
            *("1", "b", *("ArrowRight",) * 11, *("ArrowUp",) * 12, *("Shift+ArrowLeft",) * 4, "Escape", "Escape"),
            *(
                "2",
                "b",
                *("ArrowLeft",) * 15,
                *("ArrowUp",) * 18,
                *("Shift+ArrowRight",) * 9,
                *("Shift+ArrowDown",) * 8,
            ),
        ),
        most_bytes=120_000,  # a photo
    ),
    "question-ranking": Picture("relevance", ("2",)),
    "question-preference": Picture("preference", ("2",)),
    "question-per-turn": Picture("chatbot", ("1",)),
    "field-text": Picture("summary", part=CARD),
    "field-rich_text": Picture("invoice", part=CARD),
    "field-dialogue": Picture("chatbot", part=CARD),
    "field-record": Picture("decision", part=CARD),
    "field-candidates": Picture("relevance", part=CARD),
    "field-pdf": Picture("letter", part=CARD),
    "field-image": Picture("image", part=CARD),
    "field-audio": Picture("audio", part=CARD),
}


def read_template(name: str) -> dict[str, Any]:
    if name in {"invoice", "letter"}:
        return {"invoice": INVOICE, "letter": LETTER}[name]
    template: dict[str, Any] = json.loads((STARTERS / f"{name}.json").read_text(encoding="utf-8"))
    return template


def make_project(demo: Demo, picture: Picture) -> str:
    """The address of a new project with the sample alone."""
    template = read_template(picture.template)
    policies = {"holdout_percent": 0}  # the page says of a holdout task what it is for
    wanted = {"name": picture.template, "schema": template["schema"], "policies": policies}
    project = demo.call("ada", "POST", "projects/", wanted)["slug"]
    if "paper" in template:
        import_file(demo, project, "lease.pdf", print_paper(demo, template["paper"]))
    elif "samples" not in template:
        import_file(demo, project, "sample", first_packed(STARTERS / f"{picture.template}.zip"))
    else:
        demo.call("ada", "POST", f"projects/{project}/imports/", {"tasks": [template["samples"][picture.sample]]})
    return f"/projects/{project}/label/"


def print_paper(demo: Demo, html: str) -> bytes:
    """As a PDF."""
    page = demo.as_("ada")
    page.set_content(html)
    return page.pdf(width="560px", height="300px", margin={"top": "12px", "left": "24px", "right": "24px"})


def first_packed(path: Path) -> bytes:
    with zipfile.ZipFile(path) as packed:
        return packed.read(packed.namelist()[0])


def import_file(demo: Demo, project: str, name: str, content: bytes) -> None:
    """By the page."""
    page = demo.as_("ada")
    page.goto(f"/projects/{project}/imports/")
    page.set_input_files("#file", [{"name": name, "mimeType": "application/octet-stream", "buffer": content}])
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url("**/imports/*/")


def take(page: Page, address: str, name: str, picture: Picture) -> None:
    page.goto(address)
    page.locator("#stage[data-mode=task]").wait_for(timeout=60_000)
    if page.locator("#guideline").is_visible():
        page.locator("#guideline [data-command=guideline]").click()
    for key in picture.keys:
        if key.startswith("="):
            page.keyboard.type(key[1:])
        else:
            page.keyboard.press(key)
    page.wait_for_timeout(1_500)
    page.locator("main img[src]").evaluate_all("(images) => Promise.all(images.map((image) => image.decode()))")
    place = page.locator(picture.part).evaluate_all(AROUND)
    save_small(page.screenshot(clip=place), Path(__file__).with_name(f"{name}.png"), picture.most_bytes)


def main(address: str, sign_ins: str, *names: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        demo = Demo(browser, address, passwords_in(sign_ins))
        page = demo.as_("ada")
        page.set_viewport_size({"width": WIDTH, "height": TALL})
        projects: dict[tuple[str, int, bool], str] = {}
        for name in names or PICTURES:
            picture = PICTURES[name]
            key = (picture.template, picture.sample, bool(picture.keys))
            if picture.keys or key not in projects:
                projects[key] = make_project(demo, picture)
            take(page, projects[key], name, picture)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
