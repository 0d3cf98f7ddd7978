"""Around the task: suggestions, a guideline or schema that changes, the page's weight, accessibility, phones."""

import gzip
import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from annotations.models import Annotation, AnnotationStatus
from annotations.work.suggestions import prediction_sources
from models_app.acceptance import showing
from models_app.models import PrelabelPolicy
from projects.guideline.guidelines import publish_guideline
from projects.models import Lane, Membership, Project, SchemaVersion, Task
from tests.browser.barriers import broken_rules
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import TOPIC_SCHEMA, make_member, make_project, make_tasks


def guess(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    """A model that takes everything for politics, because of the word "vote"."""
    alternatives = [{"value": "politics", "confidence": 0.62}, {"value": "music", "confidence": 0.31}]
    prediction = {"value": "politics", "confidence": 0.62, "alternatives": alternatives, "words": ["vote"]}
    why = "the model is torn between politics and music."
    return {
        pk: {"topic": {**prediction, "source": "builtin/topic@6", "model_number": 6, "why": why}} for pk, *_ in tasks
    }


@pytest.fixture
def suggesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})


@pytest.fixture
def url(live_server: Any, project: Project, ben: Membership, context: BrowserContext) -> str:
    sign_in(context, ben.user, live_server)
    return f"{live_server.url}/projects/{project.slug}/label/"


def open_workbench(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def test_a_suggestion_shows_confidence_and_words_and_space_accepts_it(
    page: Page, url: str, project: Project, suggesting: None
) -> None:
    make_tasks(project, texts=["we vote and they vote"])
    open_workbench(page, url)
    expect(page.get_by_role("button", name="politics")).to_contain_text("62 %")
    expect(page.get_by_role("button", name="politics")).to_contain_text("suggested")
    expect(page.get_by_role("button", name="music")).to_contain_text("31 %")
    expect(page.get_by_role("button", name="politics")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-part=suggestion]")).to_have_text("Suggested by model 6: politics, 62 %, for “vote”")
    expect(page.locator("[data-part=why]")).to_have_text("Why this one: the model is torn between politics and music.")
    assert page.evaluate("CSS.highlights.get('suggestion-words').size") == 2
    page.keyboard.press(" ")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    annotation = Annotation.objects.get(status=AnnotationStatus.SUBMITTED)
    assert annotation.answers == {"topic": "politics"}
    assert annotation.suggestions["topic"]["model_number"] == 6


def test_words_are_pointed_out_in_the_field_that_is_judged_whatever_stands_beside_it(
    page: Page, context: BrowserContext, live_server: Any, ben: Membership, suggesting: None
) -> None:
    fields = [{"name": "text", "kind": "text"}, {"name": "talk", "kind": "dialogue"}, {"name": "note", "kind": "text"}]
    project = make_project(schema={**TOPIC_SCHEMA, "fields": fields})
    beside = {"talk": [{"speaker": "a", "text": "no vote"}], "note": "a vote"}
    make_tasks(project, data=[{"text": "we vote", **beside}], rank=0.1)
    make_tasks(project, data=[{"text": "they vote, we vote", **beside}], rank=0.2)
    sign_in(context, make_member(project, "annotator", ben.user).user, live_server)
    open_workbench(page, f"{live_server.url}/projects/{project.slug}/label/")
    for text, n_words in (("we vote", 1), ("they vote, we vote", 2)):
        expect(page.locator("text-field").first).to_have_text(text)
        assert page.evaluate("CSS.highlights.get('suggestion-words').size") == n_words
        page.keyboard.press(" ")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")


def test_words_are_pointed_out_within_the_frame_of_a_rich_text(
    page: Page, context: BrowserContext, live_server: Any, ben: Membership, suggesting: None
) -> None:
    project = make_project(schema={**TOPIC_SCHEMA, "fields": [{"name": "text", "kind": "rich_text"}]})
    make_tasks(project, texts=["<p>we <b>vote</b> and they vote</p>"], rank=0.1)
    make_tasks(project, texts=["<p>nobody</p>"], rank=0.2)
    sign_in(context, make_member(project, "annotator", ben.user).user, live_server)
    open_workbench(page, f"{live_server.url}/projects/{project.slug}/label/")
    document = page.frame_locator("rich-text-field iframe").locator("body")
    pointed_out = "body => body.ownerDocument.defaultView.CSS.highlights.get('suggestion-words')?.size ?? 0"
    expect(document).to_have_text("we vote and they vote")
    page.wait_for_function("[...frames[0].CSS.highlights.get('suggestion-words') ?? []].length === 2")
    assert document.evaluate("body => body.ownerDocument.adoptedStyleSheets[0].cssRules[0].style.backgroundColor") != ""
    page.keyboard.press(" ")
    expect(document).to_have_text("nobody")
    assert document.evaluate(pointed_out) == 0
    page.keyboard.press(" ")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")


@pytest.mark.parametrize(
    ("chosen", "system"), [("dark", "light"), ("light", "dark"), ("auto", "light"), ("auto", "dark")]
)
def test_a_rich_text_is_read_in_the_theme_of_the_page_whatever_the_system_says(
    chosen: str, system: str, page: Page, context: BrowserContext, live_server: Any, ben: Membership
) -> None:
    project = make_project(schema={**TOPIC_SCHEMA, "fields": [{"name": "text", "kind": "rich_text"}]})
    make_tasks(project, texts=["<p>we vote</p>"])
    sign_in(context, make_member(project, "annotator", ben.user).user, live_server)
    context.add_cookies([{"name": "theme", "value": chosen, "url": live_server.url}])
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    open_workbench(page, f"{live_server.url}/projects/{project.slug}/label/")
    document = page.frame_locator("rich-text-field iframe").locator("body")
    expect(document).to_have_text("we vote")
    expect(document).to_have_css("color", str(page.locator("main").evaluate("main => getComputedStyle(main).color")))
    picture = Image.open(io.BytesIO(page.locator(".wb-card").screenshot())).convert("L")
    beside, within = (picture.getpixel((x, picture.height // 4)) for x in (8, picture.width // 2))
    assert beside == pytest.approx(within, abs=3), "the frame lets the card shine through"


def test_an_answer_that_is_sure_enough_is_chosen_already_and_enter_or_another_key_settles_it(
    page: Page, url: str, project: Project, suggesting: None
) -> None:
    showing.forget()
    PrelabelPolicy.objects.create(project=project, question="topic", preselect_from=0.6)
    tasks = {task.content.data["text"]: task.pk for task in make_tasks(project, texts=["we vote", "they vote"])}
    open_workbench(page, url)
    chosen = page.locator("[data-value=politics]")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(chosen).to_contain_text("suggested")
    first = page.locator("text-field").inner_text()
    (second,) = tasks.keys() - {first}
    page.keyboard.press("Enter")
    expect(page.locator("text-field")).to_have_text(second)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("3")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    answers = dict(Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).values_list("task", "answers"))
    assert answers == {tasks[first]: {"topic": "politics"}, tasks[second]: {"topic": "music"}}


def test_an_answer_that_is_not_sure_enough_is_suggested_and_left_open(
    page: Page, url: str, project: Project, suggesting: None
) -> None:
    showing.forget()
    PrelabelPolicy.objects.create(project=project, question="topic", preselect_from=0.7)
    make_tasks(project, texts=["we vote"])
    open_workbench(page, url)
    expect(page.get_by_role("button", name="politics")).to_contain_text("62 %")
    expect(page.get_by_role("button", name="politics")).to_have_attribute("aria-pressed", "false")


def test_a_holdout_task_shows_no_suggestion(page: Page, url: str, project: Project, suggesting: None) -> None:
    make_tasks(project, texts=["we vote"])
    Task.objects.filter(project=project).update(lane=Lane.HOLDOUT)
    open_workbench(page, url)
    expect(page.locator(".suggested")).to_have_count(0)
    expect(page.locator("[data-command=accept]")).to_be_disabled()


def test_a_project_can_hide_suggestions(page: Page, url: str, project: Project, suggesting: None) -> None:
    Project.objects.filter(pk=project.pk).update(shows_suggestions=False)
    make_tasks(project, texts=["we vote"])
    open_workbench(page, url)
    expect(page.get_by_role("button", name="politics")).not_to_contain_text("%")
    assert page.evaluate("CSS.highlights.get('suggestion-words')?.size ?? 0") == 0


def test_a_new_guideline_appears_beside_the_tasks_given_out_under_it(
    page: Page, url: str, project: Project, ada: Membership
) -> None:
    make_tasks(project, 20)
    open_workbench(page, url)
    page.wait_for_load_state("networkidle")
    publish_guideline(project=project, author=ada.user, text="Now with *examples*.")
    page.keyboard.press("1")
    expect(page.locator("#guideline")).to_contain_text("Now with examples.")
    expect(page.locator("[data-part=guideline-changed]")).to_be_visible()
    expect(page.locator("[data-part=guideline-number]")).to_have_text("v1")


def test_a_changed_schema_opens_the_page_again_and_no_answer_is_lost(page: Page, url: str, project: Project) -> None:
    make_tasks(project, 20)
    open_workbench(page, url)
    page.wait_for_load_state("networkidle")
    question: dict[str, Any] = TOPIC_SCHEMA["questions"][0]  # type: ignore[index]
    longer = {**question, "options": [*question["options"], {"value": "arts"}]}
    definition = {"fields": TOPIC_SCHEMA["fields"], "questions": [longer]}
    newer = SchemaVersion.objects.create(project=project, number=2, definition=definition)
    Project.objects.filter(pk=project.pk).update(schema_version=newer)
    text = page.locator("text-field")
    for _ in range(4):
        before = str(text.inner_text())
        page.keyboard.press("1")
        expect(text).not_to_have_text(before)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="arts")).to_be_visible()
    is_saved(page)
    assert Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).count() == 5


def test_the_page_is_light_and_loads_nothing_from_elsewhere(
    page: Page, url: str, project: Project, complaints: list[str]
) -> None:
    make_tasks(project, 8)
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    open_workbench(page, url)
    page.wait_for_load_state("networkidle")
    loaded = [request for request in requests if "/api/" not in request.url and not request.url.startswith("data:")]
    assert {request.url.split("?")[0].rsplit("/", 1)[-1] for request in loaded} == {"", "workbench.css", "workbench.js"}
    answers = filter(None, (request.response() for request in loaded))
    packed = [gzip.compress(answer.body()) for answer in answers]  # as every server sends them
    assert sum(map(len, packed)) < 100_000
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", ["", "s", "c", "!", "?", "ArrowLeft"])
def test_no_accessibility_rule_is_broken(
    page: Page, url: str, project: Project, suggesting: None, ada: Membership, scheme: Any, opened: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    publish_guideline(
        project=project, author=ada.user, text="# Topics\n\n> an example\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    make_tasks(project, texts=["we vote", "they vote", "do they vote?"])
    open_workbench(page, url)
    page.keyboard.press("f")
    if opened == "ArrowLeft":
        page.keyboard.press("1")
        is_saved(page)
    if opened:
        page.keyboard.press(opened)
        expect(page.locator("dialog[open], [data-part=strip]:not([hidden])")).to_be_visible()
    assert broken_rules(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_all_actions_stand_in_the_row_below_without_being_cut(
    width: int, browser: Browser, live_server: Any, ben: Membership, project: Project
) -> None:
    choices = {"name": "topics", "kind": "choices", "options": ["a long name of some topic", "music"]}
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": [choices]})
    Project.objects.filter(pk=project.pk).update(is_sensitive=True)
    make_tasks(project, 4)
    ben = make_member(project, "annotator", ben.user)
    is_phone = width < 400
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=is_phone, is_mobile=is_phone)
    sign_in(context, ben.user, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    page.keyboard.press("Enter")
    open_task = page.locator("#stage[data-mode=task]")
    expect(open_task).to_be_visible()
    page.keyboard.press("v")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=last]")).to_have_text("“a long name of some topic”")
    for _ in ("beside the guideline", "without it"):
        assert page.locator(".wb-keys").evaluate("row => row.scrollWidth <= row.clientWidth")
        page.keyboard.press("g")
    context.close()


def test_on_a_phone_one_tap_answers_and_the_guideline_is_a_sheet(
    browser: Browser, live_server: Any, project: Project, ben: Membership, ada: Membership
) -> None:
    publish_guideline(project=project, author=ada.user, text="Read me.")
    make_tasks(project, 8)
    phone = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    sign_in(phone, ben.user, live_server)
    page = phone.new_page()
    open_workbench(page, f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#guideline")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    text = str(page.locator("text-field").inner_text())
    page.get_by_role("button", name="music").tap()
    expect(page.locator("text-field")).not_to_have_text(text)
    page.locator(".wb-keys [data-command=guideline]").tap()
    expect(page.locator("#guideline")).to_contain_text("Read me.")
    page.get_by_role("button", name="Fold").tap()
    expect(page.locator("#guideline")).to_be_hidden()
    phone.close()


def test_a_long_text_scrolls_and_the_options_stay_where_they_are(page: Page, url: str, project: Project) -> None:
    make_tasks(project, texts=["long " * 3000, "another one, not so long", "short"], rank=0.5)
    open_workbench(page, url)
    tops = []
    for _ in range(2):
        before = str(page.locator("text-field").inner_text())
        page.keyboard.press("1")
        expect(page.locator("text-field")).not_to_have_text(before)
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(page.locator("text-field")).to_contain_text("long long")
    for _ in range(2):
        tops.append(page.get_by_role("button", name="sports", exact=True).bounding_box())
        before = str(page.locator("text-field").inner_text())
        page.keyboard.press("1")
        expect(page.locator("text-field")).not_to_have_text(before)
    assert tops[0] == tops[1]


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧‍👦 family 🇩🇪", "مرحبا، أريد أن أعرف رصيدي", "  two\n\n  lines", "<b>not bold</b>"]
)
def test_texts_are_shown_exactly_as_they_are(page: Page, url: str, project: Project, text: str) -> None:
    make_tasks(project, texts=[text])
    open_workbench(page, url)
    assert page.locator("text-field").evaluate("e => e.textContent") == text
    expected = "rtl" if text.startswith("م") else "ltr"
    assert page.locator("text-field").evaluate("e => getComputedStyle(e).direction") == expected
