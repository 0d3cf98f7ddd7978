"""The API's documentation under our content security policy."""

from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import sign_in
from tests.factories import make_user


def test_the_docs_page_lists_the_operations_and_tries_one_as_the_reader(
    context: BrowserContext, page: Page, live_server: Any, complaints: list[str]
) -> None:
    reader = make_user("Rea")
    sign_in(context, reader, live_server)
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.locator("#operations-tag-projects").click()
    page.locator("#operations-projects-create_project").wait_for()
    page.locator("#operations-tag-me").click()
    change = page.locator("#operations-me-change_me")
    change.locator(".opblock-summary-control").click()
    change.get_by_role("button", name="Try it out").click()
    change.locator("textarea").fill('{"name": "Renamed"}')
    change.get_by_role("button", name="Execute").click()
    change.locator(".live-responses-table").wait_for()
    reader.refresh_from_db()
    assert reader.name == "Renamed"
    assert complaints == []
