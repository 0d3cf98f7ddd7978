"""Answers of regions on a task's story in a real browser: seen where they lie, in both themes, on a phone."""

import os
from copy import deepcopy
from typing import Any

from playwright.sync_api import Locator, Page, expect

from annotations.work.suggestions import prediction_sources
from projects.models import Task
from tests.annotations.test_drawings import SEGMENT_SCHEMA, guess, say
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.factories import make_member, make_project, make_user
from tests.pictures import BOX_SCHEMA, make_cells, make_image_task
from tests.sounds import make_audio_task, make_sound, make_tone

SHOTS = os.environ.get("SHOTS")


def shots(page: Page, name: str) -> None:
    """Both themes, on a desk and on a phone: kept to be looked at where somebody asks for it; no page is too wide."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for theme in ("light", "dark") if SHOTS else ():
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=f"{SHOTS}/{name}-{width}-{theme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def open_story(page: Page, live_server: Any, task: Task) -> None:
    ada = make_member(task.project, "admin", make_user("ada"))
    sign_in(page.context, ada.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{task.project.slug}/data/{task.pk}/")


def place_in(whole: Locator, part: Locator) -> list[float]:
    """Left, top, right and bottom as parts of the whole."""
    around, inside = whole.bounding_box(), part.bounding_box()
    assert around is not None
    assert inside is not None
    left, top = inside["x"] - around["x"], inside["y"] - around["y"]
    shares = left / around["width"], top / around["height"]
    return [*shares, (left + inside["width"]) / around["width"], (top + inside["height"]) / around["height"]]


def test_boxes_lie_on_the_picture_where_they_were_drawn(page, live_server, complaints, monkeypatch):
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{guess.__module__}.guess"})
    picture, boxes = make_cells(3, count=5)
    task = make_image_task(make_project(schema=deepcopy(BOX_SCHEMA), overlap=3), picture)
    discs = [{**box, "label": "disc"} for box in boxes]
    for name, answer in (("ben", boxes), ("cleo", boxes[:2]), ("dan", discs)):
        say(task, answer, make_member(task.project, "annotator", make_user(name)))
    open_story(page, live_server, task)
    first = page.locator(".answer-card .drawing").first
    expect(first.locator("rect:has(title)")).to_have_count(5)
    picture_shown = first.locator("image")
    for number, box in enumerate(sorted(boxes, key=lambda box: (box["y"], box["x"]))):
        at = place_in(picture_shown, first.locator("rect:has(title)").nth(number))
        meant = [box["x"] / 320, box["y"] / 240, (box["x"] + box["width"]) / 320, (box["y"] + box["height"]) / 240]
        assert max(abs(one - other) for one, other in zip(at, meant, strict=True)) < 0.02
    expect(first.locator("li")).to_have_count(5)
    assert broken_in_both_themes(page) == []
    shots(page, "boxes")
    assert complaints == []


def test_segments_lie_on_a_strip_of_their_sound(page, live_server, complaints):
    task = make_audio_task(make_project(schema=deepcopy(SEGMENT_SCHEMA), overlap=2), make_sound(make_tone(600, 8)))
    said = {"words": "somebody says something long about the wooden fence behind the apple tree"}
    segments = [
        {"id": f"s{number}", "label": "rain" if number % 3 else "bell", "start": number, "end": number + 1.5}
        for number in range(6)
    ]
    for name, answer in (("ben", segments), ("cleo", [{**segments[0], "answers": said}])):
        say(task, answer, make_member(task.project, "annotator", make_user(name)))
    open_story(page, live_server, task)
    strip = page.locator(".answer-card .drawing svg").first
    left, _, right, _ = place_in(strip, strip.locator("rect:has(title)").nth(1))
    assert abs(left - 1 / 8) < 0.02
    assert abs(right - 2.5 / 8) < 0.02
    assert broken_in_both_themes(page) == []
    shots(page, "segments")
    assert complaints == []


def test_many_boxes_on_a_sensitive_picture_stay_covered_and_fold_away(page, live_server, complaints):
    task = make_image_task(
        make_project(schema=deepcopy(BOX_SCHEMA), is_sensitive=True), make_cells(1, size=(1600, 900))[0]
    )
    boxes = [
        {"id": f"b{x}-{y}", "label": "square" if x % 3 else "disc", "x": 75 * x, "y": 75 * y, "width": 60, "height": 60}
        for y in range(12)
        for x in range(20)
    ]
    say(task, boxes)
    open_story(page, live_server, task)
    drawing = page.locator(".answer-card .drawing")
    expect(drawing.locator("svg")).to_have_css("visibility", "hidden")
    shots(page, "covered")
    page.keyboard.press("v")
    expect(drawing.locator("svg")).to_have_css("visibility", "visible")
    expect(drawing).to_contain_text("Only the first 200 of 240 are drawn.")
    expect(drawing.locator("li").last).to_be_hidden()
    drawing.get_by_text("Each in words").click()
    expect(drawing.locator("li").last).to_be_visible()
    drawing.get_by_text("Each in words").click()
    assert broken_in_both_themes(page) == []
    shots(page, "many")
    assert complaints == []
