"""Images in a real browser: imported, looked at and enlarged by keys, labeled without a wait, seen on other pages."""

import os
import re
from typing import Any

from playwright.sync_api import Page, expect

from annotations.models import Annotation
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Project, ReviewPolicy, Task
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_user
from tests.pictures import IMAGE_SCHEMA, make_image_task, make_shape

SHOTS = os.environ.get("SHOTS")


def shot(page: Page, name: str) -> None:
    """Kept to be looked at where somebody asks for it."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def open_task(page: Page, live_server: Any, project: Project) -> None:
    ben = make_member(project, "annotator", make_user("ben"))
    sign_in(page.context, ben.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def zoom(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("[data-part=zoom]").inner_text()))


def corner(page: Page) -> list[float]:
    box = page.locator(".image-view > img").bounding_box()
    assert box is not None
    return [box["x"], box["y"]]


def test_pictures_are_imported_labeled_by_keys_and_seen_on_the_other_pages(
    page, context, live_server, complaints, tmp_path
):
    project = make_project(schema=IMAGE_SCHEMA, review_policy=ReviewPolicy.ALL)
    ada = make_member(project, "admin", make_user("ada"))
    sign_in(context, ada.user, live_server)
    page.set_default_timeout(30_000)
    paths = [tmp_path / f"shape {number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(make_shape("disc" if number else "square", number, size=300))
    page.goto(f"{live_server.url}/projects/{project.slug}/imports/")
    page.set_input_files("#file", paths)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("rowheader", name="shape 1")).to_be_visible()
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url("**/imports/*/")
    run_job(Job.objects.get().pk)
    assert Task.objects.count() == 3

    page.goto(f"{live_server.url}/projects/{project.slug}/data/")
    expect(page.locator(".data-picture img").first).to_have_js_property("naturalWidth", 300)
    assert broken_in_both_themes(page) == []
    shot(page, "data")

    open_task(page, live_server, project)
    image = page.locator(".image-view > img")
    expect(image).to_have_js_property("naturalWidth", 300)
    expect(image).to_have_attribute("alt", re.compile(r"shape \d\.png, 300 by 300 pixels"))
    assert broken_in_both_themes(page) == []
    shot(page, "label")

    whole = zoom(page)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert zoom(page) == 2 * whole
    before = corner(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert corner(page)[0] <= before[0]
    assert corner(page)[1] < before[1]
    moved = corner(page)
    view = page.locator(".image-view").bounding_box()
    page.mouse.move(view["x"] + view["width"] / 2, view["y"] + view["height"] / 2)
    page.mouse.down()
    page.mouse.move(view["x"] + view["width"] / 2, view["y"] + view["height"] / 2 + 30)
    page.mouse.up()
    assert corner(page)[1] > moved[1]
    shot(page, "label-enlarged")
    page.keyboard.press("0")
    assert zoom(page) == whole
    page.keyboard.press("-")
    assert zoom(page) == whole, "the whole image is the least"

    fetched = []
    page.on("request", lambda request: request.url.endswith("/whole") and fetched.append(request.url))
    page.keyboard.press("1")
    expect(page.locator("[data-part=today]")).to_contain_text("1 today")
    is_saved(page)
    assert image.evaluate("(image) => image.complete && image.naturalWidth") == 300
    assert fetched == [], "the next image was there before it was needed"
    page.keyboard.press("2")
    expect(page.locator("[data-part=today]")).to_contain_text("2 today")
    page.keyboard.press("1")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    assert Annotation.objects.count() == 3

    sign_in(context, ada.user, live_server)
    first = Task.objects.earliest("pk")
    page.goto(f"{live_server.url}/projects/{project.slug}/data/{first.pk}/")
    expect(page.locator(".story-picture img")).to_have_js_property("naturalWidth", 300)
    assert broken_in_both_themes(page) == []
    shot(page, "story")
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator(".image-view > img")).to_have_js_property("naturalWidth", 300)
    shot(page, "review")
    assert complaints == []


def test_a_sensitive_image_is_covered_until_a_key_shows_it_and_one_that_fails_can_be_tried_again(
    page, live_server, complaints
):
    project = make_project(schema=IMAGE_SCHEMA, is_sensitive=True)
    make_image_task(project)
    fails = [True]
    page.route("**/whole", lambda route: route.fulfill(status=503) if fails else route.continue_())
    ben = make_member(project, "annotator", make_user("ben"))
    sign_in(page.context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    image = page.locator(".image-view > img")
    expect(image).to_have_css("visibility", "hidden")
    page.keyboard.press("v")
    expect(page.get_by_text("The image could not be loaded.")).to_be_visible()
    fails.clear()
    page.get_by_role("button", name="Try again").click()
    expect(image).to_have_js_property("naturalWidth", 64)
    expect(page.get_by_text("The image could not be loaded.")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 780})
    page.keyboard.press("g")
    shot(page, "phone")
