"""A small team from nothing, each with a browser of their own: invited by link, a guideline that changes, reviewed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.models import Annotation, FinalLabel
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import run_job
from projects.models import Project, Stage, Task
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_user

LIST = "Ben Labels <ben@example.org>\nRae Reviews <rae@example.org>, reviewer\nVic Views <vic@example.org>, viewer"


@pytest.fixture
def open_browser(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Any]:
    """A browser of its own for each person."""
    contexts = []

    def start() -> Page:
        contexts.append(browser.new_context(**browser_context_args))
        page: Page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        return page

    yield start
    for context in contexts:
        context.close()


def work_off_jobs() -> None:
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("pk"):
        if job.kind == "import_tasks":
            run_job(job.pk)


def joined(page: Page, link: str, site: str) -> Page:
    page.goto(site + re.sub(r"^https?://[^/]+", "", link))
    page.locator("input[type=password]").first.fill("a-long-sentence-nobody-guesses")
    for repeated in page.locator("input[type=password]").all()[1:]:
        repeated.fill("a-long-sentence-nobody-guesses")
    page.get_by_role("button", name="Make my account and join").click()
    expect(page.get_by_role("button", name="Make my account and join")).to_have_count(0)
    return page


def label(page: Page, url: str, keys: str) -> None:
    page.goto(url)
    for key in keys:
        expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
        before = page.locator("text-field").inner_text()
        page.keyboard.press(key)
        page.wait_for_function(
            "before => document.querySelector('#stage').dataset.mode !== 'task'"
            " || document.querySelector('text-field').innerText !== before",
            arg=before,
        )
    is_saved(page)


def test_a_team_is_invited_the_guideline_changes_and_a_returned_answer_comes_back_fixed(
    open_browser: Any, live_server: Any
) -> None:
    site = live_server.url
    ada = open_browser()
    sign_in(ada.context, make_user("ada"), live_server)

    # ada makes a project from a template, two people answer each task, and what they disagree on is reviewed
    ada.goto(f"{site}/projects/new/?from=topic")
    ada.get_by_label("Name", exact=True).fill("News")
    ada.get_by_role("button", name="Create project").click()
    expect(ada).to_have_title(re.compile("News"))
    work_off_jobs()
    project = Project.objects.get(name="News")
    home = f"{site}/projects/{project.slug}"
    assert Task.objects.filter(project=project).count() >= 10
    for section, field, value in (("opinions", "overlap", "2"), ("review", "review_policy", "disagreements")):
        ada.goto(f"{home}/settings/")
        form = ada.locator(f"form:has([name={section}-{field}])")
        control = form.locator(f"[name={section}-{field}]").first
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
        form.get_by_role("button").first.click()
        expect(ada.get_by_text("Saved:")).to_be_visible()

    # three people by link
    ada.goto(f"{home}/people/invite/")
    ada.get_by_label("People", exact=True).fill(LIST)
    ada.get_by_role("button", name="See what will happen").click()
    ada.get_by_role("button", name="Invite 3 people").click()
    links = [one.inner_text() for one in ada.locator("code.link-code").all()]
    assert len(links) == 3
    ben, rae, vic = (joined(open_browser(), link, site) for link in links)

    # ben begins; then the guideline changes, and he reads it before the next task
    label(ben, f"{home}/label/", "11")
    ada.goto(f"{home}/guideline/edit/")
    box = ada.locator("textarea[name=text]")
    box.fill(box.input_value() + "\n\n## A new rule\nDecide by the first sentence.\n")
    ada.locator("[name=summary]").fill("The first sentence decides.")
    ada.get_by_role("button", name="Publish guideline").click()
    expect(ada.get_by_text("The first sentence decides.").first).to_be_visible()
    ben.goto(f"{home}/label/")
    stage = ben.locator("#stage")
    for _ in range(10):
        if stage.get_attribute("data-mode") == "guideline":
            break
        if stage.get_attribute("data-mode") == "task":
            ben.keyboard.press("1")
        ben.wait_for_timeout(300)
    expect(stage).to_have_attribute("data-mode", "guideline")
    expect(ben.locator(".wb-panel[data-mode=guideline]")).to_contain_text("The first sentence decides.")
    ben.wait_for_timeout(900)
    ben.keyboard.press("Enter")
    expect(stage).to_have_attribute("data-mode", "task")
    versions = Annotation.objects.filter(project=project, author__email="ben@example.org")
    ben.keyboard.press("1")
    is_saved(ben)
    assert sorted(set(versions.values_list("guideline_number", flat=True))) == [1, 2]

    # ada answers one of ben's tasks differently: it reaches rae, who returns it to ben
    for _ in range(5):  # her first may be of the holdout, drawn for her and not for him
        label(ada, f"{home}/label/", "2")
        if disputed := Task.objects.filter(project=project, stage=Stage.REVIEW).first():
            break
    assert disputed is not None
    rae.goto(f"{home}/review/")
    expect(rae.locator(".rv-answer.differs")).to_have_count(2)
    rae.keyboard.press("Backspace")
    dialog = rae.locator("#return-dialog")
    dialog.get_by_label("ada").uncheck()
    rae.locator("#return-dialog [name=reason]").first.check()
    dialog.locator("textarea").fill("Read the first sentence again.")
    rae.keyboard.press("Control+Enter")
    expect(rae.locator("#stage")).to_have_attribute("data-mode", "empty")

    # ben sees why, answers anew, and rae settles it
    ben.goto(f"{home}/label/")
    expect(ben.locator("[data-part=strip]")).to_contain_text("Read the first sentence again.")
    ben.keyboard.press("2")
    is_saved(ben)
    rae.goto(f"{home}/review/")
    expect(rae.locator("#stage")).to_have_attribute("data-mode", re.compile("task|empty"))
    if rae.locator("#stage").get_attribute("data-mode") == "task":
        expect(rae.locator("[data-part=earlier]")).to_contain_text("returned it")
        rae.keyboard.press("Enter")
        expect(rae.locator("#stage")).to_have_attribute("data-mode", "empty")
    disputed.refresh_from_db()
    assert disputed.stage == Stage.DONE
    assert FinalLabel.objects.get(task=disputed).value == "business"

    # vic looks and touches nothing; strangers see nothing; the audit log tells the story
    vic.goto(f"{home}/")
    expect(vic).to_have_title(re.compile("News"))
    assert vic.request.get(f"{home}/settings/").status == 403
    ada.goto(f"{home}/audit-log/")
    log = ada.locator(".log-table")
    for person, deed in (
        ("ada", "created"),
        ("ada", "invited"),
        ("Ben Labels", "accepted the invitation"),
        ("ada", "published"),
        ("Rae Reviews", "returned"),
    ):
        row = log.get_by_role("row").filter(has_text=person).filter(has_text=re.compile(deed, re.IGNORECASE))
        expect(row.first).to_be_visible()
