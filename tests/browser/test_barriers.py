"""Whatever is asked, labeling and review pages and the schema editor break no accessibility rule, in both themes."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import ReviewPolicy
from projects.schema import field_kinds, question_kinds
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.browser.small_schemas import SMALL
from tests.browser.tour import Tour
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.front_end_only


@pytest.mark.parametrize("name", SMALL)
def test_nothing_that_is_asked_stands_in_the_way(
    name: str, page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    asked, data = SMALL[name]
    project = make_project(schema=asked, review_policy=ReviewPolicy.ALL)
    make_tasks(project, data=[data])
    zoe = make_member(project, "admin", make_user("Zoe"))
    sign_in(context, zoe.user, live_server)
    tour = Tour(page, live_server, project, zoe)
    page.goto(f"{tour.url}/label/")
    tour.hands.task_on_screen()
    assert broken_in_both_themes(page) == []
    tour.hands.answer_what_is_asked(0, data)
    tour.hands.leave_box()
    assert broken_in_both_themes(page) == [], "answered"
    tour.hands.press("Enter")
    is_saved(page)
    sign_in(context, make_member(project, "reviewer", make_user("Rae")).user, live_server)
    page.goto(f"{tour.url}/review/")
    expect(page.locator(".rv-answer")).to_be_visible()
    assert broken_in_both_themes(page) == [], "reviewed"
    tour.hands.press("Backspace")
    expect(page.locator("#return-dialog")).to_be_visible()
    assert broken_in_both_themes(page) == [], "returned"
    assert complaints == []


@pytest.mark.parametrize(
    ("part", "kinds"), [("question", [*question_kinds]), ("field", [*field_kinds])], ids=["questions", "fields"]
)
def test_the_schema_editor_has_no_barriers_with_every_kind_opened(
    part: str, kinds: list[str], page: Page, context: BrowserContext, live_server: Any, complaints: list[str]
) -> None:
    sign_in(context, make_user("Zoe"), live_server)
    page.goto(f"{live_server.url}/projects/new/?from=scratch")
    chooser = page.get_by_label(f"Kind of {part}", exact=True)
    for kind in kinds:
        chooser.select_option(kind)
        chooser.press("Tab")
        page.keyboard.press("Enter")
        if part == "question":
            page.keyboard.type(f"Asked as {kind}")
    expect(page.get_by_role("region", name=f"{part}: ")).to_have_count(len(kinds) + 1)  # one was there
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
    assert broken_in_both_themes(page) == []
    page.get_by_role("button", name="JSON", exact=True).click()
    assert broken_in_both_themes(page) == [], "as JSON"
    assert complaints == []
