"""A project that is hard to look at, in a real browser: the warning, the cover by keyboard, the word about a break."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from annotations.models import Annotation, AnnotationStatus, FinalLabel
from annotations.work import workbench as operations
from projects.membership.people import change_member
from projects.models import Assignment, AssignmentStatus, Membership, Project
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_tasks

TEXTS = ["first insult", "second insult", "third insult", "fourth insult", "fifth insult", "sixth insult"]


@pytest.fixture
def url(live_server: Any, context: BrowserContext, project: Project, ben: Membership) -> str:
    warning = {"is_sensitive": True, "content_warning": "Threats and insults."}
    Project.objects.filter(pk=project.pk).update(break_after_minutes=5, **warning)
    for position, text in enumerate(TEXTS):
        make_tasks(project, texts=[text], rank=position / 100)
    sign_in(context, ben.user, live_server)
    return f"{live_server.url}/projects/{project.slug}/label/"


@pytest.fixture
def covered(page: Page, url: str) -> Page:
    """The labeling page with its first task, covered, after the warning."""
    page.goto(url)
    page.keyboard.press("Enter")
    is_in_mode(page, "task")
    return page


@pytest.fixture
def timed(page: Page) -> Page:
    page.clock.install()
    return page


def is_in_mode(page: Page, mode: str) -> None:
    expect(page.locator("#stage")).to_have_attribute("data-mode", mode)


def submitted(project: Project) -> list[str]:
    rows = Annotation.objects.filter(project=project, status=AnnotationStatus.SUBMITTED).order_by("submitted_at")
    return [row.task.content.data["text"] for row in rows.select_related("task__content")]


def saved(page: Page) -> None:
    is_saved(page)


def comes_after(page: Page, text: str) -> None:
    """Another task is on screen. Which one is not certain: an answer may bring one before what was asked for ahead."""
    expect(page.locator("text-field")).not_to_have_text(text)
    expect(page.locator("text-field")).to_contain_text("insult")


def test_the_warning_comes_first_takes_no_task_and_comes_once_a_session(
    page: Page, url: str, project: Project, complaints: list[str]
) -> None:
    page.goto(url)
    is_in_mode(page, "warning")
    expect(page.locator("[data-part=warning]")).to_have_text("Threats and insults.")
    page.keyboard.press("1")
    page.keyboard.press("v")
    is_in_mode(page, "warning")
    assert broken_rules(page) == []
    assert not Assignment.objects.exists()
    page.keyboard.press("Enter")
    is_in_mode(page, "task")
    page.reload()
    is_in_mode(page, "task")
    Project.objects.filter(pk=project.pk).update(content_warning="Now also threats of violence.")
    page.reload()
    is_in_mode(page, "warning")
    page.get_by_role("button", name="I have read this").click()
    is_in_mode(page, "task")
    assert complaints == []


def test_by_touch_the_warning_names_what_to_tap(browser: Browser, url: str, live_server: Any, ben: Membership) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(phone, ben.user, live_server)
    page = phone.new_page()
    page.goto(url)
    words = "covered until you press “Show this one”. You may skip any of them unseen with “Skip”, and stop"
    expect(page.locator(".wb-panel[data-mode=warning]")).to_contain_text(words, use_inner_text=True)
    page.get_by_role("button", name="I have read this").tap()
    page.get_by_role("button", name="Show this one").tap()
    expect(page.locator("text-field")).to_be_visible()
    phone.close()


def test_a_task_is_covered_for_eyes_and_screen_readers_until_a_key_shows_it(
    covered: Page, project: Project, complaints: list[str]
) -> None:
    text = covered.locator("text-field")
    expect(text).to_be_hidden()
    assert "insult" not in covered.locator("main").aria_snapshot()
    assert "insult" not in covered.locator("main").inner_text()
    expect(covered.get_by_role("button", name="Show this one")).to_contain_text("V")
    assert broken_rules(covered) == []
    covered.keyboard.press("v")
    expect(text).to_have_text("first insult")
    expect(text).to_be_visible()
    assert "first insult" in covered.locator("main").aria_snapshot()
    assert broken_rules(covered) == []
    covered.keyboard.press("1")
    comes_after(covered, "first insult")
    expect(text).to_be_hidden()
    saved(covered)
    assert submitted(project) == ["first insult"]
    assert complaints == []


def test_nothing_that_is_covered_can_be_answered_and_all_of_it_can_be_skipped(covered: Page, project: Project) -> None:
    for key in ("1", "Enter", " "):
        covered.keyboard.press(key)
        expect(covered.locator("[data-part=note]")).to_contain_text("still covered")
    button = covered.locator("choice-question button").first
    button.click(force=True)
    covered.keyboard.press("s")
    covered.keyboard.press("4")
    comes_after(covered, "first insult")
    saved(covered)
    assert submitted(project) == []
    assert Assignment.objects.get(status=AssignmentStatus.SKIPPED).task.content.data["text"] == "first insult"


def test_the_cover_goes_by_tab_and_enter_and_comes_back_by_key(covered: Page) -> None:
    show = covered.get_by_role("button", name="Show this one")
    while not show.evaluate("element => element === document.activeElement"):
        covered.keyboard.press("Tab")
    covered.keyboard.press("Enter")
    expect(covered.locator("text-field")).to_be_visible()
    covered.keyboard.press("v")
    expect(covered.locator("text-field")).to_be_hidden()


def test_a_person_may_keep_showing_for_the_session_and_stop_it_by_the_same_key(covered: Page, project: Project) -> None:
    covered.get_by_label("Keep showing for this session").click()
    for _ in range(2):
        expect(covered.locator("text-field")).to_be_visible()
        before = covered.locator("text-field").inner_text()
        covered.keyboard.press("2")
        comes_after(covered, before)
    is_saved(covered)  # a page that has not written all down yet asks before it goes
    covered.reload()
    is_in_mode(covered, "task")
    expect(covered.locator("text-field")).to_be_visible()
    covered.keyboard.press("v")
    expect(covered.locator("text-field")).to_be_hidden()
    covered.reload()
    is_in_mode(covered, "task")
    expect(covered.locator("text-field")).to_be_hidden()


def test_own_answers_looked_at_again_are_covered_too(covered: Page) -> None:
    covered.keyboard.press("v")
    expect(covered.locator("text-field")).to_have_text("first insult")
    covered.keyboard.press("1")
    comes_after(covered, "first insult")
    covered.keyboard.press("ArrowLeft")
    expect(covered.locator("text-field")).to_have_text("first insult")
    expect(covered.locator("text-field")).to_be_hidden()


def test_a_word_about_a_break_comes_between_two_answers_and_a_key_puts_it_away(timed: Page, url: str) -> None:
    page = timed
    page.goto(url)
    page.clock.run_for(100)
    page.keyboard.press("Enter")
    is_in_mode(page, "task")
    notice = page.locator("[data-part=break]")
    for _ in range(11):
        page.clock.run_for(30_000)
        page.keyboard.press("ArrowDown")
    expect(notice).to_be_hidden()  # never in the middle of an answer
    page.keyboard.press("v")
    focused = page.evaluate("document.activeElement.tagName")
    page.keyboard.press("1")
    page.clock.run_for(1000)
    expect(notice).to_contain_text("You have worked for 5 minutes")
    assert page.evaluate("document.activeElement.tagName") == focused
    for _ in range(20):  # time only passes when it is told to, and a slow server may not have sent the next task yet
        page.clock.run_for(200)
        if page.locator("text-field").is_visible():
            break
        page.keyboard.press("v")
        page.wait_for_timeout(20)
    expect(page.locator("text-field")).to_be_visible()
    page.keyboard.press("Escape")
    expect(notice).to_be_hidden()


def test_enough_for_today_is_said_kindly(covered: Page, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(exposure_limit=1)
    for _ in range(6):
        if covered.locator("#stage").get_attribute("data-mode") != "task":
            break
        before = covered.locator("text-field").text_content()
        covered.keyboard.press("v")
        covered.keyboard.press("1")
        expect(covered.locator(f"text-field:text-is('{before}'):visible")).to_have_count(0)
        covered.wait_for_timeout(200)
    is_in_mode(covered, "empty")
    expect(covered.get_by_role("heading", name="Enough for today")).to_be_visible()


def test_who_is_suspended_while_labeling_is_told_kindly_and_finds_the_work_again(
    covered: Page, project: Project, ada: Membership, ben: Membership
) -> None:
    covered.keyboard.press("v")
    change_member(ada, ben, suspended=True)
    for key in ("1", "v", "1", "v", "1", "v", "1", "v", "1", "v", "1", "v", "1"):
        covered.keyboard.press(key)
        covered.wait_for_timeout(60)
    is_in_mode(covered, "lost")
    expect(covered.locator("[data-part=lost-message]")).to_contain_text("suspended")
    expect(covered.locator("[data-part=lost-message]")).to_contain_text("Nothing you answered is lost")
    assert submitted(project) == []
    change_member(ada, ben, suspended=False)
    covered.reload()
    is_in_mode(covered, "task")
    expect(covered.locator("[data-part=state-text]")).to_contain_text("not accepted")


def test_a_project_that_is_not_hard_to_look_at_leaves_the_key_to_its_options(
    page: Page, url: str, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(is_sensitive=False)
    page.goto(url)
    is_in_mode(page, "task")
    expect(page.locator("text-field")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("text-field")).to_be_visible()


# --- the other pages that show what people read -----------------------------------------------------------------------


@pytest.fixture
def reviewing(
    url: str, project: Project, ben: Membership, rae: Membership, context: BrowserContext, live_server: Any
) -> str:
    """The address of the review page, for a reviewer with two answers to judge."""
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    for _ in range(2):
        member = Membership.objects.select_related("project__schema_version", "user").get(pk=ben.pk)
        work = operations.next_work(member)
        assert work is not None
        operations.submit_annotation(member.user, work.id, operations.Submission(uuid.uuid4(), {"topic": "sports"}))
    sign_in(context, rae.user, live_server)
    return url.replace("/label/", "/review/")


def test_a_reviewer_sees_what_is_covered_only_by_key_and_judges_nothing_unseen(
    page: Page, reviewing: str, complaints: list[str]
) -> None:
    page.goto(reviewing)
    is_in_mode(page, "task")
    text = page.locator("text-field")
    expect(text).to_be_hidden()
    assert "insult" not in page.locator("main").inner_text()
    assert broken_rules(page) == []
    for key in ("Enter", "Backspace", "1"):
        page.keyboard.press(key)
        expect(page.locator("[data-part=note]")).to_contain_text("still covered")
    expect(page.locator("#return-dialog")).to_be_hidden()
    assert not FinalLabel.objects.exists()
    page.keyboard.press("v")
    expect(text).to_have_text("first insult")
    expect(text).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_text("second insult")
    expect(text).to_be_hidden()
    page.get_by_label("Keep showing for this session").click()
    expect(text).to_be_visible()
    assert FinalLabel.objects.count() == 1
    page.keyboard.press("?")
    expect(page.locator("#help-dialog")).to_contain_text("Show what is covered")
    assert complaints == []


def test_data_and_story_are_covered_until_a_key_shows_them_and_the_choice_holds_for_the_session(
    page: Page, reviewing: str, complaints: list[str]
) -> None:
    page.goto(reviewing.replace("/review/", "/data/"))
    text = page.get_by_text("third insult")
    expect(text).to_be_hidden()
    assert "insult" not in page.locator("main").inner_text()
    assert "insult" not in page.locator("main").aria_snapshot()
    assert broken_rules(page) == []
    page.keyboard.press("v")
    expect(text).to_be_visible()
    page.get_by_role("link", name="ID", exact=True).click()  # the list is drawn anew inside the cover
    expect(text).to_be_visible()
    page.reload()
    expect(text).to_be_hidden()
    page.locator("[data-row]", has=page.locator("[data-content]", has_text="third insult")).locator("th a").click()
    expect(page.locator(".story-content")).to_be_visible()
    expect(text).to_be_hidden()
    assert broken_rules(page) == []
    page.get_by_label("Keep showing for this session").check()
    expect(text).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("[data-row]").first).to_be_visible()
    expect(text).to_be_visible()
    page.keyboard.press("v")
    expect(text).to_be_hidden()
    expect(page.get_by_label("Keep showing for this session")).not_to_be_checked()
    assert complaints == []


def test_without_script_what_is_covered_is_shown_by_the_box_alone(
    browser: Any, reviewing: str, context: BrowserContext
) -> None:
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(reviewing.replace("/review/", "/data/"))
    expect(page.get_by_text("third insult")).to_be_hidden()
    page.get_by_label("Show what is covered").check()
    expect(page.get_by_text("third insult")).to_be_visible()
    plain.close()
