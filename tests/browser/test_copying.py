"""One key takes over the answers of the task before, as far as they fit, and one takes all of it back."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Annotation, AnnotationStatus
from projects.models import Membership, Project
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_tasks, make_user

CANDIDATES = [[{"id": "a", "text": f"good {n}"}, {"id": "b", "text": f"bad {n}"}] for n in range(2)]
QUESTIONS = [
    {"name": "names", "title": "Names", "kind": "spans", "options": ["person", "place"], "on": "text"},
    {"name": "links", "title": "Links", "kind": "relations", "between": "names", "options": ["lives in"]},
    {"name": "topics", "title": "Topics", "kind": "choices", "options": ["sports", "music"]},
    {"name": "stars", "title": "Stars", "kind": "rating"},
    {"name": "why", "title": "Why", "kind": "text"},
    {"name": "best", "title": "Best", "kind": "ranking", "on": "outputs"},
]
ANSWERS = {
    "names": [
        {"id": "s1", "parts": [{"start": 0, "end": 3, "text": "Ada"}], "label": "person"},
        {"id": "s2", "parts": [{"start": 13, "end": 17, "text": "Rome"}], "label": "place"},
        {"id": "s3", "parts": [{"start": 19, "end": 22, "text": "Bob"}], "label": "person"},
    ],
    "links": [
        {"id": "r1", "from": "s1", "to": "s2", "label": "lives in"},
        {"id": "r2", "from": "s3", "to": "s2", "label": "lives in"},
    ],
    "topics": ["music"],
    "stars": 4,
    "why": "As always.",
    "best": ["b", "a"],
}


@pytest.fixture
def project() -> Project:
    fields = [{"name": "text", "kind": "text"}, {"name": "outputs", "kind": "candidates"}]
    return make_project(schema={"fields": fields, "questions": QUESTIONS}, overlap=1)


@pytest.fixture
def second(page: Page, context: BrowserContext, live_server: Any, project: Project, api: Any) -> Page:
    """The second of two tasks is on screen; the first has been answered."""
    ben: Membership = make_member(project, "annotator", make_user("Ben"))
    texts = ["Ada lives in Rome, Bob too", "😀 In Rome there is Ada"]
    data = [{"text": text, "outputs": outputs} for text, outputs in zip(texts, CANDIDATES, strict=True)]
    client = api(ben.user)
    make_tasks(project, data=data[:1])
    answered = client.answer(client.next_task(project)["task"]["id"], ANSWERS)
    assert answered.status_code == 201, answered.json()
    make_tasks(project, data=data[1:])
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    return page


def test_what_fits_is_copied_what_does_not_is_named_and_one_step_takes_it_back(
    second: Page, project: Project, complaints: list[str]
) -> None:
    page = second
    page.keyboard.press("Shift+C")
    note = page.locator("[data-part=note]")
    expect(note).to_contain_text("Copied from the task before.")
    left = "Names (1 of 3 spans), Links (1 of 2 relations), Best (it is about something else here)"
    expect(note).to_contain_text(f"Not copied: {left}.")
    expect(page.get_by_role("button", name="music")).to_have_attribute("aria-pressed", "true")
    page.locator("#stage").focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="music")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("text-question textarea")).to_have_value("")
    page.keyboard.press("Control+Shift+z")
    page.locator("[data-command=copyFormer]").click()
    page.locator("ranking-question button").first.click()
    page.locator("#stage").focus()
    page.keyboard.press("Enter")
    is_saved(page)
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    stored = Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).latest("submitted_at").answers
    assert stored == {
        "names": [
            {"id": "s2", "parts": [{"start": 5, "end": 9, "text": "Rome"}], "label": "place"},
            {"id": "s1", "parts": [{"start": 19, "end": 22, "text": "Ada"}], "label": "person"},
        ],
        "links": [{"id": "r1", "from": "s1", "to": "s2", "label": "lives in"}],
        "topics": ["music"],
        "stars": 4,
        "why": "As always.",
        "best": stored["best"],
    }
    assert complaints == []


def test_the_first_task_has_nothing_to_copy_from(second: Page, project: Project) -> None:
    Annotation.objects.all().delete()
    second.reload()
    expect(second.locator("#stage")).to_have_attribute("data-mode", "task")
    second.keyboard.press("Shift+C")
    expect(second.locator("[data-part=note]")).to_have_text("There is no task before this one.")
