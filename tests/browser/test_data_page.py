"""The Data page by keyboard: search, move, open, turn pages, and come back."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Membership, Project
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks


@pytest.fixture
def project() -> Project:
    project = make_project("Topics", slug="topics")
    words = ["apple", "pear", "plum"]
    for number in range(120):
        make_tasks(project, texts=[f"a {words[number % 3]} a day"], external_id=f"t-{number:03}")
    return project


@pytest.fixture
def manager(project: Project, context: BrowserContext, live_server: Any) -> Membership:
    member = make_member(project, "manager")
    sign_in(context, member.user, live_server)
    return member


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_search_move_open_and_come_back_by_keyboard(
    page: Page, live_server: Any, manager: Membership, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/projects/topics/data/")
    page.keyboard.press("/")
    page.keyboard.type("pear")
    page.keyboard.press("Enter")
    expect(page.locator(".data-count")).to_contain_text("40 tasks")
    expect(page.locator("tr mark").first).to_have_text("pear")
    expect(page).to_have_url(re.compile(r"\?search=pear$"))
    page.keyboard.press("Escape")  # from the field into the list
    assert focused(page) == "t-001"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == "t-004"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("t-004")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("t-007")
    page.keyboard.press("b")
    expect(page.locator(".data-count")).to_contain_text("40 tasks")
    assert complaints == []


def test_pages_are_turned_by_key_and_the_browsers_own_back_works(
    page: Page, live_server: Any, manager: Membership, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/projects/topics/data/")
    page.keyboard.press("n")
    expect(page.locator(".data-id").first).to_have_text("t-050")
    assert focused(page) == "t-050"
    page.keyboard.press("n")
    expect(page.locator(".data-id").first).to_have_text("t-100")
    page.go_back()
    expect(page.locator(".data-id").first).to_have_text("t-050")
    expect(page.locator("h1")).to_have_text("Data")  # the whole page, not the part that htmx swaps
    page.keyboard.press("p")
    expect(page.locator(".data-id").first).to_have_text("t-000")
    assert complaints == []


def test_a_filter_is_chosen_and_taken_away_without_loading_the_page_anew(
    page: Page, live_server: Any, manager: Membership, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/projects/topics/data/")
    page.evaluate("window.sameDocument = true")
    page.get_by_text("Stage", exact=True).first.click()
    page.get_by_role("link", name="To do").click()
    chip = page.locator(".chip")
    expect(chip).to_contain_text("Stage: To do")
    chip.click()
    expect(chip).to_have_count(0)
    assert page.evaluate("window.sameDocument") is True
    page.get_by_text("a plum a day").first.click()  # anywhere on a row
    expect(page.locator("h1")).to_have_text("t-002")
    assert complaints == []


def test_it_all_works_without_script(browser: Any, live_server: Any, manager: Membership) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, manager.user, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/projects/topics/data/?search=plum")
    page.get_by_label("Search the texts").fill("apple")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".data-count")).to_contain_text("40 tasks")
    page.get_by_text("Stage", exact=True).first.click()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="No task fits")).to_be_visible()
    context.close()
