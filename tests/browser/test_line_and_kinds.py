"""Without a line, without a session, over a reload: answers of every kind reach the server as they were given."""

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from annotations.models import Annotation, AnnotationStatus
from projects.models import Membership
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_tasks, make_user

FIELDS = [{"name": "text", "kind": "text"}, {"name": "outputs", "kind": "candidates"}]
QUESTIONS = [
    {
        "name": "names",
        "kind": "spans",
        "on": "text",
        "options": ["person", "place"],
        "questions": [{"name": "sure", "kind": "choice", "options": ["yes", "no"]}],
    },
    {"name": "links", "kind": "relations", "between": "names", "options": ["knows"], "required": False},
    {"name": "topics", "kind": "choices", "options": ["sports", "music", "food"]},
    {"name": "tone", "kind": "choice", "options": ["calm", "angry"]},
    {"name": "where", "kind": "taxonomy", "options": [{"value": "eu", "children": ["rome", "oslo"]}, "other"]},
    {"name": "best", "kind": "ranking", "on": "outputs"},
    {"name": "liked", "kind": "rating", "per": "candidate", "on": "outputs"},
    {"name": "stars", "kind": "rating"},
    {"name": "price", "kind": "number"},
    {"name": "due", "kind": "date"},
    {"name": "why", "kind": "text"},
]
OUTPUTS = [{"id": "a", "text": "one"}, {"id": "b", "text": "two"}, {"id": "c", "text": "three"}]
TEXT = "😀 Ada {} met Bob"


@pytest.fixture
def ben() -> Membership:
    project = make_project(schema={"fields": FIELDS, "questions": QUESTIONS}, holdout_percent=0)
    return make_member(project, "annotator", make_user("Ben"))


@pytest.fixture
def page(page: Page, context: BrowserContext, live_server: Any, ben: Membership) -> Page:
    """The labeling page with five tasks, four of which wait in memory."""
    make_tasks(ben.project, data=[{"text": TEXT.format(number), "outputs": OUTPUTS} for number in range(5)])
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{ben.project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    page.wait_for_load_state("networkidle")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def mark(page: Page, word: str, key: str) -> None:
    press(page, "/")
    page.keyboard.type(word)
    press(page, "Enter", key)


def shown(page: Page) -> int:
    """The number of the task on screen."""
    return int(page.locator("text-field").inner_text().split()[2])


def begin(page: Page) -> None:
    """Answer the first half of what is asked, with the keyboard alone."""
    mark(page, "Ada", "1")
    press(page, "2")  # the question about the span
    mark(page, "Bob", "2")
    press(page, "1", "Escape", "]")
    press(page, "1", "1", "1")  # a relation, from the first span to the only other
    press(page, "]", "3", "1")
    press(page, "]", "2")
    page.keyboard.type("oslo")
    press(page, "Enter")


def end(page: Page, number: int) -> None:
    """Answer the other half and go on to the next task."""
    press(page, "3", "1")  # the last place is clear
    press(page, "4", "2", "5")
    press(page, str(number + 1))
    page.keyboard.type(f"{number}.5")
    press(page, "Enter")
    page.locator("date-question input").fill(f"2026-03-0{number + 1}")
    press(page, "Enter")
    page.keyboard.insert_text(f"because of {number} 🙂")
    press(page, "Control+Enter")


def expected(number: int) -> dict[str, Any]:
    end_of_text = len(TEXT.format(number))
    ada = {"start": 2, "end": 5, "text": "Ada"}
    bob = {"start": end_of_text - 3, "end": end_of_text, "text": "Bob"}
    return {
        "names": [
            {"id": "s1", "parts": [ada], "label": "person", "answers": {"sure": "no"}},
            {"id": "s2", "parts": [bob], "label": "place", "answers": {"sure": "yes"}},
        ],
        "links": [{"id": "r1", "from": "s1", "to": "s2", "label": "knows"}],
        "topics": ["sports", "food"],
        "tone": "angry",
        "where": "oslo",
        "best": ["c", "a", "b"],
        "liked": {"a": 4, "b": 2, "c": 5},
        "stars": number + 1,
        "price": number + 0.5,
        "due": f"2026-03-0{number + 1}",
        "why": f"because of {number} 🙂",
    }


def answer(page: Page) -> int:
    number = shown(page)
    begin(page)
    end(page, number)
    return number


def await_next(page: Page, number: int) -> None:
    expect(page.locator("text-field")).not_to_have_text(TEXT.format(number))


def stored(page: Page, numbers: set[int]) -> dict[int, dict[str, Any]]:
    """The answers on the server by the task's number, once those of all these tasks are there."""
    answers: dict[int, dict[str, Any]] = {}
    for _ in range(150):
        rows = Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).select_related("task__content")
        answers = {int(row.task.content.data["text"].split()[2]): row.answers for row in rows}
        if answers.keys() >= numbers:
            break
        page.wait_for_timeout(100)
    return answers


def test_answers_of_every_kind_given_offline_survive_a_reload_and_an_unfinished_one_goes_on(
    page: Page, context: BrowserContext
) -> None:
    url = page.url
    context.set_offline(True)
    given = set()
    for _ in range(3):
        number = answer(page)
        given.add(number)
        await_next(page, number)
    half = shown(page)
    assert half not in given
    begin(page)
    expect(page.locator("[data-part=state-text]")).to_contain_text("kept in this browser")
    with suppress(Error):  # the browser shows that there is no line
        page.reload()
    context.set_offline(False)
    page.goto(url)
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    assert stored(page, given) == {number: expected(number) for number in given}
    for _ in range(2):
        number = shown(page)
        if number == half:
            expect(page.locator("relations-question .span-list")).to_contain_text("Ada → Bob")
            end(page, number)
            break
        given.add(answer(page))
        await_next(page, number)
    given.add(half)
    assert stored(page, given) == {number: expected(number) for number in given}


def test_answers_of_every_kind_given_while_signed_out_go_out_after_signing_in_in_place(
    page: Page, context: BrowserContext, live_server: Any, ben: Membership
) -> None:
    context.clear_cookies()
    given = set()
    for _ in range(2):
        number = answer(page)
        given.add(number)
        await_next(page, number)
    half = shown(page)
    begin(page)
    expect(page.locator("[data-part=state-text]")).to_contain_text("signed out")
    assert not Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).exists()
    sign_in(context, ben.user, live_server)
    page.evaluate("dispatchEvent(new Event('focus'))")
    is_saved(page)
    assert stored(page, given) == {number: expected(number) for number in given}
    assert shown(page) == half
    end(page, half)
    assert stored(page, {*given, half})[half] == expected(half)
