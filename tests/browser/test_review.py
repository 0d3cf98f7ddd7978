"""A reviewer at work, by keyboard: accept, fix, settle a disagreement, return; and the author who gets it back."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import FinalLabel, Review
from annotations.work import workbench as operations
from projects.models import Membership, Project
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_guideline, make_member, make_tasks, make_user


def answer(member: Membership, value: str) -> int:
    member = Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)
    work = operations.next_work(member)
    assert work is not None
    operations.submit_annotation(member.user, work.id, operations.Submission(uuid.uuid4(), {"topic": value}))
    return work.id


@pytest.fixture
def reviewed(project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(review_policy="all", guideline_number=1)
    make_guideline(project)
    project.refresh_from_db()
    return project


@pytest.fixture
def review_page(page: Page, context: BrowserContext, live_server: Any, rae: Membership) -> Page:
    sign_in(context, rae.user, live_server)
    page.set_default_timeout(10_000)
    return page


def open_review(page: Page, live_server: Any, project: Project) -> None:
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator("#stage")).not_to_have_attribute("data-mode", "waiting")


def test_enter_accepts_a_key_fixes_and_what_is_left_says_so(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership, complaints: list[str]
) -> None:
    texts = ["a goal was scored", "a song was sung"]
    make_tasks(reviewed, texts=texts)
    first, second = sorted([answer(ben, "sports"), answer(ben, "sports")])
    open_review(review_page, live_server, reviewed)
    expect(review_page.locator(".rv-answer")).to_have_text("bensports")
    expect(review_page.locator("[data-part=decide-text]")).to_have_text("Accept")
    review_page.keyboard.press("Enter")
    expect(review_page.locator("[data-part=last-decision]")).to_have_text("Accepted")
    review_page.keyboard.press("3")
    expect(review_page.locator("[data-part=decide-text]")).to_have_text("Fix and accept")
    review_page.keyboard.press("u")
    expect(review_page.locator("[data-part=decide-text]")).to_have_text("Accept")
    review_page.keyboard.press("3")
    review_page.keyboard.press("Enter")
    expect(review_page.locator("[data-part=empty-message]")).to_contain_text("Nothing waits for review")
    labels = dict(FinalLabel.objects.values_list("task", "value"))
    assert labels == {first: "sports", second: "music"}
    assert complaints == []


def test_what_a_reviewer_chose_is_taken_back_and_done_again_also_after_a_reload(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership, complaints: list[str]
) -> None:
    make_tasks(reviewed, texts=["a goal was scored"])
    task = answer(ben, "sports")
    open_review(review_page, live_server, reviewed)

    def holds(value: str) -> None:
        pressed = review_page.locator(f".option-button[data-value={value}]")
        expect(pressed).to_have_attribute("aria-pressed", "true")

    for key, value in (("2", "politics"), ("3", "music"), ("u", "sports"), ("z", "music"), ("Control+z", "politics")):
        review_page.keyboard.press(key)
        holds(value)
    review_page.keyboard.press("Shift+Z")
    holds("music")
    review_page.get_by_role("button", name="Take back").click()
    holds("politics")
    review_page.reload()
    expect(review_page.locator("#stage")).to_have_attribute("data-mode", "task")
    holds("politics")
    review_page.keyboard.press("Control+Shift+z")
    holds("music")
    for value in ("politics", "sports"):
        review_page.keyboard.press("z")
        holds(value)
    expect(review_page.locator("[data-part=decide-text]")).to_have_text("Accept")
    review_page.keyboard.press("z")
    expect(review_page.locator("[data-part=note]")).to_have_text("There is nothing to take back here.")
    review_page.keyboard.press("Shift+Z")
    review_page.keyboard.press("Enter")
    expect(review_page.locator("[data-part=empty-message]")).to_contain_text("Nothing waits for review")
    assert dict(FinalLabel.objects.values_list("task", "value")) == {task: "politics"}
    assert complaints == []


def test_a_disagreement_must_be_settled_and_is_marked_as_one(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership, complaints: list[str]
) -> None:
    Project.objects.filter(pk=reviewed.pk).update(overlap=2)
    zoe = make_member(reviewed, "annotator", make_user("zoe"))
    make_tasks(reviewed, 1, open_slots=2)
    answer(ben, "sports")
    answer(zoe, "music")
    open_review(review_page, live_server, reviewed)
    expect(review_page.locator(".rv-answer.differs")).to_have_count(2)
    review_page.keyboard.press("Enter")
    expect(review_page.locator("[data-part=note]")).to_contain_text("choose what holds")
    assert not Review.objects.exists()
    review_page.locator("#stage").focus()
    review_page.keyboard.press("3")
    review_page.keyboard.press("Enter")
    expect(review_page.locator("#stage")).to_have_attribute("data-mode", "empty")
    assert list(FinalLabel.objects.values_list("value", "method")) == [("music", "adjudication")]
    assert complaints == []


def test_a_returned_answer_shows_its_reason_and_place_to_its_author_and_comes_back_fixed(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership, rae: Membership, complaints: list[str]
) -> None:
    make_tasks(reviewed, texts=["😀 a song about football"])
    task = answer(ben, "sports")
    open_review(review_page, live_server, reviewed)
    review_page.evaluate(
        """() => {
            const text = document.querySelector("text-field").firstChild;
            const start = text.data.indexOf("song");
            getSelection().setBaseAndExtent(text, start, text, start + 4);
        }"""
    )
    review_page.keyboard.press("Backspace")
    dialog = review_page.locator("#return-dialog")
    expect(dialog).to_contain_text("About “song”")
    review_page.keyboard.press("2")
    dialog.locator("textarea").fill("What is it about?")
    review_page.keyboard.press("Control+Enter")
    expect(review_page.locator("#stage")).to_have_attribute("data-mode", "empty")
    review = Review.objects.get()
    assert (review.decision, review.reason) == ("return", "Against the guideline")
    assert review.place == {"field": "text", "start": 4, "end": 8, "text": "song"}

    sign_in(review_page.context, ben.user, live_server)
    review_page.goto(f"{live_server.url}/")
    expect(review_page.get_by_text("1 returned to you")).to_be_visible()
    review_page.goto(f"{live_server.url}/projects/{reviewed.slug}/label/")
    strip = review_page.locator("[data-part=strip]")
    expect(strip).to_contain_text("sent this back to you: Against the guideline · about “song” · What is it about?")
    review_page.keyboard.press("3")
    is_saved(review_page)
    expect(review_page.locator("#stage")).to_have_attribute("data-mode", "empty")

    sign_in(review_page.context, rae.user, live_server)
    open_review(review_page, live_server, reviewed)
    expect(review_page.locator(".rv-answer")).to_have_text("benmusic")
    expect(review_page.locator("[data-part=earlier]")).to_contain_text("returned it at level 1")
    review_page.keyboard.press("Enter")
    expect(review_page.locator("#stage")).to_have_attribute("data-mode", "empty")
    assert FinalLabel.objects.get(task=task).value == "music"
    assert complaints == []


def test_an_answer_that_changed_under_the_reviewers_eyes_is_shown_again(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership
) -> None:
    make_tasks(reviewed, 1)
    task = answer(ben, "sports")
    open_review(review_page, live_server, reviewed)
    expect(review_page.locator(".rv-answer")).to_have_text("bensports")
    changed = operations.Submission(uuid.uuid4(), {"topic": "music"}, version=1)
    operations.submit_annotation(ben.user, task, changed)
    review_page.keyboard.press("Enter")
    expect(review_page.locator("[data-part=note]")).to_contain_text("The answers have changed since you saw them")
    expect(review_page.locator(".rv-answer")).to_have_text("benmusic")
    assert not Review.objects.exists()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_review_page_breaks_no_accessibility_rule(
    review_page: Page, live_server: Any, reviewed: Project, ben: Membership, width: int
) -> None:
    make_tasks(reviewed, 1)
    answer(ben, "sports")
    review_page.set_viewport_size({"width": width, "height": 844})
    open_review(review_page, live_server, reviewed)
    assert broken_rules(review_page) == []
    expect(review_page.get_by_role("button", name="Accept")).to_be_in_viewport()
    review_page.keyboard.press("Backspace")
    expect(review_page.locator("#return-dialog")).to_be_visible()
    assert broken_rules(review_page) == []
