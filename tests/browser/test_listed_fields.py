"""Dialogues, records and candidates on a task's story: readable by everybody, no wider than a phone, quoted."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Task
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks

FIELDS = [
    {"name": "chat", "kind": "dialogue", "title": "Chat", "speakers": [{"name": "user"}, {"name": "bot"}]},
    {
        "name": "row",
        "kind": "record",
        "title": "Receipt",
        "columns": [
            {"name": "amount", "title": "Amount that was paid, with everything", "type": "money", "unit": "EUR"},
            {"name": "who", "title": "Customer"},
            {"name": "paid", "title": "Paid on", "type": "date"},
        ],
    },
    {"name": "drafts", "kind": "candidates", "title": "Drafts"},
]
DATA = {
    "chat": [
        {"speaker": "user", "text": "😢 my card was stolen", "time": "09:30"},
        {"speaker": "bot", "text": "I am sorry.\nShall I block it? " + "y" * 120},
    ]
    * 20,
    "row": {"amount": 1200.5, "who": "Ada" * 60},
    "drafts": [{"text": "Boil. " * 60, "title": "A cookbook"}, {"text": "w" * 200}, {"text": "שלום עולם"}],
}


@pytest.fixture
def task() -> Task:
    question = {"name": "ok", "kind": "choice", "on": "chat", "options": [{"value": "yes"}, {"value": "no"}]}
    project = make_project(schema={"fields": FIELDS, "questions": [question]})
    return make_tasks(project, data=[DATA])[0]


def open_story(page: Page, context: BrowserContext, live_server: Any, task: Task) -> None:
    sign_in(context, make_member(task.project, "manager").user, live_server)
    page.goto(f"{live_server.url}/projects/{task.project.slug}/data/{task.pk}/")


def test_they_break_no_rule_and_fit_a_phone(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], task: Task
) -> None:
    open_story(page, context, live_server, task)
    assert broken_in_both_themes(page) == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for shown in page.locator(".story-parts").all():
            assert shown.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert complaints == []


def test_words_that_are_marked_over_two_turns_go_with_a_comment(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], task: Task
) -> None:
    open_story(page, context, live_server, task)
    page.evaluate(
        """() => {
            const [first, second] = document.querySelectorAll(".turn-text"), range = document.createRange();
            range.setStart(first.firstChild, first.textContent.indexOf("stolen"));
            range.setEnd(second.firstChild, "I am sorry.".length);
            getSelection().addRange(range);
        }"""
    )
    expect(
        page.locator("[data-quote]:visible").first
    ).to_be_visible()  # the page hears of what is marked a moment later
    page.locator("#story-reply").fill("What was it?")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator("#comments .quote:visible")).to_have_text("stolen\nI am sorry.")
    place = task.comments.get().place
    assert place is not None
    assert (place["field"], place["start"], place["end"]) == ("chat", 14, 32)
    assert complaints == []
