"""Spans, relations and chains in a real browser: by keys, by mouse, by finger; exact on the server."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.models import Annotation, AnnotationStatus
from annotations.work.suggestions import prediction_sources
from projects.models import Membership, Project
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_project, make_task, make_tasks

# What is stored of spans is told on both databases by the tours of test_templates.py and by test_offsets.py.
pytestmark = pytest.mark.front_end_only

LABELS = [
    {"value": "person", "title": "Person", "colour": 6},
    {"value": "org", "title": "Organisation", "colour": 9},
    {"value": "place", "title": "Place", "colour": 12},
]
SPANS = {"name": "entities", "kind": "spans", "title": "Who is named?", "on": "text", "options": LABELS}
SURE = {
    "name": "sure",
    "kind": "choice",
    "title": "How sure?",
    "options": [{"value": "sure"}, {"value": "unsure"}],
    "when": {"question": "label", "is": "person"},
}
RELATIONS = {
    "name": "links",
    "kind": "relations",
    "title": "How do they relate?",
    "between": "entities",
    "options": [
        {"value": "works_for", "title": "works for", "from": ["person"], "to": ["org"]},
        {"value": "near", "title": "is near"},
    ],
}
CHAINS = {"name": "same", "kind": "chains", "title": "Who is the same?", "of": "entities"}
TEXT = "Acme hired Bob in Rome. Later Acme sent Bob to Oslo."


def spans_schema(*questions: dict[str, Any], **spans: Any) -> dict[str, Any]:
    return {"fields": [{"name": "text", "kind": "text"}], "questions": [{**SPANS, **spans}, *questions]}


def open_task(
    page: Page, live_server: Any, *, text: Any = TEXT, schema: dict[str, Any] | None = None, ben: Membership
) -> Project:
    """Ben's labeling page with one task of that schema on screen."""
    project = make_project(schema=schema or spans_schema())
    make_task(project, text)
    ben.project = project
    ben.save()
    sign_in(page.context, ben.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    return project


def submit(page: Page) -> dict[str, Any]:
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    answers: dict[str, Any] = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    return answers


def words(answers: dict[str, Any]) -> list[tuple[str, str]]:
    return [(" … ".join(part["text"] for part in span["parts"]), span["label"]) for span in answers["entities"]]


def find(page: Page, letters: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")


def point_of(page: Page, string: str, at: int = 0, nth: int = 0) -> tuple[float, float]:
    """Where a character of a string of the text stands on screen."""
    x, y = page.evaluate(
        """([string, at, nth]) => {
          const node = document.createTreeWalker(document.querySelector("text-field"), NodeFilter.SHOW_TEXT).nextNode();
          let start = -1;
          for (let count = 0; count <= nth; count += 1) start = node.data.indexOf(string, start + 1);
          const range = document.createRange();
          range.setStart(node, start + at);
          range.setEnd(node, start + at + 1);
          const { x, y, width, height } = range.getBoundingClientRect();
          return [x + width * 0.3, y + height / 2]; // the very middle belongs to neither side
        }""",
        [string, at, nth],
    )
    return float(x), float(y)


def drag(page: Page, string: str, nth: int = 0) -> None:
    page.mouse.move(*point_of(page, string, 0, nth))
    page.mouse.down()
    page.mouse.move(*point_of(page, string, len(string) - 1, nth), steps=4)
    page.mouse.up()


def test_a_span_takes_six_keys_without_a_mouse(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    open_task(page, live_server, ben=ben)
    for key in ("/", "b", "o", "Enter", "1"):  # five, and the sixth would be Shift+Right for two words
        page.keyboard.press(key)
    expect(page.locator(".span-tag")).to_have_text(["Person"])
    assert words(submit(page)) == [("Bob", "person")]
    assert complaints == []


def test_words_are_marked_by_arrow_keys_and_several_with_shift(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    page.keyboard.press("m")
    expect(page.locator(".span-status")).to_contain_text("Marking by keys")
    page.keyboard.press("2")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft", "3"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.locator(".span-status")).not_to_contain_text("Marking by keys")
    assert words(submit(page)) == [("Acme", "org"), ("Bob in", "place")]


def test_arrow_keys_are_the_pages_own_again_after_marking(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-part=note]")).to_have_text("This is your earliest answer.")


def test_a_double_click_and_a_key_and_a_held_label(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    page.mouse.dblclick(*point_of(page, "Rome"))
    page.keyboard.press("3")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Organisation").click()
    expect(page.locator(".span-status")).to_contain_text("is held")
    drag(page, "cme hire")
    expect(page.locator(".span-tag")).to_have_count(2)
    page.mouse.dblclick(*point_of(page, "Acme", nth=1))
    expect(page.locator(".span-tag")).to_have_count(3)
    assert words(submit(page)) == [("Acme hired", "org"), ("Rome", "place"), ("Acme", "org")]


def test_a_click_selects_a_span_and_keys_change_and_remove_it(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    for name, key in (("Bob", "1"), ("Rome", "1"), ("Oslo", "3")):
        page.mouse.dblclick(*point_of(page, name))
        page.keyboard.press(key)
    page.mouse.click(*point_of(page, "Rome", 1))
    expect(page.locator(".span-tag.selected")).to_have_text("Person")
    page.keyboard.press("3")
    page.mouse.click(*point_of(page, "Oslo", 1))
    page.keyboard.press("Delete")
    page.mouse.click(*point_of(page, "Bob", 1))
    page.keyboard.press(">")
    page.keyboard.press(">")
    page.keyboard.press("<")
    assert words(submit(page)) == [("Bob in", "person"), ("Rome", "place")]


HARD = {
    "emoji with joiners": ("👩‍👩‍👧 met 👨🏽‍🚀 Ann 🇺🇳.", "Ann", (15, 18)),
    "combining marks": ("Zoe\u0301 knows Re\u0301ne\u0301 well", "Re\u0301ne\u0301", (11, 17)),
    "line ends": ("one\r\ntwo Ann\r\n\r\nthree", "Ann", (9, 12)),
    "right to left": ("שלום עולם 👋 מרחבא דוד", "דוד", (18, 21)),
    "chinese": ("𠮷野家在 Tokyo 北京", "Tokyo", (5, 10)),
    "zero width": ("a\u200bb Ann\ufeff\u2060 c", "Ann", (4, 7)),
}


def test_marks_lie_on_their_words_also_where_two_texts_stand_side_by_side(
    page: Page, live_server: Any, ben: Membership
) -> None:
    halves = [{"name": name, "kind": "text", "title": name, "width": "half"} for name in ("text", "source")]
    project = make_project(schema={"fields": halves, "questions": [SPANS]})
    make_tasks(project, data=[{"source": "Acme stellte ihn an.", "text": TEXT}])
    ben.project = project
    ben.save()
    sign_in(page.context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    find(page, "Bob")
    page.keyboard.press("1")
    mark = page.locator(".span-mark").bounding_box()
    assert mark is not None
    left, top = point_of(page, "Bob")
    right, _ = point_of(page, "Bob", at=3)
    assert abs(mark["x"] - left) < 4
    assert abs(mark["x"] + mark["width"] - right) < 4
    assert mark["y"] < top < mark["y"] + mark["height"]
    tops = page.locator("text-field").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    padding = page.locator("text-field").evaluate_all("all => all.map(one => getComputedStyle(one).paddingTop)")
    assert tops[0] == tops[1]
    assert padding[0] == padding[1], "their titles stand on one line"


@pytest.mark.parametrize("name", HARD)
def test_offsets_are_exact_code_points_whatever_the_text(
    name: str, page: Page, live_server: Any, ben: Membership
) -> None:
    text, word, (start, end) = HARD[name]
    assert text[start:end] == word
    open_task(page, live_server, text=text, ben=ben)
    find(page, word[:2] if name != "combining marks" else word)
    page.keyboard.press("1")
    expect(page.locator(".span-tag")).to_have_count(1)
    assert submit(page)["entities"][0]["parts"] == [{"start": start, "end": end, "text": word}]


def test_an_emoji_is_marked_whole_by_drag_also_where_characters_are_marked(
    page: Page, live_server: Any, ben: Membership
) -> None:
    open_task(page, live_server, text="ab👩‍👩‍👧cd 👍🏽 e", schema=spans_schema(snap="character"), ben=ben)
    page.keyboard.press("m")
    for key in ("ArrowRight", "ArrowRight", "1", "ArrowRight", "Shift+ArrowRight", "2"):
        page.keyboard.press(key)
    assert words(submit(page)) == [("👩‍👩‍👧", "person"), ("cd", "org")]


def test_spans_nest_and_cross_and_each_is_reached_by_clicking_on(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    for string, key in (("hired Bob in", "2"), ("Bob", "1"), ("in Rome", "3")):
        drag(page, string)
        page.keyboard.press(key)
    expect(page.locator(".span-tag")).to_have_count(3)
    heights = page.eval_on_selector_all(".span-mark", "marks => marks.map(mark => mark.offsetHeight)")
    assert len(set(heights)) > 1, "marks over each other stand in rows of their own"
    page.mouse.click(*point_of(page, "Bob", 1))
    expect(page.locator(".span-tag.selected")).to_have_text("Person")
    page.mouse.click(*point_of(page, "Bob", 1))
    expect(page.locator(".span-tag.selected")).to_have_text("Organisation")
    assert words(submit(page)) == [("hired Bob in", "org"), ("Bob", "person"), ("in Rome", "place")]


def test_where_spans_must_not_overlap_the_page_says_so(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, schema=spans_schema(overlapping=False), ben=ben)
    drag(page, "hired Bob")
    page.keyboard.press("2")
    page.mouse.dblclick(*point_of(page, "Bob"))
    page.keyboard.press("1")
    expect(page.locator(".span-status")).to_contain_text("do not overlap here")
    assert words(submit(page)) == [("hired Bob", "org")]


def test_a_span_gets_a_second_part(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, schema=spans_schema(discontinuous=True), ben=ben)
    find(page, "hir")
    page.keyboard.press("2")
    find(page, "sent")
    page.keyboard.press("p")
    expect(page.locator(".span-list")).to_contain_text("hired … sent")
    assert words(submit(page)) == [("hired … sent", "org")]


def test_all_the_same_words_are_labeled_by_one_key(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, ben=ben)
    find(page, "Bob")
    page.keyboard.press("1")
    page.keyboard.press("a")
    expect(page.locator(".span-status")).to_have_text("1 more marked as Person.")
    page.keyboard.press("z")
    expect(page.locator(".span-tag")).to_have_count(1)
    page.keyboard.press("Shift+Z")
    assert words(submit(page)) == [("Bob", "person"), ("Bob", "person")]


def test_after_a_click_on_answer_about_it_what_is_typed_is_the_answer(
    page: Page, live_server: Any, ben: Membership
) -> None:
    note = {"name": "note", "kind": "text", "title": "Who is it?", "required": False}
    open_task(page, live_server, schema=spans_schema(questions=[note]), ben=ben)
    find(page, "Bob")
    page.keyboard.press("1")
    page.get_by_role("button", name="Answer about it").click()
    page.keyboard.type("a mason 3 to 1")
    page.keyboard.press("Escape")
    (span,) = submit(page)["entities"]
    assert (span["label"], span["answers"]) == ("person", {"note": "a mason 3 to 1"})


def test_a_span_has_answers_of_its_own_that_depend_on_its_label(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    open_task(page, live_server, schema=spans_schema(questions=[SURE]), ben=ben)
    find(page, "Acme")
    page.keyboard.press("2")
    expect(page.get_by_role("group", name="How sure?")).to_be_hidden()
    find(page, "Bob")
    page.keyboard.press("1")
    expect(page.get_by_role("group", name="How sure?")).to_be_visible()
    page.keyboard.press("2")  # keys answer about the new span, for it must be answered
    expect(page.locator(".span-list")).to_contain_text("unsure")
    find(page, "Rome")
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=note]")).to_contain_text("is not answered yet")
    page.keyboard.press("1")
    answers = submit(page)
    given = {span["parts"][0]["text"]: span.get("answers") for span in answers["entities"]}
    assert given == {"Acme": None, "Bob": {"sure": "unsure"}, "Rome": {"sure": "sure"}}
    assert complaints == []


def guess(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    """A model that finds Acme, Bob and, wrongly, Later."""
    found = [(0, 4, "org", 0.9), (11, 14, "person", 0.8), (24, 29, "place", 0.3)]
    spans = [
        {"id": f"s{n}", "parts": [{"start": a, "end": b, "text": TEXT[a:b]}], "label": label, "confidence": sure}
        for n, (a, b, label, sure) in enumerate(found, 1)
    ]
    return {pk: {"entities": {"value": spans, "confidence": 0.7, "source": "builtin/entities@2"}} for pk, *_ in tasks}


@pytest.fixture
def suggesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})


def test_one_key_accepts_all_suggestions(page: Page, live_server: Any, ben: Membership, suggesting: None) -> None:
    open_task(page, live_server, ben=ben)
    expect(page.locator(".span-tag.suggested")).to_have_text(["Organisation ?", "Person ?", "Place ?"])
    page.keyboard.press(" ")
    is_saved(page)
    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert words(answers) == [("Acme", "org"), ("Bob", "person"), ("Later", "place")]
    assert all("confidence" not in span for span in answers["entities"])


def test_suggestions_are_accepted_changed_and_rejected_one_by_one(
    page: Page, live_server: Any, ben: Membership, suggesting: None
) -> None:
    open_task(page, live_server, ben=ben)
    page.keyboard.press("y")
    expect(page.locator(".span-tag.selected")).to_have_text("Organisation ?")
    page.keyboard.press("y")
    expect(page.locator(".span-tag.suggested")).to_have_count(2)
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.press("x")
    expect(page.locator(".span-tag.suggested")).to_have_count(0)
    assert words(submit(page)) == [("Acme", "org"), ("Bob", "org")]


def test_rejected_suggestions_are_not_accepted_with_the_rest(
    page: Page, live_server: Any, ben: Membership, suggesting: None
) -> None:
    open_task(page, live_server, ben=ben)
    page.get_by_role("button", name="Reject: Later, Place").click()
    page.keyboard.press(" ")
    is_saved(page)
    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert words(answers) == [("Acme", "org"), ("Bob", "person")]


def test_a_relation_is_drawn_between_two_spans_and_goes_with_either(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    open_task(page, live_server, schema=spans_schema(RELATIONS), ben=ben)
    for name, key in (("Acme", "2"), ("Bob", "1"), ("Rome", "3")):
        find(page, name)
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    page.keyboard.press("1")
    expect(page.locator("spans-question .span-status")).to_contain_text("from which span?")
    expect(page.locator(".span-tag .key")).to_have_text(["1"])  # only a person can work for somebody
    page.keyboard.press("1")
    expect(page.locator("spans-question .span-status")).to_contain_text("“Bob” works for … which span?")
    page.keyboard.press("1")
    expect(page.locator(".span-arrow")).to_have_count(1)
    expect(page.locator("relations-question .span-list")).to_contain_text("Bob → Acme")
    page.keyboard.press("2")  # the selected span is Bob: to which?
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".span-arrow")).to_have_count(2)
    page.mouse.click(*point_of(page, "Acme", 1))
    page.keyboard.press("[")
    page.keyboard.press("Delete")
    expect(page.locator(".span-arrow")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(".span-arrow")).to_have_count(2)
    answers = submit(page)
    texts = {span["id"]: span["parts"][0]["text"] for span in answers["entities"]}
    found = [(texts[one["from"]], one["label"], texts[one["to"]]) for one in answers["links"]]
    assert found == [("Bob", "works_for", "Acme"), ("Bob", "near", "Acme")]
    assert complaints == []


def test_chains_gather_spans_by_number(page: Page, live_server: Any, ben: Membership) -> None:
    open_task(page, live_server, schema=spans_schema(CHAINS), ben=ben)
    for name, key in (("Acme", "2"), ("Bob", "1")):
        find(page, name)
        page.keyboard.press(key)
        page.keyboard.press("a")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    for key in ("n", "0", "n", "n", "0"):  # Acme begins, Acme joins
        page.keyboard.press(key)
    expect(page.locator(".span-tag-badge")).to_have_text(["#1", "#1"])
    for key in ("Shift+N", "0", "n", "n", "2"):
        page.keyboard.press(key)
    expect(page.locator("chains-question .span-list > li")).to_have_text(["Chain 1Acme = Acme+✕", "Chain 2Bob = Bob+✕"])
    answers = submit(page)
    texts = {span["id"]: span["parts"][0]["text"] for span in answers["entities"]}
    assert [[texts[one] for one in chain["members"]] for chain in answers["same"]] == [["Acme", "Acme"], ["Bob", "Bob"]]


def test_fifty_steps_are_taken_back_and_done_again(page: Page, live_server: Any, ben: Membership) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    open_task(page, live_server, text=text, ben=ben)
    page.keyboard.press("m")
    for _ in range(50):
        page.keyboard.press("1")
        page.keyboard.press("ArrowRight")
    count = page.locator(".span-list-title")
    expect(count).to_have_text("50 marked")
    for _ in range(50):
        page.keyboard.press("z")
    expect(count).to_have_text("0 marked")
    for _ in range(49):
        page.keyboard.press("Control+Shift+Z")
    expect(count).to_have_text("49 marked")
    assert [text for text, _ in words(submit(page))] == [f"word{number}" for number in range(49)]


def test_a_reload_keeps_what_was_marked_and_the_steps_that_led_to_it(
    page: Page, live_server: Any, ben: Membership
) -> None:
    open_task(page, live_server, ben=ben)
    find(page, "Bob")
    page.keyboard.press("1")
    page.keyboard.press("a")
    page.reload()
    expect(page.locator(".span-tag")).to_have_text(["Person", "Person"])
    page.keyboard.press("z")
    expect(page.locator(".span-tag")).to_have_text(["Person"])
    page.keyboard.press("z")
    expect(page.locator(".span-tag")).to_have_count(0)
    page.keyboard.press("Shift+Z")
    assert words(submit(page)) == [("Bob", "person")]


DIALOGUE = {
    "name": "text",
    "kind": "dialogue",
    "speakers": [{"name": "bot", "title": "Assistant"}, {"name": "user", "title": "Caller", "side": "right"}],
}
TURNS = [
    {"speaker": "bot", "text": "How can I help? 😀", "time": "10:02"},
    {"speaker": "user", "text": "A flight to Oslo"},
    {"speaker": "bot", "text": "From Rome?"},
]


def test_spans_of_a_dialogue_count_its_turns_joined_by_line_feeds(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    schema = {"fields": [DIALOGUE], "questions": [SPANS]}
    open_task(page, live_server, text=TURNS, schema=schema, ben=ben)
    expect(page.locator(".turn-speaker")).to_have_text(["Assistant", "Caller", "Assistant"])
    for name in ("Oslo", "Rome"):
        find(page, name)
        page.keyboard.press("3")
    joined = "\n".join(turn["text"] for turn in TURNS)
    parts = [span["parts"][0] for span in submit(page)["entities"]]
    assert [(joined[part["start"] : part["end"]], part["text"]) for part in parts] == [
        ("Oslo", "Oslo"),
        ("Rome", "Rome"),
    ]
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_with_spans_relations_and_suggestions_has_no_barriers(
    theme: str, page: Page, live_server: Any, ben: Membership, suggesting: None
) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    open_task(page, live_server, schema=spans_schema(RELATIONS, CHAINS, questions=[SURE]), ben=ben)
    for key in ("y", "y", "y", "Escape", "Escape", "]", "2", "1", "1"):
        page.keyboard.press(key)
    expect(page.locator(".span-arrow")).to_have_count(1)
    assert broken_rules(page) == []


def test_on_a_phone_a_label_and_a_touch_make_a_span(browser: Browser, live_server: Any, ben: Membership) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    open_task(page, live_server, ben=ben)
    page.get_by_role("button", name="Person").tap()
    page.touchscreen.tap(*point_of(page, "Bob", 1))
    expect(page.locator(".span-tag")).to_have_text(["Person"])
    page.touchscreen.tap(*point_of(page, "Oslo", 1))
    expect(page.locator(".span-tag")).to_have_count(2)
    page.get_by_role("button", name="Longer").tap()
    page.get_by_role("button", name="Remove: Bob, Person").tap()
    assert broken_rules(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Submit").tap()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    assert words(Annotation.objects.get().answers) == [("Oslo.", "person")]
    phone.close()


def test_on_a_phone_steps_are_taken_back_and_done_again_by_touch(
    browser: Browser, live_server: Any, ben: Membership
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    project = open_task(page, live_server, ben=ben)
    make_task(project, "Ann met Bob.")
    back, again = page.get_by_role("button", name="Take back"), page.get_by_role("button", name="Do again")
    expect(back).to_be_disabled()
    expect(again).to_be_disabled()
    page.get_by_role("button", name="Person").tap()
    for n_spans, word in enumerate(("Bob", "Oslo"), start=1):
        page.touchscreen.tap(*point_of(page, word, 1))
        expect(page.locator(".span-tag")).to_have_count(n_spans)
    back.tap()
    expect(page.locator(".span-tag")).to_have_count(1)
    back.tap()
    expect(page.locator(".span-tag")).to_have_count(0)
    expect(back).to_be_disabled()
    again.tap()
    expect(page.locator(".span-tag")).to_have_count(1)
    expect(back).to_be_enabled()
    expect(again).to_be_enabled()
    page.touchscreen.tap(*point_of(page, "Rome", 1))
    expect(again).to_be_disabled()  # something else was done instead
    assert broken_rules(page) == []
    page.get_by_role("button", name="Submit").tap()
    expect(page.locator("text-field")).to_contain_text("Ann met Bob.")
    expect(back).to_be_disabled()
    is_saved(page)
    assert words(Annotation.objects.get().answers) == [("Bob", "person"), ("Rome", "person")]
    phone.close()


def test_on_a_phone_a_question_is_tapped_to_be_meant_and_a_chain_is_made(
    browser: Browser, live_server: Any, ben: Membership
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    open_task(page, live_server, schema=spans_schema(CHAINS), ben=ben)
    expect(page.locator(".span-status").first).to_have_text("Tap a label, then words in the text.")
    expect(page.get_by_role("button", name="Mark by keys")).to_be_hidden()
    page.get_by_role("button", name="Organisation").tap()
    for nth in (0, 1):
        page.touchscreen.tap(*point_of(page, "Acme", 1, nth=nth))
    page.get_by_text("Who is the same?").tap()
    expect(page.locator(".question-box").nth(1)).to_have_class(re.compile("active"))
    for tag in page.locator(".span-tag").all():
        tag.tap()
        page.get_by_role("button", name="Begin a chain").tap()
    page.get_by_role("button", name="Submit").tap()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    assert len(Annotation.objects.get().answers["same"][0]["members"]) == 2
    phone.close()
