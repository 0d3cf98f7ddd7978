"""When the line, the server, the session or another tab gets in the way: no answer is lost, none is doubled."""

import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from annotations.models import Annotation, AnnotationRevision, AnnotationStatus
from projects.models import Membership, Project, SchemaVersion
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import TOPIC_SCHEMA, make_member, make_tasks, make_user

QUESTION: dict[str, Any] = TOPIC_SCHEMA["questions"][0]  # type: ignore[index]
SUBMITS = "**/api/v1/tasks/*/annotations/"


@pytest.fixture
def url(live_server: Any, project: Project, ben: Membership, context: BrowserContext) -> str:
    """The labeling page of a project with forty tasks; ben is signed in."""
    make_tasks(project, 40)
    sign_in(context, ben.user, live_server)
    return f"{live_server.url}/projects/{project.slug}/label/"


@pytest.fixture
def workbench(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    return page


def press(page: Page, key: str) -> str:
    """Answer by key, wait for the next task, and return the text that was answered."""
    text = page.locator("text-field")
    before = str(text.inner_text())
    page.keyboard.press(key)
    expect(text).not_to_have_text(before)
    return before


def state(page: Page) -> Any:
    return page.locator("[data-part=state-text]")


def answers(project: Project) -> dict[str, str]:
    rows = Annotation.objects.filter(project=project, status=AnnotationStatus.SUBMITTED).select_related("task__content")
    return {row.task.content.data["text"]: row.answers["topic"] for row in rows}


def await_answers(page: Page, project: Project, given: dict[str, str]) -> None:
    """A page that was just closed may count as living for a moment; then its answers are taken over."""
    for _ in range(100):
        if answers(project) == given:
            break
        page.wait_for_timeout(200)
    assert answers(project) == given


def ready(page: Page, count: int) -> None:
    """Wait until that many tasks wait in the page's memory."""
    page.wait_for_load_state("networkidle")


def test_answers_given_offline_are_kept_and_sent_when_the_line_is_back(
    workbench: Page, context: BrowserContext, project: Project
) -> None:
    ready(workbench, 4)
    context.set_offline(True)
    given = {press(workbench, key): value for key, value in (("1", "sports"), ("2", "politics"), ("3", "music"))}
    expect(state(workbench)).to_have_text("offline, 3 kept in this browser")
    assert answers(project) == {}
    context.set_offline(False)
    is_saved(workbench)
    assert answers(project) == given


def test_an_answer_survives_a_reload_in_the_very_moment_of_its_key(workbench: Page, project: Project) -> None:
    ready(workbench, 4)
    text = str(workbench.locator("text-field").inner_text())
    workbench.evaluate(
        """() => {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
            location.reload();
        }"""
    )
    await_answers(workbench, project, {text: "sports"})
    is_saved(workbench)


def test_answers_that_could_not_be_sent_survive_closing_the_page(workbench: Page, url: str, project: Project) -> None:
    ready(workbench, 4)
    workbench.route(SUBMITS, lambda route: route.abort())
    given = {press(workbench, "1"): "sports", press(workbench, "2"): "politics"}
    expect(state(workbench)).to_have_text("offline, 2 kept in this browser")
    workbench.unroute(SUBMITS)
    workbench.goto("about:blank")
    workbench.goto(url)
    await_answers(workbench, project, given)
    is_saved(workbench)
    assert workbench.locator("text-field").inner_text() not in given, "what waits to be sent is not asked again"


def test_what_a_closed_page_had_answered_leaves_the_screen_of_the_one_that_stays(
    workbench: Page, context: BrowserContext, url: str, project: Project
) -> None:
    ready(workbench, 4)
    workbench.route(SUBMITS, lambda route: route.abort())
    given = {press(workbench, "1"): "sports", press(workbench, "2"): "politics"}
    expect(state(workbench)).to_have_text("offline, 2 kept in this browser")
    other = context.new_page()
    other.goto(url)
    expect(other.locator("#stage")).to_have_attribute("data-mode", "task")
    assert other.locator("text-field").inner_text() in given, "the server has not heard of the answer yet"
    workbench.close()
    await_answers(other, project, given)
    shown = [str(other.locator("text-field").inner_text())] + [press(other, "3") for _ in range(3)]
    assert not set(shown) & set(given)


def test_a_busy_server_is_asked_again_until_it_answers(workbench: Page, project: Project) -> None:
    attempts: list[int] = []

    def refuse_twice(route: Route) -> None:
        attempts.append(1)
        if len(attempts) <= 2:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    workbench.route(SUBMITS, refuse_twice)
    text = press(workbench, "1")
    expect(state(workbench)).to_contain_text("server is busy")
    expect(state(workbench)).to_have_text("saved", timeout=15_000)
    assert answers(project) == {text: "sports"}


def test_a_submit_whose_reply_was_lost_is_one_annotation(workbench: Page, project: Project) -> None:
    lost: list[str] = []

    def lose_first_reply(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()  # the server has it ...
        return route.abort()  # ... but the page never hears so

    workbench.route(SUBMITS, lose_first_reply)
    press(workbench, "1")
    expect(state(workbench)).to_have_text("saved", timeout=15_000)
    assert Annotation.objects.get(status=AnnotationStatus.SUBMITTED).version == 1
    assert AnnotationRevision.objects.count() == 0


def test_a_session_that_ended_costs_nothing(
    workbench: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership
) -> None:
    ready(workbench, 4)
    context.clear_cookies()
    text = press(workbench, "2")
    expect(state(workbench)).to_have_text("signed out, 1 kept in this browser")
    state(workbench).click()
    link = workbench.get_by_role("dialog").get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("target", "_blank")
    sign_in(context, ben.user, live_server)
    workbench.evaluate("dispatchEvent(new Event('focus'))")
    is_saved(workbench)
    assert answers(project) == {text: "politics"}


def test_answers_never_go_out_under_the_name_of_who_signed_in_since(
    workbench: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership
) -> None:
    ready(workbench, 4)
    other = make_member(project, "annotator", make_user("otto"))
    sign_in(context, other.user, live_server)
    text = press(workbench, "2")
    expect(state(workbench)).to_have_text("signed out, 1 kept in this browser")
    workbench.evaluate("dispatchEvent(new Event('focus'))")
    state(workbench).click()
    expect(workbench.locator("[data-part=problems-summary]")).to_contain_text("otto is signed in here now")
    assert answers(project) == {}
    sign_in(context, ben.user, live_server)
    workbench.evaluate("dispatchEvent(new Event('focus'))")
    is_saved(workbench)
    assert answers(project) == {text: "politics"}
    assert Annotation.objects.get(status=AnnotationStatus.SUBMITTED).author_id == ben.user_id


@pytest.fixture
def two_tabs(workbench: Page, context: BrowserContext, url: str, project: Project) -> tuple[Page, Page, str]:
    """Two tabs with the same task, answered differently: stored is "sports", refused "music"."""
    second = context.new_page()
    second.goto(url)
    text = str(workbench.locator("text-field").inner_text())
    expect(second.locator("text-field")).to_have_text(text)
    press(workbench, "1")
    is_saved(workbench)
    press(second, "3")
    expect(state(second)).to_have_text("1 not accepted")
    state(second).click()
    expect(second.locator("[data-part=problems]")).to_contain_text("You answered this task at")
    expect(second.locator("[data-part=problems]")).to_contain_text("Stored is “sports”")
    return workbench, second, text


def test_two_tabs_with_different_answers_let_the_person_choose_theirs(
    two_tabs: tuple[Page, Page, str], project: Project
) -> None:
    _, second, text = two_tabs
    second.get_by_role("button", name="Use mine instead").click()
    is_saved(second)
    assert answers(project)[text] == "music"


def test_two_tabs_with_different_answers_let_the_person_keep_the_stored_one(
    two_tabs: tuple[Page, Page, str], project: Project
) -> None:
    _, second, text = two_tabs
    second.get_by_role("button", name="Keep the stored one").click()
    is_saved(second)
    assert answers(project)[text] == "sports"


def test_two_tabs_with_the_same_answer_ask_nothing(
    workbench: Page, context: BrowserContext, url: str, project: Project
) -> None:
    second = context.new_page()
    second.goto(url)
    expect(second.locator("text-field")).to_have_text(str(workbench.locator("text-field").inner_text()))
    text = press(workbench, "1")
    is_saved(workbench)
    press(second, "1")
    is_saved(second)
    assert answers(project) == {text: "sports"}


def test_an_answer_the_server_refuses_is_shown_and_can_be_given_again(workbench: Page, project: Project) -> None:
    ready(workbench, 4)
    options = [{"value": "sports", "retired": True}, {"value": "politics"}, {"value": "music"}]
    questions = [{**QUESTION, "options": options}]
    changed = SchemaVersion.objects.create(
        project=project, number=2, definition={"fields": TOPIC_SCHEMA["fields"], "questions": questions}
    )
    Project.objects.filter(pk=project.pk).update(schema_version=changed)
    text = press(workbench, "1")
    expect(state(workbench)).to_have_text("1 not accepted")
    state(workbench).click()
    expect(workbench.locator("[data-part=problems]")).to_contain_text("The option 'sports' is retired.")
    workbench.get_by_role("button", name="Open it again").click()
    expect(workbench.locator("text-field")).to_have_text(text)
    press(workbench, "2")
    is_saved(workbench)
    assert answers(project) == {text: "politics"}


def test_a_key_pressed_before_the_next_task_is_painted_answers_the_one_that_was_on_screen(
    workbench: Page, project: Project
) -> None:
    ready(workbench, 4)
    first = str(workbench.locator("text-field").inner_text())
    workbench.evaluate(
        """() => ["1", "2"].forEach(key =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
    )
    expect(workbench.locator("[data-part=note]")).to_contain_text("the former answer is now “politics”")
    is_saved(workbench)
    assert answers(project) == {first: "politics"}


def test_a_key_held_down_answers_once(workbench: Page, project: Project) -> None:
    ready(workbench, 4)
    first = str(workbench.locator("text-field").inner_text())
    workbench.keyboard.down("1")
    for _ in range(5):
        workbench.keyboard.down("1")
    workbench.keyboard.up("1")
    is_saved(workbench)
    assert answers(project) == {first: "sports"}


def test_twenty_keys_a_second_over_a_slow_line_answer_what_was_on_screen(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership
) -> None:
    keys = {"sports": "1", "politics": "2", "music": "3"}
    right = {f"number {n} is {list(keys)[n * 7 % 3]}": list(keys)[n * 7 % 3] for n in range(60)}
    make_tasks(project, texts=list(right))
    sign_in(context, ben.user, live_server)
    slow = {"offline": False, "latency": 100, "downloadThroughput": -1, "uploadThroughput": -1}
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    text = page.locator("text-field")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    pressed = ""
    due = time.monotonic()
    while page.locator("#stage").get_attribute("data-mode") != "empty":
        due += 0.05
        time.sleep(max(0.0, due - time.monotonic()))
        shown = str(text.evaluate("e => e.checkVisibility() ? e.textContent : ''"))
        if shown and shown != pressed:
            page.keyboard.press(keys[right[shown]])
            pressed = shown
    is_saved(page)
    assert answers(project) == right


def test_an_unfinished_answer_is_kept_as_a_draft_and_comes_back(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership
) -> None:
    second = {"name": "mood", "kind": "choice", "title": "In which mood?", "options": ["calm", "angry"]}
    definition = {"fields": TOPIC_SCHEMA["fields"], "questions": [QUESTION, second]}
    SchemaVersion.objects.filter(project=project).update(definition=definition)
    make_tasks(project, 3)
    sign_in(context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    angry = page.get_by_role("button", name="angry", exact=True)
    angry.click()
    is_saved(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=note]")).to_have_text("“What is it about?” is not answered yet.")
    _until_drafted(page)
    page.reload()
    expect(angry).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="sports").click()
    page.keyboard.press("Enter")
    expect(angry).to_have_attribute("aria-pressed", "false")
    is_saved(page)
    submitted = Annotation.objects.get(project=project, status=AnnotationStatus.SUBMITTED)
    assert submitted.answers == {"topic": "sports", "mood": "angry"}


def _until_drafted(page: Page) -> None:
    for _ in range(100):
        if Annotation.objects.filter(status=AnnotationStatus.DRAFT).exists():
            return
        page.wait_for_timeout(50)
    raise AssertionError("No draft reached the server within five seconds.")
