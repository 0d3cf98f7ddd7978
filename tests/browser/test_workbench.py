"""Labeling in a real browser: keys, undo, history, skip, flags, suggestions."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Annotation, AnnotationStatus, Comment
from projects.models import Assignment, AssignmentStatus, Membership, Project
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_guideline, make_tasks

TEXTS = [f"text {number}" for number in range(1, 13)]


@pytest.fixture
def project(project: Project) -> Project:
    """Twelve tasks in the order of their texts, and a guideline."""
    make_guideline(project, "Answer by what it is **about**.")
    for position, text in enumerate(TEXTS):
        make_tasks(project, texts=[text], rank=position / 100)
    return project


@pytest.fixture
def workbench(page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership) -> Page:
    """The labeling page, open for ben, with its first task on screen."""
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(text_of(page)).to_have_text("text 1")
    return page


def text_of(page: Page) -> Any:
    return page.locator("text-field")


def press(page: Page, key: str) -> str:
    """Answer by key and wait for the next task; returns its text. Requests may overtake each other, so which one
    comes next is not certain."""
    before = text_of(page).inner_text()
    page.keyboard.press(key)
    expect(text_of(page)).not_to_have_text(before)
    return str(text_of(page).inner_text())


def saved(page: Page) -> None:
    is_saved(page)


def answers(project: Project) -> dict[str, str]:
    """Submitted answers by text."""
    rows = Annotation.objects.filter(project=project, status=AnnotationStatus.SUBMITTED).select_related("task__content")
    return {row.task.content.data["text"]: row.answers["topic"] for row in rows}


def test_one_key_answers_and_the_next_task_appears(workbench: Page, project: Project, complaints: list[str]) -> None:
    second = press(workbench, "2")
    press(workbench, "1")
    saved(workbench)
    assert answers(project) == {"text 1": "politics", second: "sports"}
    assert complaints == []


def test_an_option_is_answered_by_mouse_and_space_does_not_press_it_again(workbench: Page, project: Project) -> None:
    workbench.get_by_role("button", name="music").click()
    expect(text_of(workbench)).not_to_have_text("text 1")
    workbench.keyboard.press(" ")
    expect(workbench.locator("[data-part=note]")).to_have_text("There is no suggestion here.")
    saved(workbench)
    assert answers(project) == {"text 1": "music"}


def test_the_page_can_be_used_by_tab_and_enter_alone(workbench: Page, project: Project) -> None:
    option = workbench.get_by_role("button", name="politics")
    while not option.evaluate("element => element === document.activeElement"):
        workbench.keyboard.press("Tab")
    press(workbench, "Enter")
    saved(workbench)
    assert answers(project) == {"text 1": "politics"}


def test_undo_brings_the_former_task_back_with_its_answer_and_corrects_it(workbench: Page, project: Project) -> None:
    second = press(workbench, "1")
    saved(workbench)
    assert press(workbench, "u") == "text 1"
    expect(workbench.get_by_role("button", name="sports")).to_have_attribute("aria-pressed", "true")
    saved(workbench)
    assert answers(project) == {}
    assert press(workbench, "3") == second
    saved(workbench)
    assert answers(project) == {"text 1": "music"}


def test_undo_goes_back_several_steps(workbench: Page, project: Project) -> None:
    texts = ["text 1", *(press(workbench, "1") for _ in range(3))]
    for text in reversed(texts[:3]):
        assert press(workbench, "u") == text
    for text in texts[1:]:
        assert press(workbench, "2") == text
    saved(workbench)
    assert answers(project) == dict.fromkeys(texts[:3], "politics")


def test_undo_works_after_the_page_was_opened_again(workbench: Page, project: Project) -> None:
    press(workbench, "1")
    saved(workbench)
    workbench.reload()
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(workbench.get_by_role("button", name="Undo")).to_be_enabled()
    assert press(workbench, "u") == "text 1"
    saved(workbench)
    assert answers(project) == {}


def test_an_undo_that_is_refused_takes_nothing_from_the_counts(workbench: Page) -> None:
    press(workbench, "1")
    saved(workbench)
    refusal = {"title": "Conflict", "detail": "This has been reviewed.", "errors": []}
    workbench.route("**/undo/", lambda route: route.fulfill(status=409, json=refusal))
    workbench.keyboard.press("u")
    expect(workbench.locator("[data-part=note]")).to_have_text("This has been reviewed.")
    expect(workbench.locator("[data-part=progress]")).to_have_text("1 of 12")
    expect(workbench.locator("[data-part=today]")).to_have_text("1 today")


def test_history_leads_back_through_own_answers_and_lets_them_be_changed(workbench: Page, project: Project) -> None:
    second = press(workbench, "1")
    third = press(workbench, "2")
    assert press(workbench, "ArrowLeft") == second
    assert press(workbench, "ArrowLeft") == "text 1"
    expect(workbench.get_by_role("button", name="sports")).to_have_attribute("aria-pressed", "true")
    workbench.keyboard.press("3")
    expect(workbench.locator("[data-part=strip]")).to_contain_text("Changed from “sports”")
    workbench.keyboard.press("Escape")
    expect(text_of(workbench)).to_have_text(third)
    saved(workbench)
    assert answers(project) == {"text 1": "music", second: "politics"}
    assert Annotation.objects.get(answers={"topic": "music"}).revisions.get().answers == {"topic": "sports"}


def test_history_reaches_answers_from_before_the_page_was_opened(workbench: Page, project: Project) -> None:
    press(workbench, "1")
    saved(workbench)
    workbench.reload()
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")
    assert press(workbench, "ArrowLeft") == "text 1"
    workbench.keyboard.press("ArrowLeft")
    expect(workbench.locator("[data-part=note]")).to_have_text("This is your earliest answer.")


def test_skip_asks_why_by_key_or_in_own_words(workbench: Page, project: Project, ben: Membership) -> None:
    workbench.keyboard.press("s")
    second = press(workbench, "2")
    workbench.keyboard.press("s")
    workbench.get_by_label("Another reason").fill("Only a number")
    workbench.keyboard.press("Enter")
    expect(text_of(workbench)).not_to_have_text(second)
    saved(workbench)
    skipped = Assignment.objects.filter(user=ben.user, status=AssignmentStatus.SKIPPED).order_by("id")
    assert [row.skip_reason for row in skipped] == ["The text is unclear or broken", "Only a number"]


def test_a_skip_is_undone_and_the_task_answered(workbench: Page, project: Project) -> None:
    workbench.keyboard.press("s")
    second = press(workbench, "1")
    saved(workbench)
    assert press(workbench, "u") == "text 1"
    assert press(workbench, "1") == second
    saved(workbench)
    assert answers(project) == {"text 1": "sports"}


def test_escape_leaves_the_skip_dialog_and_the_task_stays(workbench: Page, project: Project) -> None:
    workbench.keyboard.press("s")
    workbench.keyboard.press("Escape")
    press(workbench, "1")
    saved(workbench)
    assert answers(project) == {"text 1": "sports"}


def test_a_flag_is_set_and_taken_back_by_one_key_each(workbench: Page, project: Project) -> None:
    flag = workbench.locator("[data-command=flag]")
    workbench.keyboard.press("f")
    expect(flag).to_have_attribute("aria-pressed", "true")
    saved(workbench)
    assert Comment.objects.get().kind == "flag"
    workbench.keyboard.press("f")
    expect(flag).to_have_attribute("aria-pressed", "false")
    saved(workbench)
    assert Comment.objects.get().resolved_at is not None


def test_a_comment_is_written_without_its_letters_answering_anything(workbench: Page, project: Project) -> None:
    workbench.keyboard.press("c")
    workbench.keyboard.type("123 su?")
    workbench.keyboard.press("Control+Enter")
    saved(workbench)
    assert [row.text for row in Comment.objects.all()] == ["123 su?"]
    workbench.keyboard.press("c")
    expect(workbench.locator("[data-part=comments]")).to_contain_text("123 su?")
    assert answers(project) == {}


def test_help_lists_every_key(workbench: Page) -> None:
    workbench.keyboard.press("?")
    keys = workbench.locator("[data-part=keys]")
    for said in ("sports", "Undo the last answer or skip", "Accept the suggestion", "Larger text"):
        expect(keys).to_contain_text(said)


def test_single_keys_can_be_switched_off(workbench: Page) -> None:
    workbench.keyboard.press("?")
    workbench.get_by_label("Answer by single keys").uncheck()
    workbench.keyboard.press("Escape")
    workbench.keyboard.press("1")
    workbench.keyboard.press("ArrowLeft")
    expect(workbench.locator("[data-part=note]")).to_have_text("This is your earliest answer.")
    expect(text_of(workbench)).to_have_text("text 1")


def test_the_guideline_folds_and_that_is_remembered(workbench: Page) -> None:
    expect(workbench.locator("#guideline")).to_contain_text("Answer by what it is about.")
    workbench.keyboard.press("g")
    expect(workbench.locator("#guideline")).to_be_hidden()
    workbench.reload()
    expect(text_of(workbench)).to_have_text("text 1")
    expect(workbench.locator("#guideline")).to_be_hidden()


def test_the_text_grows_and_shrinks(workbench: Page) -> None:
    size: Callable[[], float] = lambda: text_of(workbench).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")  # noqa: E731
    before = size()
    workbench.keyboard.press("+")
    assert size() > before
    workbench.keyboard.press("-")
    workbench.keyboard.press("-")
    assert size() < before


def test_progress_counts_what_was_answered(workbench: Page) -> None:
    expect(workbench.locator(".wb-progress")).to_have_text("0 of 12 0 today")
    workbench.keyboard.press("1")
    expect(workbench.locator(".wb-progress")).to_have_text("1 of 12 1 today")
    saved(workbench)
    workbench.keyboard.press("u")
    expect(workbench.locator(".wb-progress")).to_have_text("0 of 12 0 today")


def test_an_empty_queue_says_why_and_brings_skipped_tasks_back(workbench: Page, project: Project) -> None:
    empty = workbench.locator("[data-part=empty-message]")
    for _ in range(11):
        last = press(workbench, "1")
    workbench.keyboard.press("s")
    workbench.keyboard.press("1")
    expect(empty).to_have_text("All that is left for you is one task you skipped.")
    workbench.get_by_role("button", name="Bring back what I skipped").click()
    expect(text_of(workbench)).to_have_text(last)
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")
    workbench.keyboard.press("1")
    expect(empty).to_have_text("Every task is labeled. Nothing is left to do here.")
    saved(workbench)
    assert len(answers(project)) == 12


def test_a_pause_gives_waiting_tasks_back_and_keeps_the_one_on_screen(
    workbench: Page, project: Project, ben: Membership
) -> None:
    held = Assignment.objects.filter(user=ben.user, status=AssignmentStatus.WORKING)
    _until(lambda: held.count() == 5, workbench)
    workbench.get_by_role("button", name="Pause").click()
    expect(workbench.get_by_role("heading", name="Paused")).to_be_visible()
    _until(lambda: held.count() == 1, workbench)
    workbench.keyboard.press("1")
    workbench.get_by_role("button", name="Go on").click()
    expect(text_of(workbench)).to_have_text("text 1")
    assert answers(project) == {}


def test_a_closed_project_tells_so(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership
) -> None:
    Project.objects.filter(pk=project.pk).update(state="paused")
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("[data-part=empty-message]")).to_contain_text("nobody is asked to label now")


def test_someone_elses_project_does_not_exist(
    page: Page, context: BrowserContext, live_server: Any, project: Project, eve: Membership
) -> None:
    sign_in(context, eve.user, live_server)
    response = page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    assert response is not None
    assert response.status == 404


def _until(holds: Callable[[], bool], page: Page) -> None:
    """Wait for something that only the database shows."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It did not come true within five seconds.")
