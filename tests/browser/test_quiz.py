"""The quiz from both sides: gold tasks made and a quiz set up; held, failed, shown what was wrong, passed, at work."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.gold import make_gold
from annotations.models import GoldAnswer, QuizAttempt
from annotations.quiz.quizzes import set_up_quiz
from projects.models import Membership, Project
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_guideline, make_task, make_tasks

TEXTS = [f"a song {number}" for number in range(1, 6)]
MUSIC, SPORTS = "3", "1"


@pytest.fixture
def asked(project: Project) -> Project:
    make_guideline(project, text="# Rules\n\n## music\n\nIt sounds.")
    make_tasks(project, texts=TEXTS)
    return project


@pytest.fixture
def quiz(asked: Project, ada: Membership) -> Project:
    """Five gold tasks about music, and a quiz that asks them all."""
    for task in asked.tasks.all():
        make_gold(ada, task.pk, {"topic": "music"}, "It sounds.")
    set_up_quiz(Membership.objects.get(pk=ada.pk), size=5)
    make_task(asked, "a text to label")
    return asked


def text_of(page: Page) -> str:
    return page.locator("text-field").inner_text()


def is_in_mode(page: Page, mode: str) -> None:
    expect(page.locator("#stage")).to_have_attribute("data-mode", mode)


def saved(page: Page) -> None:
    is_saved(page)


def answer_all(page: Page, keys: str) -> None:
    """One key a task, each pressed once its task is on screen."""
    for place, key in enumerate(keys, start=1):
        expect(page.locator("[data-part=progress]")).to_contain_text(f"Task {place} of {len(keys)}")
        is_in_mode(page, "task")
        page.wait_for_timeout(60)  # painted
        page.keyboard.press(key)
    is_in_mode(page, "end")
    page.wait_for_timeout(60)


def test_from_gold_tasks_over_a_failed_quiz_to_labeling(
    page: Page, context: BrowserContext, live_server: Any, asked: Project, ada: Membership, ben: Membership,
    complaints: list[str],
) -> None:  # fmt: skip
    root = f"{live_server.url}/projects/{asked.slug}"
    sign_in(context, ada.user, live_server)
    for task in asked.tasks.order_by("pk"):
        page.goto(f"{root}/data/{task.pk}/")
        page.get_by_role("link", name="Set the known answer").click()
        expect(page.get_by_role("button", name="music")).to_be_visible()
        page.keyboard.press(MUSIC)
        expect(page.get_by_role("button", name="music")).to_have_attribute("aria-pressed", "true")
        page.get_by_label("Why it is right").fill("It sounds.")
        page.get_by_role("button", name="Use as gold").click()
        expect(page.locator("#gold-title")).to_have_text("Gold: the answer is known")
    assert GoldAnswer.objects.filter(value="music").count() == 5
    make_task(asked, "a text to label")
    page.goto(f"{root}/guideline/")
    page.get_by_role("link", name="Set up a quiz").click()
    page.get_by_label("Tasks in each attempt").fill("9")
    page.get_by_role("button", name="Put the quiz in force").click()
    expect(page.locator("main")).to_contain_text("4 are missing")
    page.get_by_label("Tasks in each attempt").fill("5")
    page.get_by_role("button", name="Put the quiz in force").click()
    expect(page.locator("main")).to_contain_text("The quiz on version 1 is in force")

    sign_in(context, ben.user, live_server)
    page.goto(live_server.url)
    expect(page.get_by_role("link", name="Take the quiz")).to_be_visible()
    page.goto(f"{root}/label/")
    is_in_mode(page, "quiz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiz on the guideline")
    page.keyboard.press("Enter")
    answer_all(page, SPORTS * 2 + MUSIC * 3)
    page.keyboard.press("Enter")
    expect(page.locator(".quiz-score")).to_contain_text("3 of 5 right")
    expect(page.locator(".quiz-wrong")).to_have_count(2)
    expect(page.locator(".quiz-wrong").first).to_contain_text("It sounds.")
    expect(page.locator("main")).not_to_contain_text("right is")
    page.get_by_role("button", name="Try again").press("Enter")
    answer_all(page, MUSIC * 5)
    page.keyboard.press("Enter")
    expect(page.locator(".quiz-score")).to_contain_text("5 of 5 right")
    page.get_by_role("link", name="Start labeling").click()
    is_in_mode(page, "task")
    assert text_of(page) == "a text to label"
    refused = "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    assert [line for line in complaints if line != refused] == []


def test_nothing_is_lost_on_reload_and_one_can_look_back_and_change(
    page: Page, context: BrowserContext, live_server: Any, quiz: Project, ben: Membership, complaints: list[str]
) -> None:
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{quiz.slug}/quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    is_in_mode(page, "task")
    page.wait_for_timeout(60)
    first = text_of(page)
    page.keyboard.press(SPORTS)
    expect(page.locator("[data-part=progress]")).to_contain_text("1 of 5 answered")
    saved(page)
    page.reload()
    expect(page.locator("[data-part=progress]")).to_have_text("Task 2 of 5 · 1 of 5 answered")
    page.wait_for_timeout(60)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("text-field")).to_have_text(first)
    expect(page.get_by_role("button", name="sports")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(60)
    page.keyboard.press(MUSIC)
    expect(page.locator("[data-part=progress]")).to_contain_text("Task 2 of 5")
    saved(page)
    assert list(QuizAttempt.objects.get().answers.values()) == [{"topic": "music"}]
    assert complaints == []


def test_without_a_line_answers_wait_and_are_handed_in_when_it_is_back(
    page: Page, context: BrowserContext, live_server: Any, quiz: Project, ben: Membership
) -> None:
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{quiz.slug}/quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    is_in_mode(page, "task")
    page.route("**/answers/", lambda route: route.abort())
    answer_all(page, MUSIC * 5)
    expect(page.locator("[data-part=state-text]")).to_contain_text("offline")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=problem]")).to_contain_text("as soon as all answers are saved")
    page.unroute("**/answers/")
    expect(page.locator(".quiz-score")).to_contain_text("5 of 5 right")


def test_an_attempt_handed_in_from_another_tab_shows_its_result(
    page: Page, context: BrowserContext, live_server: Any, quiz: Project, ben: Membership
) -> None:
    sign_in(context, ben.user, live_server)
    url = f"{live_server.url}/projects/{quiz.slug}/quiz/"
    page.goto(url)
    page.get_by_role("button", name="Start the quiz").click()
    is_in_mode(page, "task")
    other = context.new_page()
    other.goto(url)
    answer_all(other, MUSIC * 5)
    other.keyboard.press("Enter")
    expect(other.locator(".quiz-score")).to_contain_text("5 of 5 right")
    page.wait_for_timeout(60)
    page.bring_to_front()
    page.keyboard.press(SPORTS)
    expect(page.locator(".quiz-score")).to_contain_text("5 of 5 right")


def test_what_is_hard_to_look_at_is_covered_in_the_quiz_too(
    page: Page, context: BrowserContext, live_server: Any, quiz: Project, ben: Membership, complaints: list[str]
) -> None:
    Project.objects.filter(pk=quiz.pk).update(is_sensitive=True, content_warning="Loud songs.")
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{quiz.slug}/quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    is_in_mode(page, "warning")
    page.keyboard.press("Enter")
    is_in_mode(page, "task")
    expect(page.locator("[data-part=cover]")).to_be_visible()
    page.wait_for_timeout(60)
    page.keyboard.press(MUSIC)
    expect(page.locator("[data-part=note]")).to_have_text("It is still covered: V shows it.")
    page.keyboard.press("v")
    expect(page.locator("[data-part=cover]")).to_be_hidden()
    page.keyboard.press(MUSIC)
    expect(page.locator("[data-part=progress]")).to_contain_text("Task 2 of 5")
    expect(page.locator("[data-part=cover]")).to_be_visible()
    assert complaints == []


@pytest.mark.front_end_only
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_quiz_break_no_accessibility_rule(
    page: Page, context: BrowserContext, live_server: Any, quiz: Project, ada: Membership, ben: Membership, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    root = f"{live_server.url}/projects/{quiz.slug}"
    sign_in(context, ada.user, live_server)
    gold = quiz.tasks.filter(lane="gold").first()
    assert gold is not None
    for path in ("guideline/", "guideline/quiz/", f"data/{gold.pk}/", f"data/{gold.pk}/gold/"):
        page.goto(f"{root}/{path}")
        assert broken_rules(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    sign_in(context, ben.user, live_server)
    page.goto(f"{root}/quiz/")
    assert broken_rules(page) == []
    page.get_by_role("button", name="Start the quiz").click()
    is_in_mode(page, "task")
    assert broken_rules(page) == []
    answer_all(page, SPORTS * 5)
    assert broken_rules(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".quiz-score")).to_be_visible()
    assert broken_rules(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
