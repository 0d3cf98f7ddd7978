"""A picture in a guideline: pasted or picked by who writes it, seen large by who labels."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.guideline.guidelines import publish_guideline
from projects.models import Asset, Membership, Project
from tests.browser.conftest import sign_in
from tests.browser.test_workbench import text_of
from tests.factories import make_asset, make_picture, make_tasks

PASTE = """(text, content) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = PASTE.replace("ClipboardEvent", "DragEvent").replace("paste", "drop").replace("clipboardData", "dataTransfer")


@pytest.fixture
def editor(page: Page, context: BrowserContext, live_server: Any, project: Project, ada: Membership) -> Page:
    publish_guideline(project=project, author=ada.user, text="# Rules\n\nEnd.")
    sign_in(context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/guideline/edit/")
    return page


def bring(page: Page, how: str, content: bytes) -> None:
    page.locator("textarea[name=text]").evaluate(how, base64.b64encode(content).decode())


def test_ada_pastes_a_picture_says_what_it_shows_publishes_and_ben_sees_it(
    editor: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership, complaints: list[str]
) -> None:
    text = editor.locator("textarea[name=text]")
    text.evaluate("text => { text.focus(); text.setSelectionRange(9, 9); }")
    bring(editor, PASTE, make_picture(size=(900, 500), words="till"))
    preview = editor.locator("#guideline-preview")
    expect(preview.locator("img")).to_be_visible()
    expect(preview).to_contain_text("A picture has no description")
    editor.keyboard.type("A till with a receipt")  # the caret stands between the brackets
    expect(preview).not_to_contain_text("no description")
    content_hash = Asset.objects.get().content_hash
    expect(text).to_have_value(f"# Rules\n\n![A till with a receipt](asset:{content_hash})\n\nEnd.")
    editor.get_by_label("What changed", exact=True).fill("A picture")
    editor.get_by_role("button", name="Publish guideline").click()
    expect(editor.get_by_text("Version 2 is published")).to_be_visible()
    make_tasks(project, texts=["text 1"])
    sign_in(context, ben.user, live_server)
    page = editor
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    reading = page.locator(".wb-panel[data-mode=guideline]")
    expect(reading.locator("ins img")).to_be_visible()
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    expect(text_of(page)).to_have_text("text 1")
    shown = page.locator("#guideline img")
    expect(shown).to_have_attribute("alt", "A till with a receipt")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    assert complaints == []


def test_a_picture_opens_large_by_enter_and_escape_gives_the_focus_back(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ben: Membership, complaints: list[str]
) -> None:
    picture = make_asset(project, words="till")
    publish_guideline(project=project, author=None, text=f"![A till](asset:{picture.content_hash})")
    make_tasks(project, texts=["text 1"])
    sign_in(context, ben.user, live_server)
    for path, holder in (("guideline/", ".guideline-text"), ("label/", "#guideline")):
        page.goto(f"{live_server.url}/projects/{project.slug}/{path}")
        link = page.locator(f"{holder} a.picture")
        link.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="A till")
        expect(dialog.locator("img")).to_be_visible()
        page.keyboard.press("1")  # nothing is answered under it
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(link).to_be_focused()
        link.click()
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()
    expect(text_of(page)).to_have_text("text 1")
    assert complaints == []


def test_pictures_are_picked_by_keyboard_and_dropped_and_nonsense_is_refused_in_words(
    editor: Page, project: Project
) -> None:
    text = editor.locator("textarea[name=text]")
    button = editor.get_by_role("button", name="Add picture")
    button.focus()
    picker = editor.locator("picture-drop input[type=file]")
    picker.evaluate("input => input.addEventListener('click', () => (document.title = 'picking'))")
    editor.keyboard.press("Enter")
    expect(editor).to_have_title("picking")
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": make_picture(words=n)} for n in ("one", "two")]
    picker.set_input_files(files)  # type: ignore[arg-type]
    expect(editor.locator("#guideline-preview img")).to_have_count(2)
    bring(editor, DROP, make_picture(words="three"))
    expect(editor.locator("#guideline-preview img")).to_have_count(3)
    before = text.input_value()
    bring(editor, PASTE, b"<script>alert(1)</script>")
    expect(editor.locator("[data-said]")).to_contain_text("whatever its name says")
    expect(text).to_have_value(re.compile(re.escape(before.strip())[:200]))
    assert "Adding" not in text.input_value()
    assert Asset.objects.count() == 3


def test_nothing_is_published_while_a_picture_is_on_its_way(editor: Page, project: Project) -> None:
    editor.route("**/assets/", lambda route: None)  # a slow line
    bring(editor, PASTE, make_picture())
    expect(editor.locator("progress")).to_be_visible()
    editor.get_by_label("What changed", exact=True).fill("A picture")
    editor.get_by_role("button", name="Publish guideline").click()
    assert editor.locator("textarea[name=text]").evaluate("text => text.validationMessage") == (
        "A picture is still on its way."
    )
    assert project.guidelines.count() == 1


def test_on_a_phone_a_picture_is_no_wider_than_the_page(
    page: Page, context: BrowserContext, live_server: Any, project: Project, ada: Membership
) -> None:
    wide = make_picture(size=(2_000, 300))
    page.set_viewport_size({"width": 390, "height": 844})
    publish_guideline(project=project, author=ada.user, text="# Rules")
    sign_in(context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/guideline/edit/")
    bring(page, PASTE, wide)
    expect(page.locator("#guideline-preview img")).to_be_attached()
    page.get_by_label("What changed", exact=True).fill("A picture")
    page.get_by_role("button", name="Publish guideline").click()
    for path in ("guideline/", "guideline/edit/", "guideline/compare/"):
        page.goto(f"{live_server.url}/projects/{project.slug}/{path}")
        expect(page.locator("main img").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
