"""Pages that quote tasks of a project that is hard to look at: covered until a key shows it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from projects.models import Membership, Project
from tests.browser.conftest import sign_in
from tests.browser.test_care import broken_rules
from tests.factories import make_guideline, make_tasks

GUIDELINE = "# Rules\n\n## Threat\n\nSomebody is threatened.\n\n- ✓ “a vile threat”\n- ✗ “a mild word” → Other\n"


@pytest.fixture
def url(live_server: Any, context: BrowserContext, project: Project, ada: Membership) -> str:
    Project.objects.filter(pk=project.pk).update(is_sensitive=True)
    make_tasks(project, texts=["a vile task"])
    make_guideline(project, GUIDELINE)
    sign_in(context, ada.user, live_server)
    return f"{live_server.url}/projects/{project.slug}/"


def test_rows_of_an_import_are_covered_before_and_after_they_come_in(
    page: Page, url: str, complaints: list[str]
) -> None:
    page.goto(f"{url}imports/")
    file: FilePayload = {
        "name": "tasks.csv",
        "mimeType": "text/csv",
        "buffer": b"id,text\n1,a vile row\n,\n3,another vile row\n",
    }
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload and look").click()
    cell = page.get_by_text("a vile row", exact=True)
    expect(page.get_by_role("heading", name="What each column is")).to_be_visible()
    expect(cell).to_be_hidden()
    assert "vile" not in page.locator("main").inner_text()
    assert "vile" not in page.locator("main").aria_snapshot()
    assert broken_rules(page) == []
    page.get_by_role("button", name="Look again").click()
    expect(cell).to_be_hidden()
    page.keyboard.press("v")
    expect(cell).to_be_visible()
    assert complaints == []


def test_examples_of_the_guideline_are_covered_and_its_rules_are_not(
    page: Page, url: str, complaints: list[str]
) -> None:
    page.goto(f"{url}guideline/")
    example = page.get_by_text("a vile threat")
    expect(page.get_by_text("Somebody is threatened.")).to_be_visible()
    expect(example).to_be_hidden()
    assert "vile" not in page.locator("main").aria_snapshot()
    assert broken_rules(page) == []
    page.keyboard.press("v")
    expect(example).to_be_visible()
    page.goto(f"{url}label/")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(example).to_be_hidden()
    page.keyboard.press("v")
    expect(example).to_be_visible()
    assert complaints == []


def test_no_task_is_put_before_who_edits_what_is_asked(page: Page, url: str) -> None:
    page.goto(f"{url}settings/schema/")
    expect(page.locator("schema-preview .preview-text")).to_be_visible()
    expect(page.locator("schema-preview .preview-text")).not_to_contain_text("vile")
