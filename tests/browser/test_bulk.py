"""Many tasks at once: select on the Data page by key and mouse, see who gets how many, assign."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Assignment, Membership, Project
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks, make_user


@pytest.fixture
def project() -> Project:
    project = make_project("Topics", slug="topics")
    for number in range(60):
        make_tasks(project, texts=[f"text {number}"], external_id=f"t-{number:03}")
    return project


@pytest.fixture
def manager(project: Project, context: BrowserContext, live_server: Any) -> Membership:
    member = make_member(project, "manager", make_user("Ada"))
    make_member(project, "annotator", make_user("Ben"), skills=["german", "law"])
    make_member(project, "annotator", make_user("Cem"), capacity=2.0)
    sign_in(context, member.user, live_server)
    return member


def test_select_by_key_and_range_and_share_out(
    page: Page, live_server: Any, manager: Membership, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/projects/topics/data/")
    bar = page.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(bar.locator("[data-selected]")).to_have_text("4")
    page.locator("[data-select]").nth(8).click()
    page.locator("[data-select]").nth(9).click(modifiers=["Shift"])
    expect(bar.locator("[data-selected]")).to_have_text("6")
    expect(page).to_have_url(f"{live_server.url}/projects/topics/data/")  # a press on a box opens no task
    bar.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign tasks")
    page.get_by_label("Ben").check()
    page.get_by_label("Cem").check()
    page.get_by_label("How they are shared out").select_option("capacity")
    expect(page.locator("aside tbody tr")).to_have_count(2)
    expect(page.locator("aside tbody .number").nth(1)).to_have_text("4")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("main")).to_contain_text("6 tasks changed")
    assert Assignment.objects.filter(status="assigned").count() == 6
    expect(page.get_by_role("columnheader", name="Assigned to")).to_be_visible()
    assert complaints == []


def test_without_script_all_that_match_are_assigned_by_forms_alone(
    browser: Any, live_server: Any, project: Project, manager: Membership, context: BrowserContext
) -> None:
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}/projects/topics/data/?stage=annotate")
    page.get_by_label("All 60 that match").check()
    page.get_by_role("button", name="Assign").click()
    page.get_by_label("Ben").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("aside tbody .number")).to_have_text("60")
    page.get_by_role("button", name="Assign").click()
    assert Assignment.objects.filter(status="assigned").count() == 60
    plain.close()
