"""PDF pages in a real browser: imported, read, marked on the paper and in its text, seen again exactly, exported."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, AnnotationStatus
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import ReviewPolicy, Task
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_user
from tests.pdfs import PDF_SCHEMA, make_pdf, make_pdf_task, make_raw_pdf

LETTER = [
    "Acme hired Bob in Rome.\nHe begins in May.",
    *[f"Page {number} of the terms" for number in range(2, 8)],
    "Signed in Oslo.",
]


def open_task(page: Page, live_server: Any, project: Any) -> None:
    ben = make_member(project, "annotator", make_user("ben"))
    sign_in(page.context, ben.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def find(page: Page, letters: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")


def places(page: Page) -> list[list[float]]:
    """Where the marks lie on the pages: left and top of each in hundredths of its page."""
    page.wait_for_timeout(300)
    return page.evaluate(
        """() => [...document.querySelectorAll(".span-mark")].map((mark) => {
          const box = mark.getBoundingClientRect();
          const pages = [...document.querySelectorAll(".pdf-page")].map((one) => one.getBoundingClientRect());
          const paper = pages.find((one) => one.top <= box.top && box.bottom <= one.bottom + 6);
          const places = [(box.left - paper.left) / paper.width, (box.top - paper.top) / paper.height];
          return places.map((place) => Math.round(100 * place));
        }).sort((a, b) => a[0] - b[0])"""
    )


def test_a_pdf_is_imported_labeled_by_keys_seen_again_and_exported(page, context, live_server, complaints, tmp_path):
    project = make_project(schema=PDF_SCHEMA)
    ada = make_member(project, "admin", make_user("ada"))
    sign_in(context, ada.user, live_server)
    path = tmp_path / "letter.pdf"
    path.write_bytes(make_pdf(*LETTER))
    page.goto(f"{live_server.url}/projects/{project.slug}/imports/")
    page.set_input_files("#file", [path])
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("rowheader", name="letter")).to_be_visible()
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url("**/imports/*/")
    run_job(Job.objects.get().pk)
    text = Task.objects.get(external_id="letter").content.data["document"]["text"]

    open_task(page, live_server, project)
    expect(page.locator(".pdf-word").first).to_have_text("Acme")
    expect(page.locator(".pdf-picture").first).to_have_js_property("naturalWidth", 1400)
    find(page, "Acme")
    page.keyboard.press("2")
    find(page, "Oslo")  # eight pages further down
    expect(page.locator(".pdf-number")).to_have_value("8")
    page.keyboard.press("3")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    page.keyboard.press("1")
    is_saved(page)

    page.reload()
    expect(page.locator(".span-row")).to_have_count(2)
    expect(page.locator(".span-quote").first).to_have_text("Acme")
    expect(page.locator(".span-mark").first).to_be_visible()
    assert places(page) == [[12, 10]], "over the first word of the first page; the other page is far away"
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)

    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert answers["topic"] == "contract"
    parts = [(span["parts"][0], span["label"]) for span in answers["entities"]]
    assert [(part["text"], label) for part, label in parts] == [("Acme", "org"), ("Oslo", "place")]
    assert [text[part["start"] : part["end"]] for part, _ in parts] == ["Acme", "Oslo"]

    job, _ = start_export(ada, format_name="jsonl", chosen=Filter())
    run_job(job.pk)
    job.refresh_from_db()
    with open_export_file(job) as file:
        (line,) = map(json.loads, file)
    shown = line["data"]["document"]
    assert (shown["name"], len(shown["asset"]), len(shown["pages"])) == ("letter.pdf", 64, 8)
    assert line["labels"]["entities"]["value"] == answers["entities"]
    assert complaints == []


def test_words_are_marked_by_mouse_on_the_paper_at_every_zoom(page, live_server, complaints):
    project = make_project(schema=PDF_SCHEMA)
    make_pdf_task(project, *LETTER)
    open_task(page, live_server, project)
    bob = page.locator(".pdf-word", has_text="Bob").first
    for zoom in ("+", "+", "-", "-", "-"):
        page.keyboard.press(zoom)
        bob.scroll_into_view_if_needed()
        bob.dblclick()
        expect(page.locator(".span-status")).to_contain_text("“Bob”")
        page.keyboard.press("1")
        assert places(page) == [[24, 10]]
        page.keyboard.press("x")
        expect(page.locator(".span-row")).to_have_count(0)
    assert complaints == []


def test_pages_are_turned_by_keys_and_only_those_near_the_window_are_fetched(page, live_server):
    project = make_project(schema=PDF_SCHEMA)
    make_pdf_task(project, *[f"This is page {number}" for number in range(1, 61)])
    fetched: list[str] = []
    page.on("request", lambda request: "/files/" in request.url and fetched.append(request.url.rsplit("/", 1)[1]))
    open_task(page, live_server, project)
    expect(page.locator(".pdf-word").first).to_be_attached()
    assert "60.webp" not in fetched
    page.keyboard.press("PageDown")
    expect(page.locator(".pdf-number")).to_have_value("2")
    page.keyboard.press("Alt+g")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Page 60 of 60")).to_contain_text("page 60")
    expect(page.locator(".pdf-number")).to_have_value("60")
    page.keyboard.press("PageUp")
    expect(page.locator(".pdf-number")).to_have_value("59")
    assert "30.webp" not in fetched


def test_the_caret_goes_from_line_to_line_and_from_page_to_page(page, live_server):
    project = make_project(schema=PDF_SCHEMA)
    make_pdf_task(project, "First line here\nsecond line here", "third page")
    open_task(page, live_server, project)
    expect(page.locator(".pdf-word").first).to_be_attached()
    page.keyboard.press("m")
    for key, picked in (("ArrowRight", "line"), ("ArrowDown", "second"), ("ArrowDown", "third")):
        page.keyboard.press(key)
        expect(page.locator(".span-status")).to_contain_text(f"“{picked}”")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".span-status")).to_contain_text("“third page”")


def test_the_text_alone_shows_the_same_spans_and_pictures_without_text_say_so(page, live_server, complaints):
    project = make_project(schema=PDF_SCHEMA)
    make_pdf_task(project, *LETTER)
    open_task(page, live_server, project)
    expect(page.locator(".pdf-word").first).to_be_attached()
    find(page, "Rome")
    page.keyboard.press("3")
    page.get_by_role("button", name="Show the text alone").click()
    expect(page.locator(".pdf-picture").first).to_be_hidden()
    page.wait_for_timeout(500)
    rome = page.locator(".pdf-word", has_text="Rome").bounding_box()
    mark = page.locator(".span-mark").bounding_box()
    assert abs(rome["x"] - mark["x"]) < 3
    assert abs(rome["y"] - mark["y"]) < 30
    assert complaints == []


def test_a_pdf_of_pictures_says_that_nothing_can_be_marked(page, live_server):
    project = make_project(schema=PDF_SCHEMA)
    task = make_pdf_task(project, content=make_raw_pdf([b"1 0 0 rg 100 100 400 400 re f"]))
    assert task.content.data["document"]["text"] == ""
    open_task(page, live_server, project)
    expect(page.get_by_text("There is no text in this PDF")).to_be_visible()
    expect(page.locator(".span-status")).to_have_text("There is no text here to mark: enter says that there is none.")
    expect(page.get_by_alt_text("Page 1: a picture without text")).to_be_visible()


def test_a_page_that_cannot_be_drawn_is_read_as_text(page, live_server):
    project = make_project(schema=PDF_SCHEMA)
    make_pdf_task(project, "Acme hired Bob.")
    page.route("**/files/**/*.webp", lambda route: route.fulfill(status=422))
    open_task(page, live_server, project)
    expect(page.get_by_text("This page could not be drawn: this is its text.")).to_be_visible()
    find(page, "Bob")
    page.keyboard.press("1")
    expect(page.locator(".span-row")).to_have_count(1)


def test_the_schema_editor_shows_the_pages_as_people_will_see_them(page, context, live_server, complaints):
    project = make_project(schema=PDF_SCHEMA)
    ada = make_member(project, "admin", make_user("ada"))
    sign_in(context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/settings/schema/")
    expect(page.locator("schema-preview .pdf-word").first).to_contain_text("RENTAL AGREEMENT")
    make_pdf_task(project, "Acme hired Bob.")
    page.reload()
    expect(page.locator("schema-preview .pdf-word").first).to_have_text("Acme")
    expect(page.locator("schema-preview").get_by_text("cannot draw")).to_have_count(0)
    assert complaints == []


def test_a_pdf_has_no_barriers_while_labeled_reviewed_and_looked_at(page, context, live_server, complaints):
    project = make_project(schema=PDF_SCHEMA, review_policy=ReviewPolicy.ALL)
    task = make_pdf_task(project, *LETTER)
    open_task(page, live_server, project)
    find(page, "Acme")
    page.keyboard.press("2")
    assert broken_in_both_themes(page) == [], "labeled"
    for key in ("Escape", "Escape", "]", "1"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    is_saved(page)

    sign_in(context, make_member(project, "reviewer", make_user("rae")).user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator(".rv-answer")).to_be_visible()
    expect(page.locator(".pdf-picture").first).to_have_js_property("naturalWidth", 1400)
    assert broken_in_both_themes(page) == [], "reviewed"

    page.goto(f"{live_server.url}/projects/{project.slug}/data/{task.pk}/")
    pages = page.locator(".page-strip img")
    expect(pages).to_have_count(8)
    expect(pages.first).to_have_js_property("naturalWidth", 1400)
    assert broken_in_both_themes(page) == [], "looked at"
    pages.first.click()
    expect(page.get_by_role("dialog", name="Page 1 of 8")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert complaints == []
