"""A manager writes labeling functions, sees where they vote and clash, compares sources, and chooses one."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models_app.models import PredictionRun, PredictionSource
from projects.models import Lane
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, run_jobs
from tests.models_app.sources.sources import finish, send

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "trouble", "kind": "choices", "title": "What went wrong?", "options": ["late", "rude", "broken"]},
        {"name": "who", "kind": "spans", "title": "Who is named?", "options": ["person"]},
    ],
}
WIDTHS = (1280, 390)


@pytest.fixture
def manager() -> Any:
    manager = make_member(make_project(schema=SCHEMA), "manager")
    texts = [
        "The parcel was delayed",
        "Ann was rude",
        "It came delayed and cracked",
        "Delayed, but Ann said sorry in time",
    ]
    many = [f"{texts[number % 4]}, order {number}" for number in range(60)]
    held = make_tasks(manager.project, texts=many[:20], lane=Lane.HOLDOUT)
    rest = make_tasks(manager.project, texts=many[20:], lane=Lane.BASE)
    truth = [["late"], ["rude"], ["late", "broken"], []]
    for number, task in enumerate([*held, *rest[:8]]):
        if truth[number % 4]:
            conclude(task, "trouble", truth[number % 4])
    send(manager, [{"task": task.pk, "question": "trouble", "value": ["late"]} for task in held], source="gpt")
    run_jobs(kind="measure_source")
    return manager


def fits(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert broken_in_both_themes(page) == []


def write_function(page: Page, number: int, name: str, kind: str, votes_for: str, what: str) -> None:
    row = page.get_by_role("group", name=f"Labeling function {number}")
    row.get_by_label("Name").fill(name)
    row.get_by_label("Looks for").select_option(kind)
    row.get_by_label("Votes for").select_option(votes_for)
    row.get_by_label("What", exact=True).fill(what)


def test_functions_are_written_compared_and_chosen(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], manager: Any
) -> None:
    sign_in(context, manager.user, live_server)
    page.goto(f"{live_server.url}/projects/{manager.project.slug}/models/sources/")
    fits(page)
    page.get_by_role("link", name="Labeling functions").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of the source").fill("rules")
    write_function(page, 1, "is late", "keyword", "late", "delayed")
    write_function(page, 2, "in time", "regex", "not:late", "(?i)in time")
    trial = page.locator("#trial")
    expect(trial.get_by_role("row", name="is late")).to_contain_text("75 %")
    expect(trial.get_by_role("caption")).to_contain_text("25 % get votes that clash")
    fits(page)
    page.get_by_role("button", name="Set up").press("Enter")
    expect(page.get_by_role("heading", name="rules", exact=True)).to_be_visible()
    write_function(page, 3, "breaks", "keyword", "broken", "cracked\nin pieces")
    write_function(page, 4, "a pattern", "regex", "rude", "(rude")
    expect(trial).to_contain_text("no regular expression")
    write_function(page, 4, "is rude", "regex", "rude", "rude")
    expect(trial.get_by_role("row", name="is rude")).to_contain_text("25 %")
    page.get_by_role("button", name="Save").last.press("Enter")
    expect(page.get_by_text("“rules” is changed.")).to_be_visible()

    page.get_by_role("button", name="Vote on all tasks").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Predictions")
    finish(PredictionRun.objects.get(source__name="rules"))
    run_jobs(kind="measure_source")
    page.reload()
    fits(page)

    page.goto(f"{live_server.url}/projects/{manager.project.slug}/models/sources/")
    asked = page.get_by_role("region", name="What went wrong?")
    expect(asked.get_by_role("row", name="gpt")).to_contain_text("n = 15")
    expect(asked.get_by_role("row", name="rules")).to_contain_text("%")
    fits(page)
    asked.get_by_role("row", name="rules").get_by_role("button").press("Enter")
    expect(asked.get_by_role("row", name="rules")).to_contain_text("suggests")
    page.get_by_role("link", name="rules").first.press("Enter")
    page.get_by_label("After tasks have come in").check()
    page.get_by_role("region", name="Ask again by itself").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("It has not been asked by itself yet.")).to_be_visible()
    assert PredictionSource.objects.get(name="rules").asked_after_import
    fits(page)
    assert complaints == []


def test_functions_that_mark_places_are_tried_on_spans(
    page: Page, context: BrowserContext, live_server: Any, complaints: list[str], manager: Any
) -> None:
    sign_in(context, manager.user, live_server)
    page.goto(f"{live_server.url}/projects/{manager.project.slug}/models/sources/new/functions/")
    page.get_by_label("Question").select_option("who")
    write_function(page, 1, "Ann", "keyword", "person", "ann")
    expect(page.locator("#trial").get_by_role("row", name="Ann")).to_contain_text("50 %")
    fits(page)
    assert complaints == []
