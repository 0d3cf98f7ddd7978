"""Spans over rich text in a real browser: the page counts as the server does, whatever the HTML."""

import json
import random
import uuid
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import FinalLabel
from annotations.work import workbench as operations
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project
from projects.schema import parse_schema
from projects.shown_data import rendered_data
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.test_spans import LABELS, submit, words
from tests.factories import make_guideline, make_member, make_project, make_task, make_user
from tests.rich_documents import HOSTILE, made_up_html

SPANS = {"name": "entities", "kind": "spans", "title": "Who is named?", "on": "page", "options": LABELS}
SCHEMA = {"fields": [{"name": "page", "kind": "rich_text"}], "questions": [SPANS]}
LETTER = """
<h2>Offer to <i>Acme</i></h2><script>document.title = "taken"</script>
<p onclick="alert(1)">We hired <b>Bob</b> Lee in Rome &amp; <a href="https://x.example/">Oslo</a>.</p>
<table><tr><th>Who</th><th>Where</th></tr><tr><td>Ida</td><td>Bern 👩‍👩‍👧 Zu&#776;rich</td></tr></table>
<ul><li>He begins in May.</li><li>Acme pays.</li></ul>
"""
TEXT = (
    "Offer to Acme\nWe hired Bob Lee in Rome & Oslo.\nWho\tWhere\nIda\tBern 👩‍👩‍👧 Zu\u0308rich\n"
    "He begins in May.\nAcme pays."
)
# What the browser holds of a document, and what it would send for pieces of it that are marked by nodes and offsets.
READ_BACK = """([value, picks]) => {
  const field = document.createElement("rich-text-field");
  field.field = { name: "page" };
  document.querySelector("main").append(field);
  field.value = value;
  const nodes = [];
  const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const points = (text) => [...text].length;
  const parts = picks.map(([first, from, second, to]) => {
    const range = document.createRange();
    const [one, other] = [nodes[Math.floor(first * nodes.length)], nodes[Math.floor(second * nodes.length)]];
    if (!one) return null;
    range.setStart(one, Math.floor(from * one.length));
    range.setEnd(other, Math.ceil(to * other.length));
    const { text } = field.textMap;
    const cut = (unit) => (/[\\udc00-\\udfff]/.test(text[unit] ?? "") && unit > 0 ? unit - 1 : unit);
    const [start, end] = field.textMap.unitsOf(range).map(cut);
    if (start >= end) return null;
    return { start: points(text.slice(0, start)), end: points(text.slice(0, end)), text: text.slice(start, end) };
  });
  const elements = [...field.querySelectorAll("*")];
  const found = {
    text: field.textMap.text,
    data: nodes.map(({ data }) => data),
    tags: [...new Set(elements.map(({ tagName }) => tagName))],
    attributes: [...new Set(elements.flatMap((one) => one.getAttributeNames()))],
    parts: parts.filter(Boolean),
    taken: globalThis.taken ?? document.title,
  };
  field.remove();
  return found;
}"""


def open_letter(page: Page, live_server: Any, ben: Membership, html: str = LETTER, **fields: Any) -> Project:
    project = make_project(schema=SCHEMA, **fields)
    make_task(project, data=[{"page": html}])
    ben.project = project
    ben.save()
    sign_in(page.context, ben.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    return project


def find(page: Page, letters: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")


def point_of(page: Page, string: str, at: int = 0) -> tuple[float, float]:
    x, y = page.evaluate(
        """([string, at]) => {
          const walker = document.createTreeWalker(document.querySelector("rich-text-field"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode() && !walker.currentNode.data.includes(string));
          const range = document.createRange();
          const start = walker.currentNode.data.indexOf(string) + at;
          range.setStart(walker.currentNode, start);
          range.setEnd(walker.currentNode, start + 1);
          const { x, y, width, height } = range.getBoundingClientRect();
          return [x + width * 0.3, y + height / 2];
        }""",
        [string, at],
    )
    return float(x), float(y)


def test_markdown_that_is_too_much_is_shown_as_it_was_written_and_says_why(
    page: Page, context: BrowserContext, live_server: Any
) -> None:
    field = {"name": "page", "kind": "rich_text", "format": "markdown"}
    project = make_project(schema={"fields": [field], "questions": [SPANS]})
    make_task(project, data=[{"page": ">" * 61 + " deep"}])
    sign_in(context, make_member(project, "annotator", make_user("Ben")).user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    shown = page.locator("rich-text-field")
    expect(shown.locator("p")).to_contain_text("line 1 is nested more than 60 levels deep")
    expect(shown.locator("pre")).to_have_text(">" * 61 + " deep")
    assert shown.evaluate("field => field.textMap.text") == ">" * 61 + " deep"


def test_a_browser_holds_the_very_text_that_the_server_counts(page: Page, live_server: Any, ben: Membership) -> None:
    open_letter(page, live_server, ben)
    schema = parse_schema(SCHEMA)
    dice = random.Random(11)
    allowed = {"start", "colspan", "rowspan", "class", "title"}
    checked = 0
    for html in [LETTER, *HOSTILE, *made_up_html(dice, 150)]:
        value = rendered_data(schema, {"page": html})["page"]
        picks = []
        for _ in range(12):
            first, second = sorted((dice.random(), dice.random()))
            picks.append([first, dice.random() * 0.9, second, dice.random()])
        found = page.evaluate(READ_BACK, [value, picks])
        assert found["text"] == value["text"]
        pieces = [value["text"][node["start"] : node["end"]] for node in value["nodes"] if "start" in node]
        assert found["data"] == pieces, html
        assert set(found["attributes"]) <= allowed, html
        assert not {"SCRIPT", "STYLE", "IFRAME", "IMG", "TEMPLATE", "A"} & set(found["tags"]), html
        spans = [{"id": f"s{number}", "parts": [part], "label": "org"} for number, part in enumerate(found["parts"])]
        seen = {(part["start"], part["end"]): span for span, part in zip(spans, found["parts"], strict=True)}
        schema.validate_answers({"entities": list(seen.values())}, {"page": html})
        checked += len(seen)
    assert checked > 900
    assert page.title() != "taken"


def test_a_document_is_marked_by_keys_seen_again_reviewed_and_exported(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    project = open_letter(page, live_server, ben)
    expect(page.locator(".rich-document h2")).to_have_text("Offer to Acme")
    find(page, "Bob")
    page.keyboard.press("Shift+ArrowRight")  # over the end of the bold words
    page.keyboard.press("1")
    find(page, "Bern")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("3")
    find(page, "May")
    page.keyboard.press("ArrowDown")  # beyond the end of the shorter line below: its full stop
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("2")
    expect(page.locator(".span-tag")).to_have_count(3)
    assert broken_in_both_themes(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    answers = submit(page)
    assert words(answers) == [("Bob Lee", "person"), ("Zu\u0308rich", "place"), ("Acme", "org")]
    for span in answers["entities"]:
        for part in span["parts"]:
            assert TEXT[part["start"] : part["end"]] == part["text"]
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".span-tag")).to_have_count(3)

    ada = make_member(project, "admin", make_user("ada"))
    job, _ = start_export(ada, format_name="jsonl", chosen=Filter())
    run_job(job.pk)
    job.refresh_from_db()
    with open_export_file(job) as file:
        (line,) = map(json.loads, file)
    assert line["data"]["page"] == LETTER
    assert line["labels"]["entities"]["value"] == answers["entities"]
    assert complaints == []


def test_words_are_dragged_over_by_mouse_in_cells_and_across_blocks(
    page: Page, live_server: Any, ben: Membership
) -> None:
    open_letter(page, live_server, ben)
    for first, last, key in (("Ida", "Ida", "1"), ("Oslo", "Oslo", "3"), ("begins", "pays", "2")):
        page.mouse.move(*point_of(page, first))
        page.mouse.down()
        page.mouse.move(*point_of(page, last, len(last) - 1), steps=5)
        page.mouse.up()
        page.keyboard.press(key)
    page.mouse.dblclick(*point_of(page, "hired", 2))
    page.keyboard.press("2")
    expect(page.locator(".span-tag")).to_have_count(4)
    assert words(submit(page)) == [
        ("hired", "org"),
        ("Oslo", "place"),
        ("Ida", "person"),
        ("begins in May.\nAcme pays", "org"),
    ]


def test_on_a_phone_a_label_and_a_touch_mark_a_document(browser: Browser, live_server: Any, ben: Membership) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    open_letter(page, live_server, ben)
    page.get_by_role("button", name="Person").tap()
    page.touchscreen.tap(*point_of(page, "Bob", 1))
    page.get_by_role("button", name="Place").tap()
    page.touchscreen.tap(*point_of(page, "Rome", 1))
    expect(page.locator(".span-tag")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    phone.close()


def test_reviewers_compare_marked_documents_and_the_tasks_page_shows_its_text(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    project = make_project(schema=SCHEMA, review_policy="all", overlap=2, guideline_number=1)
    make_guideline(project)
    task = make_task(project, data=[{"page": LETTER}])
    for name, string in (("ben", "Bob"), ("zoe", "Bob Lee")):
        member = make_member(project, "annotator", make_user(name))
        member = Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)
        work = operations.next_work(member)
        assert work is not None
        start = TEXT.index(string)
        part = {"start": start, "end": start + len(string), "text": string}
        answers = {"entities": [{"id": "s1", "parts": [part], "label": "person"}]}
        operations.submit_annotation(member.user, work.id, operations.Submission(uuid.uuid4(), answers))
    rae = make_member(project, "reviewer", make_user("rae"))
    sign_in(page.context, rae.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator(".rv-answer", has_text="ben")).to_contain_text("≠ other bounds")
    assert broken_in_both_themes(page) == []
    page.get_by_role("button", name="Begin with this one: zoe").click()
    expect(page.locator(".span-tag")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=last-decision]")).to_have_text("Settled")
    assert FinalLabel.objects.get().value[0]["parts"][0]["text"] == "Bob Lee"
    page.goto(f"{live_server.url}/projects/{project.slug}/data/{task.pk}/")
    expect(page.locator("[data-content]").first).to_contain_text("We hired Bob Lee in Rome & Oslo.")
    assert complaints == []
