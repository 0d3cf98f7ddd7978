"""Take the pictures of README and docs from a running demo that a simulated team has labeled a little::

    make run                                                     # in one shell
    .venv/bin/python manage.py simulate_team --project voice-assistant --labels 600
    .venv/bin/python docs/pictures/take_pictures.py http://localhost:8000 var/demo-sign-ins.txt

The second project of the demo is made to have an answer that was returned: do this on a demo that nobody needs.
Needs the packages of ``make test`` and a Chromium.
"""

import io
import sys
import uuid
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bootstrap import find_chromium  # noqa: E402 - the folder must be on the path first

PAGES = {
    "workbench": "/projects/voice-assistant/label/",
    "overview": "/projects/voice-assistant/",
    "models": "/projects/voice-assistant/models/",
    "data": "/projects/voice-assistant/data/",
}
REVIEWED = "message-spam"
MOST_BYTES = 150_000
CALL = """async ([method, path, body]) => {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}"""


class Demo:
    """The running demo; ``as_`` gives a page of one of its people, in a browser session of their own."""

    def __init__(self, browser: Browser, address: str, passwords: dict[str, str]) -> None:
        self.browser, self.address, self.passwords = browser, address, passwords
        self.pages: dict[str, Page] = {}

    def as_(self, name: str) -> Page:
        if name not in self.pages:
            view = {"width": 1280, "height": 720}
            page = self.browser.new_context(base_url=self.address, viewport=view, color_scheme="light").new_page()
            page.goto("/accounts/login/")
            page.fill("input[name=login]", f"{name}@example.com")
            page.fill("input[name=password]", self.passwords[f"{name}@example.com"])
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.address}/")
            self.pages[name] = page
        return self.pages[name]

    def call(self, name: str, method: str, path: str, body: Any = None) -> Any:
        return self.as_(name).evaluate(CALL, [method, path, body])


def take(page: Page, name: str, path: str = "") -> None:
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    save_small(page.screenshot(), Path(__file__).with_name(f"{name}.png"), MOST_BYTES)


def save_small(screenshot: bytes, target: Path, most_bytes: int) -> None:
    with Image.open(io.BytesIO(screenshot)) as picture:
        small = picture.convert("RGB").quantize(256, kmeans=3, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
    if target.stat().st_size > most_bytes:
        raise SystemExit(f"{target.name} has {target.stat().st_size:,} bytes, more than {most_bytes:,}.")


def have_an_answer_returned(demo: Demo) -> None:
    """On one task three people differ, a reviewer returns it to one of them, and that one has not answered yet."""
    project = f"projects/{REVIEWED}"
    demo.call("ada", "PATCH", f"{project}/", {"policies": {"review_policy": "disagreements"}})
    task = demo.call("ada", "GET", f"{project}/tasks/?search=satisfied+experience")["results"][0]["id"]
    members = demo.call("ada", "GET", f"{project}/members/")["results"]
    labelers = [member["id"] for member in members if member["email"].split("@")[0] in {"ben", "chloe", "deniz"}]
    demo.call("ada", "POST", f"{project}/tasks/needs/", {"task_ids": [task], "overlap": 3})
    demo.call("ada", "POST", f"{project}/assignments/", {"task_ids": [task], "to": labelers, "how": "each"})
    for name, value in (("ben", "spam"), ("chloe", "spam"), ("deniz", "ham")):
        answer(demo, name, task, value)
    work = demo.call("mara", "POST", f"{project}/reviews/next/", {})
    ben = next(one["author_id"] for one in work["annotations"] if one["author"].startswith("Ben"))
    told = {"reason": "Against the guideline", "comment": "They had just called: it is about what the reader began"}
    body = {"key": str(uuid.uuid4()), "decision": "return", "returned_to": [ben], **told}
    demo.call("mara", "POST", f"tasks/{task}/reviews/", body)


def answer(demo: Demo, name: str, task: int, value: str) -> None:
    demo.call(name, "POST", f"projects/{REVIEWED}/queue/next/", {"holding": []})
    body = {"key": str(uuid.uuid4()), "answers": {"spam": value}, "active_seconds": 6.0, "submit": True}
    demo.call(name, "POST", f"tasks/{task}/annotations/", body)


def take_roles(demo: Demo) -> None:
    """What each role sees."""
    take(demo.as_("vic"), "role-viewer", "/projects/voice-assistant/")
    have_an_answer_returned(demo)
    take(demo.as_("ben"), "role-annotator", f"/projects/{REVIEWED}/label/")
    demo.as_("ben").keyboard.press("2")  # takes the advice; the others still differ
    demo.as_("ben").wait_for_load_state("networkidle")
    take(demo.as_("mara"), "role-reviewer", f"/projects/{REVIEWED}/review/")
    manager = demo.as_("mara")
    manager.goto("/projects/voice-assistant/data/?stage=annotate")
    manager.locator("[data-select]").nth(0).click()
    manager.locator("[data-select]").nth(23).click(modifiers=["Shift"])
    manager.get_by_role("button", name="Assign …").click()
    for box in manager.locator("input[name=to]").all()[:3]:
        box.check()
    take(manager, "role-manager")
    take(demo.as_("ada"), "role-admin", "/projects/voice-assistant/people/")


def passwords_in(sign_ins: str) -> dict[str, str]:
    lines = [line.split() for line in Path(sign_ins).read_text(encoding="utf-8").splitlines()]
    return {words[0]: words[1] for words in lines if len(words) > 1 and "@" in words[0]}


def main(address: str, sign_ins: str) -> None:
    passwords = passwords_in(sign_ins)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        demo = Demo(browser, address, passwords)
        for name, path in PAGES.items():
            take(demo.as_("ada"), name, path)
        take_roles(demo)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
