"""Hostile words in everything that is shown, and texts of very many lines: shown as they are, and nothing is lost."""

from typing import Any

from playwright.sync_api import Page, expect

from annotations.models import Annotation, AnnotationStatus
from projects.models import Membership, TaskContent
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.browser.test_spans import find, open_task, submit, words
from tests.factories import make_guideline, make_member, make_project, make_tasks

EVIL = '<img src=x onerror="taken=1"><script>taken=1</script>\u202eABC\u202c"\'>&lt;b'
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "text", "kind": "text", "title": EVIL},
        {"name": "page", "kind": "rich_text"},
        {"name": "row", "kind": "record", "title": EVIL, "columns": [{"name": "a", "title": EVIL}]},
        {"name": "chat", "kind": "dialogue", "title": EVIL},
        {"name": "outputs", "kind": "candidates", "title": EVIL},
    ],
    "questions": [
        {
            "name": "topic",
            "kind": "choice",
            "title": EVIL,
            "help": EVIL,
            "options": [{"value": EVIL, "title": EVIL, "help": EVIL}, "b"],
        },
        {"name": "names", "kind": "spans", "title": EVIL, "on": "text", "options": [{"value": "x", "title": EVIL}]},
        {"name": "order", "kind": "ranking", "title": EVIL, "required": False},
        {"name": "say", "kind": "text", "title": EVIL, "required": False},
    ],
}
DATA: dict[str, Any] = {
    "text": f"{EVIL} Acme",
    "page": f"<p>{EVIL}</p>",
    "row": {"a": EVIL},
    "chat": [{"speaker": EVIL, "text": EVIL, "time": EVIL}],
    "outputs": [{"id": EVIL, "text": EVIL, "title": EVIL}, {"id": "b", "text": EVIL}],
}


def untouched(page: Page) -> None:
    """No script of the data ran, and nothing of it became an element."""
    assert page.evaluate("typeof taken") == "undefined"
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("script:text('taken')").count() == 0


def test_html_scripts_and_turned_text_are_shown_as_they_are_wherever_they_stand(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    project = make_project(EVIL[:80], schema=SCHEMA, guideline_number=1)
    make_guideline(project, text=f"# {EVIL}\n\n{EVIL}")
    (task,) = make_tasks(project, data=[DATA])
    TaskContent.objects.filter(task=task).update(metadata={EVIL: EVIL})
    make_member(project, "annotator", ben.user)
    sign_in(page.context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(page.locator("text-field")).to_have_text(DATA["text"])
    expect(page.locator(".option-button[data-value='b']")).to_be_visible()
    expect(page.locator("candidates-field")).to_contain_text(EVIL)
    expect(page.locator("record-field dd")).to_have_text(EVIL)
    expect(page.locator(".turn-text")).to_have_text(EVIL)
    untouched(page)
    page.keyboard.press("1")
    find(page, "Acme")
    page.keyboard.press("1")
    expect(page.locator(".span-tag")).to_have_count(1)
    page.keyboard.press("?")
    untouched(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert answers["topic"] == EVIL
    start = DATA["text"].index("Acme")
    assert answers["names"][0]["parts"] == [{"start": start, "end": start + 4, "text": "Acme"}]
    ada = make_member(project, "admin")
    page.context.clear_cookies()
    sign_in(page.context, ada.user, live_server)
    for path in ("", "data/", f"data/{task.pk}/", "guideline/", "settings/schema/", "models/", "label/"):
        page.goto(f"{live_server.url}/projects/{project.slug}/{path}")
        page.wait_for_load_state("networkidle")
        untouched(page)
    assert complaints == []


def test_a_text_of_two_hundred_thousand_lines_is_opened_and_marked_at_its_end(
    page: Page, live_server: Any, ben: Membership, complaints: list[str]
) -> None:
    text = "ab\r\n" * 199_999 + "Acme"
    open_task(page, live_server, text=text, ben=ben)
    find(page, "Acme")
    page.keyboard.press("2")
    expect(page.locator(".span-tag")).to_have_count(1)
    answers = submit(page)
    assert words(answers) == [("Acme", "org")]
    assert answers["entities"][0]["parts"][0]["start"] == len(text) - 4
    assert complaints == []
