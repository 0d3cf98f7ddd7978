"""Every ordinary page in a real browser: no complaint, nothing wider than a phone, no accessibility rule broken."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.guideline.guidelines import publish_guideline
from projects.membership.invitations import invite_member
from projects.models import Membership, Project
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_tasks, make_user

PROJECT_PAGES = (
    "",
    "guideline/",
    "guideline/1/",
    "guideline/edit/",
    "people/",
    "people/?search=a",
    "people/invite/",
    "me/",
    "settings/",
    "settings/schema/",
    "settings/schema/changes/",
    "jobs/",
    "data/",
    "data/?search=text&stage=done",
    "imports/",
    "exports/",
    "models/",
    "models/groups/",
    "audit-log/",
    "my-acts/",
)
SITE_PAGES = (
    *("/", "/projects/", "/projects/new/", "/projects/new/?from=topic", "/help/", "/components/"),
    *("/accounts/", "/accounts/tokens/", "/accounts/people/", "/accounts/password/change/"),
    *("/accounts/second-factor/", "/accounts/second-factor/totp/activate/", "/accounts/second-factor/webauthn/add/"),
    *("/accounts/sessions/", "/accounts/sign-ins/", "/groups/"),
    *("/notifications/", "/notifications/settings/"),
)


@pytest.fixture
def site_admin(ada: Membership) -> Membership:
    ada.user.is_superuser = True
    ada.user.save()
    publish_guideline(project=ada.project, author=ada.user, text="# Topics\n## Sports\n- ✓ “a match”")
    make_tasks(ada.project, 3)
    make_member(ada.project, "annotator", skills=["german"])
    invite_member(ada, email="invited@example.com", role="viewer")
    ada.project.skills_needed = ["german"]
    ada.project.save()
    return ada


def paths(project: Project) -> list[str]:
    member = project.memberships.get(role="annotator")
    return [*SITE_PAGES, *(f"/projects/{project.slug}/{page}" for page in (*PROJECT_PAGES, f"people/{member.pk}/"))]


@pytest.mark.slow
@pytest.mark.front_end_only
def test_pages_break_no_accessibility_rule_and_no_policy_in_either_theme(
    page: Page, context: BrowserContext, live_server: Any, site_admin: Membership, complaints: list[str]
) -> None:
    sign_in(context, site_admin.user, live_server)
    broken = {}
    for path in paths(site_admin.project):
        page.goto(live_server.url + path)
        broken[path] = broken_in_both_themes(page)
    assert {path: rules for path, rules in broken.items() if rules} == {}
    assert complaints == []


@pytest.mark.front_end_only
def test_no_page_is_wider_than_a_phone(
    page: Page, context: BrowserContext, live_server: Any, site_admin: Membership
) -> None:
    sign_in(context, site_admin.user, live_server)
    page.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for path in paths(site_admin.project):
        page.goto(live_server.url + path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > 390} == {}


HIDDEN = """[...document.querySelectorAll(".panel")]
    .filter(panel => getComputedStyle(panel).overflowX === "hidden" && panel.scrollWidth > panel.clientWidth)
    .map(panel => panel.innerText.slice(0, 60))"""


@pytest.mark.front_end_only
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_nothing_in_a_panel_is_cut_off_where_nobody_can_scroll_to_it(
    page: Page, context: BrowserContext, live_server: Any, site_admin: Membership, width: int
) -> None:
    sign_in(context, site_admin.user, live_server)
    page.set_viewport_size({"width": width, "height": 800})
    hidden = {}
    for path in paths(site_admin.project):
        page.goto(live_server.url + path)
        hidden[path] = page.evaluate(HIDDEN)
    assert {path: panels for path, panels in hidden.items() if panels} == {}


def test_a_project_is_made_by_typing_while_the_preview_follows(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], db: None
) -> None:
    user = make_user("zoe")
    sign_in(context, user, live_server)
    page.goto(f"{live_server.url}/projects/new/")
    page.get_by_role("link", name="From scratch").click()
    page.get_by_label("Name", exact=True).fill("Letters")
    page.get_by_label("Question", exact=True).fill("How does it sound?")
    titles = page.get_by_label("Title", exact=True)
    titles.nth(0).fill("Friendly")
    titles.nth(1).fill("Cool & distant")
    titles.nth(1).press("Enter")
    page.keyboard.type("Très triste")
    preview = page.locator("schema-preview")
    expect(preview.get_by_role("button", name="Très triste")).to_be_visible()
    expect(preview).to_contain_text("How does it sound?")
    page.get_by_role("button", name="Move up", exact=True).nth(2).click()
    page.get_by_label("Try it with a text of yours").fill("Dear <b>Sir</b>")
    expect(preview).to_contain_text("Dear <b>Sir</b>")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Three steps to the first label")).to_be_visible()
    options = Project.objects.get(name="Letters").schema.definition()["questions"][0]["options"]
    assert [option["value"] for option in options] == ["yes", "tres_triste", "no"]
    assert [option["title"] for option in options] == ["Friendly", "Très triste", "Cool & distant"]
    assert complaints == []


@pytest.mark.front_end_only
def test_theme_and_folded_rail_survive_a_reload_and_menus_close_by_escape(
    page: Page, context: BrowserContext, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    sign_in(context, ben.user, live_server)
    page.goto(live_server.url)
    page.locator(".rail").get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Fold").click()
    page.goto(live_server.url + "/help/")
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    expect(html).to_have_attribute("data-rail", "folded")
    page.locator(".topbar summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".topbar summary")).to_be_focused()
    assert complaints == []
