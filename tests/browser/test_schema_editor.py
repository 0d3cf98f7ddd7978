"""What is asked, built in the browser: by keyboard, by paste, as JSON; the labeling page beside it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Annotation
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks, make_user


@pytest.fixture
def new_project(page: Page, context: BrowserContext, live_server: Any, db: None, complaints: list[str]) -> Page:
    """The page for a new project from scratch, with a name."""
    sign_in(context, make_user("zoe"), live_server)
    page.goto(f"{live_server.url}/projects/new/?from=scratch")
    page.get_by_label("Name", exact=True).fill("Letters")
    return page


def card(page: Page, title: str) -> Any:
    return page.get_by_role("region", name=f"question: {title}", exact=True)


def add(page: Page, kind: str) -> Any:
    """Add a question by keyboard; the focus is on its title afterwards."""
    kinds = page.get_by_label("Kind of question", exact=True)
    kinds.select_option(kind)
    kinds.press("Tab")
    page.keyboard.press("Enter")
    return page.locator(":focus")


def test_four_kinds_are_put_together_by_keyboard_seen_in_the_preview_and_labeled(
    new_project: Page, live_server: Any, complaints: list[str]
) -> None:
    page = new_project
    preview = page.locator("schema-preview")
    expect(preview.get_by_role("button", name="Yes")).to_be_visible()
    for kind, title in (("choices", "Which tones?"), ("rating", "How clear is it?"), ("text", "In other words")):
        add(page, kind).fill(title)
        expect(preview).to_contain_text(title)
    card(page, "How clear is it?").get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    expect(preview.locator(".se-question").nth(1)).to_contain_text("How clear is it?")
    preview.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Three steps to the first label")).to_be_visible()
    project = Project.objects.get(name="Letters")
    names = [(question.name, question.kind) for question in project.schema.questions]
    assert names == [
        ("answer", "choice"),
        ("how_clear_is_it", "rating"),
        ("which_tones", "choices"),
        ("in_other_words", "text"),
    ]
    assert complaints == []


def test_thirty_options_are_pasted_put_in_order_and_kept_through_json(
    new_project: Page, live_server: Any, complaints: list[str]
) -> None:
    page = new_project
    page.get_by_text("Paste many at once").click()
    lines = [f"v{number} | Option {number} | | {number % 16 + 1}" for number in range(30)]
    page.get_by_label("Options, one a line").fill("\n".join([*lines, "v3 | Again", "v99 | Odd | | puce"]))
    page.get_by_role("button", name="Replace the list").click()
    expect(page.get_by_text("there are 31 options now")).to_contain_text("Line 31")
    titles = page.get_by_label("Title", exact=True)
    expect(titles).to_have_count(31)
    titles.nth(1).press("Alt+ArrowUp")
    expect(titles.nth(0)).to_have_value("Option 1")
    expect(titles.nth(0)).to_be_focused()
    page.get_by_role("button", name="JSON", exact=True).click()
    text = page.get_by_label("Schema as JSON")
    written = text.input_value()
    text.fill(written.replace('"key"', '"kei"').replace('"choice"', '"choose"'))
    page.get_by_role("button", name="Line 11: questions.0.kind").click()
    expect(text).to_be_focused()
    text.fill(written[:-3])
    expect(page.get_by_role("button", name="column")).to_be_visible()
    page.get_by_role("button", name="Form", exact=True).click()
    expect(text).to_be_visible()
    text.fill(written)
    page.get_by_role("button", name="Form", exact=True).click()
    expect(titles.nth(0)).to_have_value("Option 1")
    titles.nth(2).fill("")
    page.get_by_label("Key", exact=True).nth(3).fill("u")
    expect(page.get_by_role("button", name="1 thing to mend")).to_be_visible()
    page.get_by_role("button", name="1 thing to mend").click()
    expect(page.get_by_label("Key", exact=True).nth(3)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Three steps to the first label")).to_be_visible()
    options = Project.objects.get(name="Letters").schema.definition()["questions"][0]["options"]
    assert [option["value"] for option in options][:3] == ["v1", "v0", "v2"]
    assert (len(options), options[5]["colour"]) == (31, 6)
    assert complaints == []


def test_a_tree_conditions_and_questions_about_spans_are_written_in_the_form(
    new_project: Page, live_server: Any, complaints: list[str]
) -> None:
    page = new_project
    add(page, "taxonomy").fill("Which part?")
    card(page, "Which part?").get_by_label("Options", exact=True).fill("Animal\n  Dog\n  Cat\nPlant")
    add(page, "spans").fill("Names")
    names = card(page, "Names")
    names.get_by_label("Title", exact=True).fill("Person")
    names.get_by_text("More settings").first.click()
    nested = names.get_by_label("Kind of question about each span")
    nested.select_option("rating")
    nested.press("Tab")
    page.keyboard.press("Enter")
    page.locator(":focus").fill("How sure?")
    rating = card(page, "How sure?")
    rating.get_by_text("More settings").click()
    rating.get_by_label("Earlier question").select_option("label")
    rating.get_by_label("Test").select_option("is")
    rating.get_by_label("Person").check()
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Three steps to the first label")).to_be_visible()
    questions = Project.objects.get(name="Letters").schema.definition()["questions"]
    assert [child["value"] for child in questions[1]["options"][0]["children"]] == ["dog", "cat"]
    (about,) = questions[2]["questions"]
    assert (about["name"], about["when"]) == ("how_sure", {"question": "label", "is": "person"})
    assert complaints == []


def test_an_option_is_renamed_in_flight_and_old_answers_follow(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ada: Membership, ben: Membership, api: Any
) -> None:
    task = make_tasks(project, 1)[0]
    api(ben.user).next_task(project)
    api(ben.user).answer(task.pk, {"topic": "music"})
    sign_in(context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/settings/schema/")
    page.get_by_role("link", name="rename, merge or split").click()
    page.get_by_text("Rename an option").click()
    page.get_by_label("Option", exact=True).first.select_option(label="music (music)")
    page.get_by_label("Stored as, from now on").fill("arts")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.get_by_text("music is called arts")).to_be_visible()
    expect(page.locator(".stat").first).to_contain_text("1")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Schema version 2 is in force")).to_be_visible()
    run_job(Job.objects.get(kind="rewrite_answers").pk)
    assert Annotation.objects.get().answers == {"topic": "arts"}
    page.reload()
    page.get_by_role("button", name="Take version 2 back").click()
    expect(page.get_by_text("Version 3 takes version 2 back")).to_be_visible()
    run_job(Job.objects.filter(kind="rewrite_answers").latest("pk").pk)
    assert Annotation.objects.get().answers == {"topic": "music"}


def test_a_long_help_text_makes_no_page_wider_than_a_phone(
    page: Page, context: BrowserContext, live_server: Any, ada: Membership
) -> None:
    options = [{"value": "travel", "help": "Flights, hotels, visas, time zones, exchange, translation"}, "other"]
    question = {"name": "topic", "kind": "choice", "options": options}
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": [question]})
    make_member(project, "admin", ada.user)
    sign_in(context, ada.user, live_server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/projects/{project.slug}/settings/schema/")
    expect(page.get_by_text("Help: Flights")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
