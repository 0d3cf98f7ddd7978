"""A person changes the keys of the workbench by pressing new ones; they hold everywhere and in every browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from annotations.models import Annotation, AnnotationStatus, OwnKeys
from projects.models import Membership, Project
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.usefixtures("workbench")


@pytest.fixture
def workbench(page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership) -> Page:
    make_tasks(project, 6)
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    return page


def key_of(page: Page, does: str) -> Locator:
    return page.locator(f".key-change[aria-label^='{does}']")


def note(page: Page) -> Locator:
    return page.locator("[data-part=key-note]")


def change(page: Page, does: str, key: str) -> None:
    """With the keyboard alone: go to the row, press it, press the new key."""
    key_of(page, does).focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text(f"Press the new key for “{does}")
    page.keyboard.press(key)


def test_a_new_key_is_pressed_shown_everywhere_and_found_in_another_browser(
    workbench: Page, browser: Browser, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    page = workbench
    first = str(page.locator("text-field").inner_text())
    page.keyboard.press("?")
    change(page, "Skip this one, with a reason", "q")
    expect(note(page)).to_have_text("“Skip this one, with a reason” has Q now.")
    expect(key_of(page, "Skip this one, with a reason")).to_be_focused()
    change(page, "music", "m")
    expect(note(page)).to_have_text("“music” has M now.")
    page.keyboard.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()
    expect(page.locator(".wb-keys [data-command=skip] kbd")).to_have_text("Q")
    expect(page.locator(".option-button[data-value=music] kbd")).to_have_text("M")
    page.keyboard.press("s")
    expect(page.locator("#skip-dialog")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator("#skip-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("3")  # music had it
    page.keyboard.press("m")
    expect(page.locator("text-field")).not_to_have_text(first)
    is_saved(page)
    assert Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers == {"topic": "music"}
    assert complaints == []
    elsewhere = browser.new_context()
    sign_in(elsewhere, ben.user, live_server)
    other = elsewhere.new_page()
    other.goto(page.url)
    expect(other.locator(".wb-keys [data-command=skip] kbd")).to_have_text("Q")
    expect(other.locator(".option-button[data-value=music] kbd")).to_have_text("M")
    elsewhere.close()


def test_a_key_that_is_held_is_swapped_or_left(workbench: Page) -> None:
    page = workbench
    page.keyboard.press("?")
    change(page, "Skip this one, with a reason", "f")
    expect(note(page)).to_have_text("F is the key of “Flag this one, or take the flag back”.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # leave both
    expect(key_of(page, "Skip this one, with a reason")).to_have_text("S")
    change(page, "Skip this one, with a reason", "f")
    page.keyboard.press("Enter")  # swap
    expect(note(page)).to_contain_text("“Skip this one, with a reason” has F now, “Flag this one")
    expect(key_of(page, "Flag this one")).to_have_text("S")
    change(page, "sports", "2")
    page.keyboard.press("Enter")
    expect(key_of(page, "politics")).to_have_text("1")
    change(page, "sports", "f")
    expect(note(page)).to_have_text("F is the key of “Skip this one, with a reason”, and the two cannot change places.")
    page.keyboard.press("Escape")
    expect(page.locator(".wb-keys [data-command=flag] kbd")).to_have_text("S")


def test_what_cannot_be_had_is_said_at_once(workbench: Page) -> None:
    page = workbench
    page.keyboard.press("?")
    change(page, "Flag this one", "7")
    expect(note(page)).to_have_text("Digits are kept for answers. Choose another key.")
    page.keyboard.press("F6")
    expect(note(page)).to_contain_text("not to be had")
    page.keyboard.press("a")  # it still listens
    expect(note(page)).to_contain_text("A is the key of “The same label for all the same words”")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    change(page, "Flag this one", "Escape")
    expect(note(page)).to_have_text("")
    expect(page.locator("#help-dialog")).to_be_visible()
    expect(key_of(page, "Flag this one")).to_have_text("F")


def test_one_key_or_all_become_usual_again(workbench: Page) -> None:
    page = workbench
    page.keyboard.press("?")
    expect(page.locator("[data-part=usual-keys]")).to_be_disabled()
    for does, key in (("Skip this one, with a reason", "q"), ("Flag this one", "Shift+F"), ("music", "k")):
        change(page, does, key)
        expect(note(page)).to_contain_text("now.")
    expect(key_of(page, "Flag this one")).to_have_text("⇧ F")
    page.get_by_role("button", name="Skip this one, with a reason: back to S").press("Enter")
    expect(key_of(page, "Skip this one, with a reason")).to_have_text("S")
    page.locator("[data-part=usual-keys]").press("Enter")
    page.keyboard.press("Enter")
    expect(note(page)).to_have_text("All keys are the usual ones.")
    expect(key_of(page, "music")).to_have_text("3")
    assert {str(row.keys) for row in OwnKeys.objects.all()} == {"{}"}


def test_without_a_line_nothing_changes_and_the_page_says_so(workbench: Page, context: BrowserContext) -> None:
    page = workbench
    page.keyboard.press("?")
    context.set_offline(True)
    change(page, "Skip this one, with a reason", "q")
    expect(note(page)).to_contain_text("nothing has changed")
    expect(key_of(page, "Skip this one, with a reason")).to_have_text("S")
    context.set_offline(False)


def test_the_review_page_has_the_same_keys_and_its_own(
    page: Page, context: BrowserContext, live_server: Any, project: Project, rae: Membership
) -> None:
    OwnKeys.objects.create(user=rae.user, project=None, keys={"guideline": "q", "return": "Shift+R"})
    OwnKeys.objects.create(user=rae.user, project=project, keys={"topic": {"music": "m"}})
    sign_in(context, rae.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator("[data-command=return] kbd")).to_have_text("⇧ R")
    expect(page.locator(".wb-keys [data-command=guideline] kbd")).to_have_text("Q")
    expect(page.locator(".option-button[data-value=music] kbd")).to_have_text("M")
    page.keyboard.press("?")
    change(page, "Return it to its author, with a reason", "q")
    page.keyboard.press("Enter")  # swap
    expect(page.locator("[data-command=return] kbd")).to_have_text("Q")


@pytest.fixture
def comparing(workbench: Page, context: BrowserContext, live_server: Any, ben: Membership) -> Page:
    """Ben's page with a rating, a ranking and a preference with a reason."""
    questions = [
        {"name": "stars", "kind": "rating", "highest": 3, "title": "How good?"},
        {"name": "order", "kind": "ranking", "title": "In which order?"},
        {"name": "best", "kind": "preference", "steps": 1, "options": ["clear"], "title": "Which one?"},
    ]
    fields = [{"name": "outputs", "kind": "candidates"}]
    project = make_project("Outputs", schema={"fields": fields, "questions": questions})
    lists = [("one", "two", "three"), ("four", "five", "six")]
    outputs = [[{"id": str(number), "text": text} for number, text in enumerate(texts, 1)] for texts in lists]
    make_tasks(project, data=[{"outputs": one} for one in outputs])
    make_member(project, "annotator", ben.user)
    workbench.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(workbench.locator("#stage")).to_have_attribute("data-mode", "task")
    return workbench


def test_keys_of_ratings_rankings_and_preferences_are_changed_swapped_and_used(
    comparing: Page, complaints: list[str]
) -> None:
    page = comparing
    page.keyboard.press("?")
    change(page, "3 of 3", "q")
    expect(note(page)).to_have_text("“3 of 3” has Q now.")
    change(page, "3 of 3", "1")  # held by the first step: they change places
    expect(note(page)).to_contain_text("1 is the key of “1 of 3”")
    page.keyboard.press("Enter")
    expect(key_of(page, "1 of 3")).to_have_text("Q")
    change(page, "Rank 2 next", "w")
    expect(note(page)).to_have_text("“Rank 2 next” has W now.")
    change(page, "Rank 1 next", "s")  # what the page needs cannot change places with a digit
    expect(note(page)).to_contain_text("and the two cannot change places.")
    change(page, "Second better", "a")
    expect(note(page)).to_contain_text("A is the key of “clear”")
    page.keyboard.press("Enter")  # the reason had it
    expect(key_of(page, "clear")).to_have_text("3")
    assert broken_rules(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".rating-step kbd:visible")).to_have_text(["Q", "1"])
    expect(page.locator(".rank-button kbd")).to_have_text(["1", "W", "3"])
    expect(page.locator(".preference-step kbd")).to_have_text(["1", "2", "A"])
    for key in ("1", "w", "1", "a", "3", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-part=today]")).to_contain_text("1 today")
    is_saved(page)
    given = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert given == {"stars": 3, "order": ["2", "1", "3"], "best": {"better": "2", "reasons": ["clear"]}}
    page.reload()
    expect(page.locator(".preference-step kbd")).to_have_text(["1", "2", "A"])
    expect(page.locator(".rank-button kbd")).to_have_text(["1", "W", "3"])
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_keys_has_no_barriers(workbench: Page, scheme: Any) -> None:
    workbench.emulate_media(color_scheme=scheme)
    workbench.keyboard.press("?")
    change(workbench, "Skip this one, with a reason", "f")
    assert broken_rules(workbench) == []
