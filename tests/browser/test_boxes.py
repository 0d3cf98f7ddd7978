"""Boxes in a real browser: by keys alone, by mouse and by finger; seen again exactly, taken over, reviewed."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, AnnotationStatus, FinalLabel
from annotations.work.suggestions import prediction_sources
from labelplatform.jobs.running import run_job
from projects.models import Project, ReviewPolicy
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_member, make_project, make_user
from tests.pictures import BOX_SCHEMA, make_cells, make_image_task


def make_cells_project(n_tasks: int = 1, **options: Any) -> Project:
    project = make_project(schema=BOX_SCHEMA, **options)
    for number in range(n_tasks):
        make_image_task(project, make_cells(number)[0])
    return project


def open_task(page: Page, live_server: Any, project: Project, *, name: str = "ben", role: str = "annotator") -> Any:
    member = make_member(project, role, make_user(name))
    sign_in(page.context, member.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(page.locator(".image-view > img")).to_have_js_property("naturalWidth", 320)
    return member


def rows(page: Page) -> list[str]:
    """What stands in the list of boxes."""
    return page.locator(".span-list > li .span-row").all_inner_texts()


def shows_again(page: Page, drawn: list[str]) -> None:
    """Nothing but this stands in the list, with the next frame at the latest."""
    expect(page.locator(".span-list > li .span-row")).to_have_text(drawn, use_inner_text=True)


def answers() -> list[Any]:
    given = Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).order_by("pk")
    return [annotation.answers["cells"] for annotation in given]


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the picture is on the screen."""
    box = page.locator(".image-view > img").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"] / 320, box["y"] + y * box["height"] / 240


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=4)
    page.mouse.up()


def test_boxes_are_drawn_by_keys_alone_on_three_pictures_seen_again_reviewed_and_exported(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    project = make_cells_project(3, review_policy=ReviewPolicy.ALL)
    open_task(page, live_server, project)
    expect(page.locator(".span-status")).to_contain_text("B sets one down")
    page.keyboard.press("1")
    expect(page.locator(".span-status")).to_contain_text("“Disc” is held")
    page.keyboard.press("b")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "d", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator(".span-status")).to_contain_text("press a label")
    page.keyboard.press("2")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".box")).to_have_count(2)
    assert broken_in_both_themes(page) == []
    drawn = rows(page)
    assert [row.split()[0] for row in drawn] == ["Disc", "Square"]

    page.keyboard.press("z")  # the moves in a row are one step
    page.keyboard.press("z")  # the label
    expect(page.locator(".box")).to_have_count(1)
    page.keyboard.press("Shift+Z")
    page.keyboard.press("Shift+Z")
    expect(page.locator(".box")).to_have_count(2)
    shows_again(page, drawn)

    page.keyboard.press("n")
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    expect(page.locator(".box")).to_have_count(1)
    page.keyboard.press("z")
    shows_again(page, drawn)
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=today]")).to_contain_text("1 today")
    page.keyboard.press("Enter")  # there are none
    expect(page.locator("[data-part=today]")).to_contain_text("2 today")
    page.keyboard.press("2")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    two, one, none = sorted(answers(), key=len, reverse=True)  # sent side by side, they may come in any order
    assert [box["label"] for box in two] == ["disc", "square"]
    assert (len(one), none) == (1, [])

    for count in (1, 0, 2):
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
        expect(page.locator(".box")).to_have_count(count)
    shows_again(page, drawn)
    page.reload()

    reviewer = make_member(project, "reviewer", make_user("rae"))
    sign_in(page.context, reviewer.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    expect(page.locator(".box-compared > img")).to_have_js_property("naturalWidth", 320)
    assert broken_in_both_themes(page) == []
    reviewed = page.locator(".box-compared > .box").count()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Accepted")).to_be_visible()
    expect(page.locator(".box-compared > .box")).not_to_have_count(reviewed)
    label = FinalLabel.objects.get()
    assert label.value in (two, one, none)
    assert exported(project) == {label.task_id: label.value}
    assert complaints == []


def exported(project: Project) -> dict[int, Any]:
    """By task what stands in the file."""
    job, _ = start_export(make_member(project, "admin", make_user("ada")), format_name="jsonl", chosen=Filter())
    run_job(job.pk)
    job.refresh_from_db()
    with open_export_file(job) as file:
        lines = [json.loads(line) for line in file.read().splitlines()]
    return {line["task_id"]: line["labels"]["cells"]["value"] for line in lines}


def test_boxes_are_drawn_moved_and_resized_by_mouse_and_the_enlarged_picture_is_moved_by_wheel(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    project = make_cells_project()
    open_task(page, live_server, project)
    drag(page, (40, 40), (90, 100))
    expect(page.locator(".span-status")).to_contain_text("press a label")
    page.keyboard.press("2")
    drag(page, (60, 60), (70, 70))  # inside of what is selected: it moves
    drag(page, (100, 110), (120, 90))  # its lower right corner
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    drag(page, (300, 200), (400, 300))  # beyond the edge
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("+")
    page.keyboard.press("+")
    before = place(page, 0, 0)
    page.mouse.move(*place(page, 160, 120))
    page.mouse.wheel(40, 60)
    assert place(page, 0, 0) != before, "the wheel moves the picture"
    drag(page, (160, 120), (180, 150))
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    [given] = answers()
    found = [(box["label"], *(box[side] for side in ("x", "y", "width", "height"))) for box in given]
    expected = [("square", 50, 50, 70, 40), ("disc", 160, 120, 20, 30), ("disc", 300, 200, 20, 40)]
    for one, other in zip(found, expected, strict=True):
        assert one[0] == other[0]
        assert one[1:] == pytest.approx(other[1:], abs=1.2)
    assert complaints == []


def guess(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    boxes = [{**box, "confidence": 0.9 - number / 10} for number, box in enumerate(make_cells(0)[1])]
    said = {"value": boxes, "confidence": 0.3, "words": [], "source": "server/cells@1", "model_number": None, "why": ""}
    return {task_id: {"cells": said} for task_id, *_ in tasks}


def test_suggested_boxes_are_taken_singly_or_all_at_once_or_refused(
    page: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})
    project = make_cells_project()
    open_task(page, live_server, project)
    suggested = page.locator(".box.suggested")
    expect(suggested).to_have_count(6)
    assert broken_in_both_themes(page) == []
    page.keyboard.press("y")  # the first is shown
    page.keyboard.press("y")  # and taken
    expect(suggested).to_have_count(5)
    page.keyboard.press("x")
    expect(suggested).to_have_count(4)
    page.keyboard.press("2")  # another label for the next
    expect(suggested).to_have_count(3)
    page.keyboard.press("Shift+Y")
    expect(suggested).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    truth = sorted(make_cells(0)[1], key=lambda box: (box["y"], box["x"]))
    [given] = answers()
    assert [box["label"] for box in given] == [truth[0]["label"], "square", *(box["label"] for box in truth[3:])]
    assert all("confidence" not in box for box in given)
    assert complaints == []


def test_a_finger_draws_a_box_and_moves_it(browser: Any, live_server: Any) -> None:
    project = make_cells_project()
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_task(page, live_server, project)
    page.get_by_role("button", name="Disc").tap()
    hand = context.new_cdp_session(page)

    def draw(*points: tuple[float, float]) -> None:
        for number, point in enumerate(points):
            x, y = place(page, *point)
            kind = "touchMove" if number else "touchStart"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(100)  # lifted at full speed it flings, and the browser drops the next tap
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    expect(page.locator("boxes-question .span-status")).to_have_text(
        "“Disc” is held: what you draw becomes it. Tap it again to let go."
    )
    draw((40, 40), (60, 70), (110, 120))
    expect(page.locator(".box")).to_have_count(1)
    expect(page.locator("boxes-question .span-status")).to_have_text(
        "Disc is selected: a label changes it. Drag it or its corners."
    )
    assert broken_in_both_themes(page) == []
    page.get_by_role("button", name="Submit").first.tap()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    [[box]] = answers()
    assert [box["x"], box["y"], box["width"], box["height"]] == pytest.approx([40, 40, 70, 80], abs=2)
    context.close()


def test_a_reviewer_sees_on_each_answer_what_differs_and_begins_with_one_of_them(
    page: Page, live_server: Any, api: Any, complaints: list[str]
) -> None:
    project = make_cells_project(review_policy=ReviewPolicy.ALL, overlap=2)
    sides = {"x": 10, "y": 10, "width": 60, "height": 60}
    ours = [{"id": "a", "label": "disc", **sides}, {"id": "b", "label": "square", **sides, "x": 200}]
    theirs = [{"id": "a", "label": "square", **sides}, {"id": "c", "label": "disc", **sides, "y": 150}]
    for name, boxes in (("ben", ours), ("cem", theirs)):
        client = api(make_member(project, "annotator", make_user(name)).user)
        answered = client.answer(client.next_task(project)["task"]["id"], {"cells": boxes})
        assert answered.status_code == 201, answered.json()
    sign_in(page.context, make_member(project, "reviewer", make_user("rae")).user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/review/")
    cards = page.locator(".rv-answer")
    expect(cards).to_have_count(2)
    expect(page.locator(".box-compared > .box.differs .box-tag")).to_have_text(
        ["Disc ≠ other label", "Square ≠ only here", "Square ≠ other label", "Disc ≠ only here"]
    )
    expect(page.locator(".span-missing")).to_have_text(
        ["not here: Disc 60 × 60 at 10, 150", "not here: Square 60 × 60 at 200, 10"]
    )
    for picture in page.locator(".box-compared > img").all():
        expect(picture).to_have_js_property("naturalWidth", 320)
    assert broken_in_both_themes(page) == []
    cards.filter(has_text="ben").get_by_role("button", name="Begin with this one").click()
    expect(page.locator(".box-layer > .box")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Settled")).to_be_visible()
    assert [box["label"] for box in FinalLabel.objects.get().value] == ["disc", "square"]
    assert complaints == []
