"""Threads with quoted words and calls by @, on a task's page and on the workbench."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Comment
from annotations.talk.comments import add_comment
from projects.models import Assignment, Membership, Project, Task
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_task, make_tasks, make_user


@pytest.fixture
def task(project: Project, ben: Membership) -> Task:
    task = make_task(project, text="😢 much too late for lunch")
    expires_at = timezone.now() + timedelta(minutes=30)
    Assignment.objects.create(task=task, project=project, user=ben.user, lease_expires_at=expires_at)
    add_comment(ben, task, key=uuid.uuid4(), kind="comment", text="Is this sad?")
    return task


def mark(page: Page, word: str) -> None:
    """Mark a word of the item as a person's pointer would."""
    page.evaluate(
        """(word) => {
            const element = document.querySelector("[data-quotable]"), text = element.firstChild;
            const start = text.data.indexOf(word), range = document.createRange();
            range.setStart(text, start);
            range.setEnd(text, start + word.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        word,
    )


def test_marked_words_are_quoted_and_a_call_is_completed_by_keys(
    page: Page,
    context: BrowserContext,
    live_server: Any,
    complaints: list[str],
    ada: Membership,
    ben: Membership,
    task: Task,
) -> None:
    sign_in(context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/{task.project.slug}/data/{task.pk}/")
    mark(page, "late")
    box = page.locator("#story-reply")
    box.press_sequentially("See @be")
    expect(page.locator('[role="listbox"] [role="option"]')).to_have_count(1)
    assert broken_rules(page, "light") == []
    box.press("Enter")
    box.press_sequentially("please")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".thread blockquote")).to_have_text("late")
    said = Comment.objects.get(author=ada.user)
    assert said.mentions == [ben.user.pk]
    assert said.place == {"field": "text", "start": 11, "end": 15, "text": "late"}
    assert said.text.endswith(" please")
    assert complaints == []


def test_on_the_workbench_marked_words_go_with_the_comment_and_a_reply_joins_its_thread(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], ben: Membership, task: Task
) -> None:
    first = Comment.objects.get()
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{task.project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    mark(page, "much too late")
    page.keyboard.press("c")
    expect(page.locator("[data-part=quoted]")).to_have_text("much too late")
    page.get_by_role("button", name="Reply to").click()
    page.locator("#wb-comment").fill("Rather angry.")
    page.keyboard.press("Control+Enter")
    is_saved(page)
    page.wait_for_function("() => document.querySelector('#comment-dialog').open === false")
    page.keyboard.press("c")
    expect(page.locator("[data-part=comments] .replies")).to_contain_text("Rather angry.")
    said = Comment.objects.get(text="Rather angry.")
    assert (said.parent_id, said.place["text"] if said.place else "") == (first.pk, "much too late")
    assert complaints == []


def test_a_turn_of_a_dialogue_is_quoted_by_choosing_it_and_by_marking_words_in_it(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    question = {"name": "ok", "kind": "choice", "options": ["yes", "no"]}
    project = make_project(schema={"fields": [{"name": "chat", "kind": "dialogue"}], "questions": [question]})
    ben = make_member(project, "annotator", make_user("Ben"))
    turns = [{"speaker": "user", "text": "Open? 😢"}, {"speaker": "bot", "text": "Every day."}]
    make_tasks(project, data=[{"chat": turns}])
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    page.keyboard.press("c")
    page.get_by_role("combobox", name="About").select_option(label="2 bot: Every day.")
    expect(page.locator("[data-part=quoted]")).to_have_text("Every day.")
    assert broken_rules(page, "light") == []
    page.locator("#wb-comment").fill("Says who?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comment-dialog")).to_be_hidden()
    page.evaluate(
        """() => {
            const [first, second] = document.querySelectorAll("[data-piece]"), range = document.createRange();
            range.setStart(first.firstChild, 6);
            range.setEnd(second.firstChild, 5);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("c")
    expect(page.locator("[data-part=quoted]")).to_have_text("😢 Every")
    page.locator("#wb-comment").fill("An odd answer.")
    page.keyboard.press("Control+Enter")
    is_saved(page)
    places = {comment.text: comment.place for comment in Comment.objects.all()}
    assert places == {
        "Says who?": {"field": "chat", "start": 8, "end": 18, "text": "Every day."},
        "An odd answer.": {"field": "chat", "start": 6, "end": 13, "text": "😢\nEvery"},
    }
    assert complaints == []
