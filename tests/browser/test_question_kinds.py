"""Every kind of question is answered with the keyboard alone, arrives as it was given, and is seen again exactly."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotations.models import Annotation, AnnotationStatus
from projects.models import Project
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_tasks, make_user

OUTPUTS = [{"id": "a", "text": "The bank is open."}, {"id": "b", "text": "Open is bank."}, {"id": "c", "text": "No."}]
CHAT = [
    {"speaker": "user", "text": "When are you open?"},
    {"speaker": "bot", "text": "Every day."},
    {"speaker": "user", "text": "Even on Sunday?"},
    {"speaker": "bot", "text": "Yes, of course!"},
]
TREE = [
    {
        "value": "food",
        "title": "Food",
        "children": [{"value": "apple", "title": "Apple"}, {"value": "bread", "title": "Bread"}],
    },
    {"value": "tools", "title": "Tools", "children": [{"value": "hammer", "title": "Hammer"}]},
]


PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"


def project_of(*questions: dict[str, Any], fields: list[dict[str, Any]] | None = None) -> Project:
    schema = {"fields": fields or [{"name": "text", "kind": "text"}], "questions": list(questions)}
    return make_project(schema=schema)


@pytest.fixture
def open_page(page: Page, context: BrowserContext, live_server: Any) -> Any:
    def start(project: Project, data: list[dict[str, Any]]) -> Page:
        ben = make_member(project, "annotator", make_user("Ben"))
        make_tasks(project, data=data)
        sign_in(context, ben.user, live_server)
        page.goto(f"{live_server.url}/projects/{project.slug}/label/")
        expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
        return page

    return start


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def stored(page: Page, project: Project, count: int = 1) -> list[dict[str, Any]]:
    """The answers that have arrived, once there are so many."""
    for _ in range(100):
        rows = Annotation.objects.filter(project=project, status=AnnotationStatus.SUBMITTED).order_by("submitted_at")
        if len(rows) >= count:
            page.evaluate(PAINTED)  # the next task is on screen, so that the next key means it
            return [row.answers for row in rows]
        page.wait_for_timeout(100)
    raise AssertionError("The answers did not arrive.")


def texts(count: int) -> list[dict[str, Any]]:
    return [{"text": f"text {number}"} for number in range(count)]


def test_several_choices_take_a_key_each_and_enter(open_page, complaints):
    project = project_of({"name": "tags", "kind": "choices", "options": ["red", "green", "blue"]})
    page = open_page(project, texts(2))
    press(page, "3", "1", "2", "2", "Enter")
    assert stored(page, project) == [{"tags": ["red", "blue"]}]
    press(page, "Enter")
    expect(page.locator("[data-part=note]")).to_contain_text("not answered yet")
    assert complaints == []


def test_none_of_the_choices_is_an_answer_only_where_the_schema_says_so(open_page):
    project = project_of({"name": "tags", "kind": "choices", "options": ["red", "green"], "least": 0})
    page = open_page(project, texts(2))
    press(page, "Enter")
    assert stored(page, project) == [{"tags": []}]


def test_numbers_dates_and_texts_are_typed_and_enter_goes_on(open_page, complaints):
    project = project_of(
        {"name": "price", "kind": "number", "minimum": 0, "unit": "EUR"},
        {"name": "due", "kind": "date"},
        {"name": "note", "kind": "text", "lines": 1, "required": False},
    )
    page = open_page(project, texts(2))
    expect(page.locator("number-question input")).to_be_focused()
    page.keyboard.type("-3")
    expect(page.locator("number-question .input-problem")).to_have_text("0 is the least.")
    press(page, "Control+A")
    page.keyboard.type("12.5")
    press(page, "Enter")
    expect(page.locator("date-question input")).to_be_focused()
    page.locator("date-question input").fill("2026-03-01")
    press(page, "Enter")
    expect(page.locator("text-question input")).to_be_focused()
    page.keyboard.type("s u f are no commands here")
    press(page, "Enter")
    assert stored(page, project) == [{"price": 12.5, "due": "2026-03-01", "note": "s u f are no commands here"}]
    assert complaints == []


def test_a_draft_is_corrected_or_left_as_it_is(open_page):
    fields = [{"name": "text", "kind": "text", "width": "half"}, {"name": "draft", "kind": "text", "width": "half"}]
    project = project_of({"name": "fixed", "kind": "text", "draft": "draft"}, fields=fields)
    page = open_page(project, [{"text": "bonjour", "draft": "helo"}, {"text": "merci", "draft": "thanks"}])
    box = page.locator("text-question textarea")
    first = box.input_value()
    if first == "helo":
        press(page, "Control+A")
        page.keyboard.type("hello")
    press(page, "Control+Enter")
    expect(box).not_to_have_value("hello")
    expect(box).not_to_have_value(first)
    if first != "helo":
        press(page, "Control+A")
        page.keyboard.type("hello")
    press(page, "Control+Enter")
    assert sorted(row["fixed"] for row in stored(page, project, 2)) == ["hello", "thanks"]


def test_an_option_of_a_tree_is_found_by_typing_and_by_walking(open_page, complaints):
    project = project_of({"name": "thing", "kind": "taxonomy", "options": TREE})
    page = open_page(project, texts(3))
    page.keyboard.type("ham")
    press(page, "Enter")
    stored(page, project, 1)
    press(page, "ArrowRight", "ArrowDown", "Enter")
    assert [row["thing"] for row in stored(page, project, 2)] == ["hammer", "bread"]
    assert complaints == []


def test_any_of_ten_thousand_options_is_at_most_four_keys_and_enter_away(open_page, complaints):
    options = [
        {"value": f"group {group}", "children": [f"part {group * 100 + number}" for number in range(100)]}
        for group in range(100)
    ]
    project = project_of({"name": "thing", "kind": "taxonomy", "options": options})
    page = open_page(project, texts(4))
    for number, wanted in enumerate(("part 0", "part 5000", "part 9999")):
        page.keyboard.type(wanted.removeprefix("part "))
        row = page.locator(".tree-row", has=page.get_by_text(wanted, exact=True))
        code = row.locator(".tree-code").inner_text()
        press(page, "Control+A")
        page.keyboard.type(code)
        assert len(code) <= 4
        press(page, "Enter")
        assert stored(page, project, number + 1)[number] == {"thing": wanted}
    assert complaints == []


def test_candidates_are_ranked_best_first_by_their_numbers(open_page):
    project = project_of({"name": "order", "kind": "ranking"}, fields=[{"name": "outputs", "kind": "candidates"}])
    page = open_page(project, [{"outputs": OUTPUTS}, {"outputs": OUTPUTS}])
    press(page, "2")
    expect(page.locator(".rank-button").nth(1)).to_contain_text("1.")
    press(page, "2", "3", "1", "Enter")
    assert stored(page, project) == [{"order": ["c", "a", "b"]}]


def test_a_preference_is_one_key_and_its_reasons_are_letters(open_page, complaints):
    question = {"name": "better", "kind": "preference", "options": ["clear", "short"]}
    project = project_of(question, fields=[{"name": "outputs", "kind": "candidates"}])
    page = open_page(project, [{"outputs": OUTPUTS[:2]}, {"outputs": OUTPUTS[:2]}])
    expect(page.locator(".candidate")).to_have_count(2)
    press(page, "2", "a", "Enter")
    assert stored(page, project) == [{"better": {"better": "a", "strength": 2, "reasons": ["clear"]}}]
    press(page, "4", "Enter")
    assert stored(page, project, 2)[1] == {"better": {"better": "tie"}}
    assert complaints == []


def test_each_turn_of_the_bot_is_rated_in_turn(open_page):
    asked = {"name": "quality", "kind": "choice", "options": ["good", "bad"], "per": "turn", "speakers": ["bot"]}
    project = project_of(asked, fields=[{"name": "chat", "kind": "dialogue"}])
    page = open_page(project, [{"chat": CHAT}])
    expect(page.locator(".repeated-row")).to_have_count(2)
    press(page, "1", "2", "Enter")
    assert stored(page, project) == [{"quality": {"1": "good", "3": "bad"}}]


def test_where_nobody_spoke_whom_it_is_asked_about_there_is_nothing_to_answer(open_page):
    asked = {"name": "quality", "kind": "choice", "options": ["good", "bad"], "per": "turn", "speakers": ["bot"]}
    project = project_of(asked, fields=[{"name": "chat", "kind": "dialogue"}])
    page = open_page(project, [{"chat": CHAT[:1]}])
    expect(page.locator("[data-part=questions]")).to_contain_text("nothing here that this is asked about")
    press(page, "Enter")
    assert stored(page, project) == [{"quality": {}}]


def test_half_an_answer_about_each_turn_is_kept_over_a_reload(open_page, complaints):
    asked = {"name": "quality", "kind": "choice", "options": ["good", "bad"], "per": "turn"}
    project = project_of(asked, fields=[{"name": "chat", "kind": "dialogue"}])
    page = open_page(project, [{"chat": CHAT}])
    with page.expect_response("**/annotations/") as kept:
        press(page, "1", "2")
    assert kept.value.ok
    page.evaluate("sessionStorage.clear()")  # what this tab remembers by itself
    page.reload()
    expect(page.locator(".option-button[aria-pressed=true]")).to_have_count(2)
    assert complaints == []


def test_what_was_answered_is_told_in_the_words_that_stood_on_screen(open_page):
    fields = [{"name": "outputs", "kind": "candidates"}, {"name": "chat", "kind": "dialogue"}]
    per_turn = {"name": "quality", "kind": "choice", "options": ["good", "bad"], "per": "turn", "on": "chat"}
    ranking = {"name": "order", "kind": "ranking", "on": "outputs"}
    project = project_of(ranking, {**per_turn, "speakers": ["bot"]}, fields=fields)
    other = [{"id": one, "text": f"another {one}"} for one in "abc"]
    page = open_page(project, [{"outputs": OUTPUTS, "chat": CHAT}, {"outputs": other, "chat": CHAT[:2]}])
    words = page.locator(".candidate-text").all_text_contents()
    press(page, "2", "1")
    rated = page.locator(".repeated-row").count()
    press(page, *["1"] * rated, "Enter")
    stored(page, project)
    expect(page.locator("[data-part=last]")).to_contain_text(f"{words[1]} > {words[0]} > {words[2]}, 2 bot: good")


def test_a_preference_is_told_by_the_side_that_it_stood_on(open_page):
    shuffled = [{"name": "outputs", "kind": "candidates", "shuffled": True}]
    project = project_of({"name": "better", "kind": "preference"}, fields=shuffled)
    page = open_page(project, [{"outputs": OUTPUTS[:2]}, {"outputs": OUTPUTS[1:]}])
    press(page, "1")
    stored(page, project)
    expect(page.locator("[data-part=last]")).to_have_text("“First much better”")
    press(page, "u")
    expect(page.locator("[data-part=strip]")).to_contain_text("your answer was “First much better”")


def test_what_has_the_keyboards_mark_is_what_keys_mean(open_page):
    """The question answered last is marked no more once another task is looked at."""
    project = project_of(
        {"name": "first", "kind": "choice", "options": ["yes", "no"]},
        {"name": "second", "kind": "choices", "options": ["clear", "short"]},
    )
    page = open_page(project, texts(2))
    press(page, "1", "]", "1", "Enter")
    stored(page, project)
    press(page, "ArrowLeft")
    expect(page.locator("[data-part=strip]")).to_be_visible()
    press(page, "]", "Escape", "ArrowLeft")
    page.evaluate(PAINTED)
    focused = page.locator(".question-box:has(:focus)")
    assert page.locator(".question-box.active").count() == 1
    assert focused.count() == 0 or "active" in str(focused.get_attribute("class"))


def test_a_question_appears_only_where_its_condition_holds_and_what_it_hid_is_not_sent(open_page, complaints):
    project = project_of(
        {"name": "spam", "kind": "choice", "title": "Is it spam?", "options": ["yes", "no"]},
        {
            "name": "kind",
            "kind": "choice",
            "title": "Which?",
            "options": ["ad", "fraud"],
            "when": {"question": "spam", "is": "yes"},
        },
    )
    page = open_page(project, texts(2))
    second = page.locator(".question-box").nth(1)
    expect(second).to_be_hidden()
    press(page, "1")
    expect(second).to_be_visible()
    press(page, "2", "[", "2")
    expect(second).to_be_hidden()
    press(page, "Enter")
    assert stored(page, project) == [{"spam": "no"}]
    press(page, "1", "2", "Enter")
    assert stored(page, project, 2)[1] == {"spam": "yes", "kind": "fraud"}
    assert complaints == []


def test_records_and_rich_text_are_shown_formatted_and_harmless(open_page, complaints):
    columns = [{"name": "amount", "title": "Amount", "type": "money", "unit": "EUR"}, {"name": "paid", "type": "flag"}]
    fields = [{"name": "row", "kind": "record", "columns": columns}, {"name": "page", "kind": "rich_text"}]
    project = project_of({"name": "fine", "kind": "choice", "options": ["yes", "no"]}, fields=fields)
    html = (
        "<h2>Invoice</h2><p onclick='alert(1)'>Pay <b>soon</b></p><script>alert(1)</script><img src=x onerror=alert(1)>"
    )
    page = open_page(project, [{"row": {"amount": 1234.5, "paid": False}, "page": html}])
    expect(page.locator(".record")).to_contain_text("1,234.50 EUR")
    expect(page.locator(".record")).to_contain_text("✗ no")
    frame = page.frame_locator(".rich-text-frame").locator("body")
    expect(frame).to_contain_text("Pay soon")
    cut_off = "e => e.contentDocument.documentElement.scrollHeight - e.clientHeight"
    assert page.locator(".rich-text-frame").evaluate(cut_off) <= 0
    assert frame.inner_html() == "<h2>Invoice</h2><p>Pay <b>soon</b></p>"
    assert complaints == []


def test_a_field_for_reviewers_never_reaches_an_annotators_browser(open_page):
    fields = [{"name": "text", "kind": "text"}, {"name": "truth", "kind": "text", "shown": "reviewers"}]
    project = project_of({"name": "fine", "kind": "choice", "options": ["yes", "no"]}, fields=fields)
    page = open_page(project, [{"text": "seen", "truth": "secret words"}])
    expect(page.locator("text-field").first).to_have_text("seen")
    assert "secret words" not in page.content()
