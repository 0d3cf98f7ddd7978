"""A manager brings labeled data, looks at how its labels are read, mends a column, and finds them as final labels."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from annotations.models import FinalLabel
from labelplatform.jobs.running import run_job
from projects.models import ImportRun
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_user

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {
            "name": "topic",
            "kind": "choice",
            "title": "What is it about?",
            "options": [{"value": "sports", "title": "Sports"}, {"value": "music", "title": "Music"}],
        },
        {"name": "tone", "kind": "choices", "title": "Tone", "options": ["kind", "angry"], "required": False},
    ],
}
TABLE = (
    "id,text,topic,mood,annotator\n"
    "a-1,they won again,Sports,kind,{ben}\n"
    "a-2,a song for Köln 🎻,music,kind; angry,\n"
    "a-3,a chess game,chess,,\n"
    "a-4,nobody has looked at this,,,\n"
)


def open_preview(page: Page, live_server: Any) -> Any:
    member = make_member(make_project(schema=SCHEMA), "admin", make_user("ada"))
    ben = make_member(member.project, "annotator", make_user("ben"))
    sign_in(page.context, member.user, live_server)
    page.goto(f"{live_server.url}/projects/{member.project.slug}/imports/")
    content = TABLE.format(ben=ben.user.email).encode()
    page.set_input_files("#file", {"name": "labeled.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload and look").click()
    page.wait_for_url("**/imports/*/")
    return member


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_labels_are_looked_at_chosen_and_become_final_labels(page, live_server, complaints):
    member = open_preview(page, live_server)
    table = page.get_by_role("region", name="First rows of the file")
    expect(page.get_by_label("topic", exact=True)).to_have_value("answers.topic")
    expect(page.get_by_label("annotator", exact=True)).to_have_value("author")
    expect(table.get_by_text("Sports", exact=True).first).to_be_visible()
    expect(table.get_by_text("“answers.topic” 'chess' is no option; options are: sports, music.")).to_be_visible()
    expect(page.get_by_text("2 of these 4 rows bring a label.")).to_be_visible()

    page.get_by_label("mood", exact=True).select_option("answers.tone")
    page.get_by_role("button", name="Look again").click()
    expect(table.get_by_text("kind, angry")).to_be_visible()
    expect(page.get_by_label("As answers")).to_be_checked()
    page.get_by_role("button", name="Start import").click()
    run_job(ImportRun.objects.get().job_id)
    progress = page.get_by_role("region", name="How far the import is")
    expect(progress.get_by_text("rows kept as answers")).to_be_visible()
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
    labels = FinalLabel.objects.filter(project=member.project).values_list("task__external_id", "question", "value")
    assert sorted(labels, key=str) == [
        ("a-1", "tone", ["kind"]),
        ("a-1", "topic", "sports"),
        ("a-2", "tone", ["kind", "angry"]),
        ("a-2", "topic", "music"),
    ]
    assert complaints == []


def test_a_column_made_a_label_by_hand_is_shown_before_it_is_imported(page, live_server, complaints):
    open_preview(page, live_server)
    page.get_by_label("topic", exact=True).select_option("metadata")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_role("heading", name="What becomes of the labels")).to_be_hidden()
    page.get_by_label("topic", exact=True).select_option("answers.topic")
    page.get_by_role("button", name="Start import").click()
    expect(page.get_by_role("heading", name="What becomes of the labels")).to_be_visible()
    assert ImportRun.objects.get().job_id is None
    page.get_by_label("As known answers").check()
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url("**/imports/*/")
    assert ImportRun.objects.get().options["labels"] == "known_answers"
    assert complaints == []


def test_the_preview_of_labels_fits_a_phone_and_breaks_no_accessibility_rule(page, live_server, complaints):
    open_preview(page, live_server)
    for theme in ("light", "dark"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            assert broken_rules(page, theme) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            shot(page, f"preview-{theme}-{width}")
    page.get_by_role("button", name="Start import").click()
    run_job(ImportRun.objects.get().job_id)
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
    shot(page, "run-phone")
    assert complaints == []
