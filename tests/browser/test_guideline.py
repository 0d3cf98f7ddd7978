"""A guideline that changes while people label: reading it, asking about it, and what answers are made under."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Annotation
from projects.guideline.guidelines import publish_guideline
from projects.models import GuidelineQuestion, Membership, Project
from tests.browser.conftest import sign_in
from tests.browser.test_workbench import press, saved, text_of
from tests.factories import make_tasks

FIRST = "# Rules\n\nAnswer after one second.\n\n## music\n\nIt sounds.\n\n" + "\n\n".join(
    f"Rule {n}." for n in range(60)
)
SECOND = FIRST.replace("one second", "two seconds")
HELD_AHEAD = 8


@pytest.fixture
def project(project: Project) -> Project:
    publish_guideline(project=project, author=None, text=FIRST, summary="First")
    for position in range(12):
        make_tasks(project, texts=[f"text {position + 1}"], rank=position / 100)
    return project


@pytest.fixture
def workbench(page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership) -> Page:
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(text_of(page)).to_have_text("text 1")
    return page


def change(project: Project) -> None:
    project.refresh_from_db()
    publish_guideline(
        project=project, author=None, text=SECOND, summary="Take your time.", options_touched={"topic": ["music"]}
    )


def answer_until_held(workbench: Page) -> int:
    """Answer what is held already; returns how many those were."""
    stage = workbench.locator("#stage")
    for count in range(HELD_AHEAD + 1):
        if stage.get_attribute("data-mode") != "task":
            expect(stage).to_have_attribute("data-mode", "guideline")
            return count
        before = text_of(workbench).inner_text()
        workbench.keyboard.press("2")
        workbench.wait_for_function(
            "before => document.querySelector('#stage').dataset.mode !== 'task'"
            " || document.querySelector('text-field').innerText !== before",
            arg=before,
        )
        workbench.wait_for_timeout(150)
    raise AssertionError("The queue went on giving tasks.")


def test_a_changed_guideline_is_read_by_keyboard_and_the_next_task_comes(
    workbench: Page, project: Project, ben: Membership, complaints: list[str]
) -> None:
    expect(workbench.locator("[data-part=guideline-number]")).to_have_text("v1")
    workbench.wait_for_timeout(500)  # what is fetched ahead has arrived
    change(project)
    held = answer_until_held(workbench)
    assert held > 1  # what was held before could still be answered
    panel = workbench.locator(".wb-panel[data-mode=guideline]")
    expect(panel).to_contain_text("Take your time.")
    expect(panel.locator("del")).to_have_text(["one", "second"])
    expect(panel.locator("ins")).to_have_text(["two", "seconds"])
    expect(panel.locator(".option-chip")).to_have_text("music")
    workbench.wait_for_timeout(900)
    workbench.keyboard.press("Enter")
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(workbench.locator("[data-part=guideline-number]")).to_have_text("v2")
    press(workbench, "1")
    saved(workbench)
    ben.refresh_from_db()
    assert ben.acknowledged_number == 2
    numbers = list(Annotation.objects.filter(project=project).order_by("id").values_list("guideline_number", flat=True))
    assert numbers == [1] * held + [2]
    assert complaints == []


def test_a_key_pressed_for_the_last_task_does_not_pass_for_having_read(
    workbench: Page, project: Project, ben: Membership
) -> None:
    workbench.wait_for_timeout(500)
    change(project)
    answer_until_held(workbench)
    button = workbench.get_by_role("button", name="I have read it")
    expect(button).to_be_enabled()
    workbench.keyboard.press("Enter")
    workbench.wait_for_timeout(300)
    ben.refresh_from_db()
    assert ben.acknowledged_number == 0
    workbench.wait_for_timeout(700)
    button.focus()
    workbench.keyboard.press("Enter")
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")


def test_without_a_line_reading_is_not_noted_and_the_person_is_told(workbench: Page, project: Project) -> None:
    workbench.wait_for_timeout(500)
    change(project)
    answer_until_held(workbench)
    expect(workbench.get_by_role("button", name="I have read it")).to_be_enabled()
    workbench.route("**/acknowledgement/", lambda route: route.abort())
    workbench.wait_for_timeout(900)
    workbench.keyboard.press("Enter")
    expect(workbench.locator("[data-part=reading-problem]")).to_contain_text("could not be noted")
    workbench.unroute("**/acknowledgement/")
    workbench.keyboard.press("Enter")
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")


def test_a_question_is_asked_by_key_about_the_task_on_screen(
    workbench: Page, project: Project, ben: Membership
) -> None:
    workbench.keyboard.press("!")
    expect(workbench.locator("#ask-dialog")).to_be_visible()
    workbench.keyboard.type("Is chess a sport? 1 2 3")
    workbench.keyboard.press("Control+Enter")
    expect(workbench.locator("[data-part=note]")).to_contain_text("Asked.")
    saved(workbench)
    question = GuidelineQuestion.objects.select_related("task__content").get()
    assert question.text == "Is chess a sport? 1 2 3"
    assert question.author == ben.user
    assert question.task is not None
    assert question.task.content.data["text"] == "text 1"
    expect(text_of(workbench)).to_have_text("text 1")  # the digits answered nothing


def test_the_guideline_follows_the_option_in_focus(workbench: Page) -> None:
    text = workbench.locator("[data-part=guideline-text]")
    text.evaluate("element => element.scrollTop = element.scrollHeight")
    option = workbench.get_by_role("button", name="music")
    while not option.evaluate("element => element === document.activeElement"):
        workbench.keyboard.press("Tab")
    top = workbench.locator("#guide-music").evaluate("element => element.getBoundingClientRect().top")
    assert abs(top - text.evaluate("element => element.getBoundingClientRect().top")) < 5


def test_the_guideline_page_shows_the_change_and_takes_the_reading(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership, complaints: list[str]
) -> None:
    change(project)
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/guideline/")
    expect(page.locator("article ins")).to_have_text(["two", "seconds"])
    page.get_by_role("button", name="I have read it").press("Enter")
    expect(page.get_by_text(re.compile("you have read version 2"))).to_be_visible()
    expect(page.locator("article ins")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/projects/{project.slug}/guideline/compare/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".beside ins")).to_have_text(["two", "seconds"])
    assert complaints == []


def test_on_a_project_hard_to_look_at_enter_takes_the_warning_first_and_then_the_guideline(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership, complaints: list[str]
) -> None:
    Project.objects.filter(pk=project.pk).update(is_sensitive=True, content_warning="Threats and insults.")
    change(project)
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    stage = page.locator("#stage")
    expect(stage).to_have_attribute("data-mode", "warning")
    page.keyboard.press("Enter")
    expect(stage).to_have_attribute("data-mode", "guideline")
    expect(page.get_by_role("button", name="I have read it")).to_be_enabled()
    ben.refresh_from_db()
    assert ben.acknowledged_number == 0
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    expect(stage).to_have_attribute("data-mode", "task")
    ben.refresh_from_db()
    assert ben.acknowledged_number == 2
    page.keyboard.press("1")  # still covered
    expect(page.locator("[data-part=note]")).to_contain_text("still covered")
    page.keyboard.press("v")
    expect(text_of(page)).to_have_text("text 1")
    press(page, "1")
    saved(page)
    assert Annotation.objects.filter(project=project).count() == 1
    assert complaints == []
