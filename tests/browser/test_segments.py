"""Segments of sounds in a real browser: marked by keys, pointer and finger; suggested, compared, exported."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, AnnotationStatus, FinalLabel
from annotations.work import workbench as operations
from annotations.work.suggestions import prediction_sources
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project, Task
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import FRAMES, is_saved
from tests.factories import make_guideline, make_member, make_project, make_user
from tests.sounds import make_audio_task, make_sound, make_tone

SECONDS = 4  # so that a press of the field's keys goes on by 0.4


def segments_schema(**more: Any) -> dict[str, Any]:
    asked = {
        "name": "events",
        "kind": "segments",
        "title": "What is heard, and when?",
        "options": [
            {"value": "bell", "title": "Bell", "key": "1", "colour": 2},
            {"value": "rain", "title": "Rain", "key": "2", "colour": 7},
        ],
        **more,
    }
    return {"fields": [{"name": "clip", "kind": "audio"}], "questions": [asked]}


def beeps(*stretches: tuple[float, float]) -> bytes:
    """A sound of four seconds in which a tone is heard only there."""
    times = np.arange(SECONDS * 16_000) / 16_000
    is_heard = np.any([(times >= start) & (times < end) for start, end in stretches], axis=0)
    return make_sound(make_tone(600, SECONDS) * is_heard)


def make_story(n_tasks: int = 1, **more: Any) -> Project:
    project = make_project(schema=segments_schema(**more.pop("question", {})), guideline_number=1, **more)
    make_guideline(project)
    for number in range(n_tasks):
        make_audio_task(project, beeps((0.4 + number / 10, 1.2), (2, 3)))
    return project


def open_page(page: Page, live_server: Any, member: Membership, name: str = "label") -> None:
    sign_in(page.context, member.user, live_server)
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{member.project.slug}/{name}/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go_on(page: Page, steps: int) -> None:
    """Forward in the sound, and wait until it is there."""
    before = at(page)
    press(page, *["Shift+ArrowRight"] * steps)
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", f"{round(before + steps * 0.4, 1):g}")


def at(page: Page) -> float:
    return float(page.get_by_role("slider").get_attribute("aria-valuenow") or "nan")


def rows(page: Page) -> Locator:
    return page.locator("segments-question .span-row")


def said(segments: Iterable[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return [(one["label"], one["start"], one["end"]) for one in segments]


def submitted(project: Project) -> list[list[tuple[str, float, float]]]:
    found = Annotation.objects.filter(task__project=project, status=AnnotationStatus.SUBMITTED).order_by("pk")
    return [said(annotation.answers["events"]) for annotation in found]


def test_three_sounds_are_marked_by_keys_alone_seen_again_reviewed_and_exported(page, live_server, complaints):
    project = make_story(3, review_policy="all")
    ben = make_member(project, "annotator", make_user("ben"))
    open_page(page, live_server, ben)
    for number in range(3):
        expect(page.locator("[data-part=today]")).to_contain_text(f"{number} today")
        expect(rows(page)).to_have_count(0)
        go_on(page, 1)
        press(page, "m")
        expect(page.locator(".span-status")).to_contain_text("It begins at 0:00.40")
        go_on(page, 2)
        press(page, "m")
        expect(page.locator(".span-status")).to_contain_text("A new segment: press a label. 0:00.40–0:01.20")
        press(page, "1")
        expect(rows(page)).to_have_text(["Bell0:00.40–0:01.20"])
        go_on(page, 2)
        press(page, "m")
        go_on(page, 2 + number)
        press(page, "2")  # a label ends what is open
        expect(rows(page)).to_have_count(2)
        if number == 0:
            assert broken_in_both_themes(page) == []
        press(page, "Enter")
        expect(page.locator("[data-part=today]")).to_contain_text(f"{number + 1} today")
        is_saved(page)
    first = [("bell", 0.4, 1.2), ("rain", 2.0, 2.8)]
    assert submitted(project) == [first, [first[0], ("rain", 2.0, 3.2)], [first[0], ("rain", 2.0, 3.6)]]
    press(page, "ArrowLeft")
    expect(rows(page)).to_have_text(["Bell0:00.40–0:01.20", "Rain0:02.00–0:03.60"])
    page.reload()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")

    rae = make_member(project, "reviewer", make_user("rae"))
    open_page(page, live_server, rae, "review")
    expect(rows(page)).to_have_count(2)
    assert broken_in_both_themes(page) == []
    press(page, "Enter")
    expect(page.locator("[data-part=last-decision]")).to_have_text("Accepted")
    label = FinalLabel.objects.get()
    ada = make_member(project, "admin", make_user("ada"))
    job, _ = start_export(ada, format_name="jsonl", chosen=Filter())
    run_job(job.pk)
    job.refresh_from_db()
    with open_export_file(job) as file:
        (line,) = [line for line in map(json.loads, file) if line["labels"]]
    assert line["labels"]["events"]["value"] == label.value
    assert said(label.value) in submitted(project)
    assert complaints == []


def band(page: Page, number: int = 0) -> Locator:
    return page.locator(".segment-layer .segment").nth(number)


def drag(page: Page, start: float, end: float) -> None:
    """Over the waveform, from one moment to another."""
    box = page.get_by_role("slider").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start / SECONDS, y)
    page.mouse.down()
    for share in (0.5, 1):
        page.mouse.move(box["x"] + box["width"] * (start + (end - start) * share) / SECONDS, y)
    page.mouse.up()


def click(page: Page, seconds: float) -> None:
    box = page.get_by_role("slider").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * seconds / SECONDS, box["y"] + 9)


def first_row(page: Page) -> tuple[float, float]:
    """The times of the first row, in seconds, once what the last key did is on the glass."""
    page.evaluate(FRAMES)
    text = rows(page).first.locator(".span-quote").inner_text()
    start, end = (float(one.removeprefix("0:")) for one in text.split("–"))
    return start, end


def test_segments_are_drawn_dragged_changed_taken_back_and_done_again(page, live_server, complaints):
    project = make_story()
    ben = make_member(project, "annotator", make_user("ben"))
    open_page(page, live_server, ben)
    drag(page, 1, 2.5)
    expect(page.locator(".segment-name")).to_have_text("?")
    page.get_by_role("button", name="Rain").click()
    expect(rows(page)).to_have_count(1)
    assert first_row(page) == pytest.approx((1, 2.5), abs=0.02)
    drag(page, first_row(page)[1], 3)  # its end
    assert first_row(page) == pytest.approx((1, 3), abs=0.02)
    drag(page, first_row(page)[0], 0.5)
    assert first_row(page) == pytest.approx((0.5, 3), abs=0.02)
    as_dragged = first_row(page)
    expect(band(page)).to_have_class("segment option-colour-7 selected start-in-hand")

    press(page, "ArrowRight", "ArrowRight", ">", "<")  # the start is in hand
    assert first_row(page) == pytest.approx((as_dragged[0] + 0.04, as_dragged[1]), abs=0.0005)
    press(page, "e", "ArrowLeft")
    assert first_row(page) == pytest.approx((as_dragged[0] + 0.04, as_dragged[1] - 0.02), abs=0.0005)
    press(page, "z", "z")  # the moves of each edge are one step
    assert first_row(page) == as_dragged
    press(page, "Shift+Z", "Shift+Z")
    assert first_row(page) == pytest.approx((as_dragged[0] + 0.04, as_dragged[1] - 0.02), abs=0.0005)
    press(page, "1")
    expect(rows(page).locator(".option-chip")).to_have_text(["Bell"])

    press(page, "Escape", "2")  # held: what is drawn becomes it
    expect(page.locator(".span-status")).to_contain_text("“Rain” is held")
    drag(page, 3.2, 3.8)
    expect(rows(page)).to_have_count(2)
    click(page, 2)
    expect(rows(page).first).to_have_attribute("aria-pressed", "true")
    press(page, "Tab")
    expect(rows(page).nth(1)).to_have_attribute("aria-pressed", "true")
    press(page, "Shift+Tab")
    expect(rows(page).first).to_have_attribute("aria-pressed", "true")
    go_on(page, 1)
    press(page, "h")  # the edge in hand comes to where the sound is
    assert first_row(page)[1] == pytest.approx(at(page), abs=0.06)
    press(page, "Delete")
    expect(rows(page)).to_have_count(1)
    press(page, "z")
    expect(rows(page)).to_have_count(2)

    press(page, "Escape", "n", "p")  # plays it alone, and stops at its end
    page.wait_for_function("() => document.querySelector('audio-field').classList.contains('is-playing')")
    page.wait_for_function("() => !document.querySelector('audio-field').classList.contains('is-playing')")
    assert at(page) == pytest.approx(first_row(page)[1], abs=0.11)

    press(page, "+", "+")  # closer: edges go by less
    expect(page.locator(".span-status")).to_contain_text("by 0.005 s")
    press(page, "-", "-", "?")
    page.get_by_role("button", name="Start a segment where the sound is").press("Enter")
    press(page, "k")
    expect(page.get_by_text("has K now.")).to_be_visible()
    press(page, "Escape")
    shown = page.get_by_role("button", name="Start or end here")
    expect(shown.locator("kbd")).to_have_text("K")
    press(page, "Escape", "k")
    expect(shown).to_have_attribute("aria-pressed", "true")
    is_saved(page)
    assert complaints == []


SUGGESTED = [
    {"id": "m1", "label": "bell", "start": 0.4, "end": 1.2, "confidence": 0.9},
    {"id": "m2", "label": "rain", "start": 2, "end": 3, "confidence": 0.6},
    {"id": "m3", "label": "bell", "start": 3.2, "end": 3.6, "confidence": 0.4},
]


def guess(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    said = {"value": SUGGESTED, "confidence": 0.4, "source": "backend/ears", "model_number": None}
    return {task_id: {"events": said} for task_id, *_ in tasks}


def test_suggestions_look_otherwise_and_are_taken_or_refused_singly_or_all_by_one_key(
    page, live_server, monkeypatch, complaints
):
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})
    project = make_story(2, question={"questions": [{"name": "words", "kind": "text", "lines": 1, "required": False}]})
    ben = make_member(project, "annotator", make_user("ben"))
    open_page(page, live_server, ben)
    suggested = page.locator(".segment-layer .segment.suggested")
    expect(suggested).to_have_count(3)
    expect(suggested.first).to_have_css("border-left-style", "dashed")
    expect(suggested.first).to_contain_text("Bell ?")
    assert broken_in_both_themes(page) == []
    press(page, "y", "y")  # the first press shows which is meant
    expect(suggested).to_have_count(2)
    press(page, "x")  # the second is wrong
    expect(suggested).to_have_count(1)
    press(page, "y")
    expect(suggested).to_have_count(0)
    press(page, ".")
    page.keyboard.type("ding, dong")
    press(page, "Enter", "Enter")
    is_saved(page)
    expect(page.locator("[data-part=today]")).to_contain_text("1 today")
    expect(suggested).to_have_count(3)
    press(page, "Shift+Y", "Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    every = [(one["label"], one["start"], one["end"]) for one in SUGGESTED]
    assert submitted(project) == [[every[0], every[2]], every]
    given = Annotation.objects.filter(status=AnnotationStatus.SUBMITTED).order_by("pk").first()
    assert [one.get("answers") for one in given.answers["events"]] == [None, {"words": "ding, dong"}]
    assert complaints == []


def test_a_finger_marks_moves_an_edge_and_selects(browser, live_server):
    project = make_story()
    ben = make_member(project, "annotator", make_user("ben"))
    context = browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_page(page, live_server, ben)
    glass = context.new_cdp_session(page)

    def finger(kind: str, *seconds: float) -> None:
        touches = [{"x": x(one), "y": y} for one in seconds]
        glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    box = page.get_by_role("slider").bounding_box()
    y = box["y"] + box["height"] / 2

    def x(seconds: float) -> float:
        return float(box["x"] + box["width"] * seconds / SECONDS)

    def sweep(start: float, end: float) -> None:
        finger("touchStart", start)
        for share in (0.25, 0.5, 0.75, 1):
            finger("touchMove", start + (end - start) * share)
        finger("touchEnd")

    expect(page.locator("segments-question .span-status")).to_have_text("Drag over the waveform, then tap a label.")
    sweep(0.5, 1.5)
    page.get_by_role("button", name="Bell").click()  # on a busy machine a tap may last as long as a long press
    expect(rows(page)).to_have_count(1)
    assert first_row(page) == pytest.approx((0.5, 1.5), abs=0.15)
    sweep(first_row(page)[1] + 0.08, 3)
    assert first_row(page) == pytest.approx((0.5, 2.95), abs=0.2)
    finger("touchStart", 3.7)
    finger("touchEnd")
    expect(rows(page).first).to_have_attribute("aria-pressed", "false")
    finger("touchStart", 1.5)
    finger("touchEnd")
    expect(rows(page).first).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def answer(member: Membership, segments: list[tuple[str, float, float]]) -> None:
    member = Membership.objects.select_related("project__schema_version", "user").get(pk=member.pk)
    work = operations.next_work(member)
    assert work is not None
    given = [
        {"id": f"s{number}", "label": label, "start": start, "end": end}
        for number, (label, start, end) in enumerate(segments)
    ]
    operations.submit_annotation(member.user, work.id, operations.Submission(uuid.uuid4(), {"events": given}))


def test_two_peoples_segments_are_compared_and_settled(page, live_server, complaints):
    project = make_story(review_policy="all", overlap=2)
    ben, zoe, rae = (
        make_member(project, role, make_user(name))
        for role, name in (("annotator", "ben"), ("annotator", "zoe"), ("reviewer", "rae"))
    )
    answer(ben, [("bell", 0.4, 1.2), ("rain", 2, 3), ("bell", 3.5, 3.9)])
    answer(zoe, [("bell", 0.41, 1.21), ("bell", 2, 3), ("rain", 1.3, 1.6)])
    open_page(page, live_server, rae, "review")
    card = page.locator(".rv-answer", has_text="ben")
    expect(card.locator(".segment-compared > li")).to_have_text(
        [
            "Bell0:00.40–0:01.20",
            "Rain0:02.00–0:03.00 · ≠ other label",
            "Bell0:03.50–0:03.90 · ≠ only here",
            "not here: Rain 0:01.30–0:01.60",
        ]
    )
    assert broken_in_both_themes(page) == []
    page.get_by_role("button", name="Begin with this one: ben").click()
    expect(rows(page)).to_have_count(3)
    press(page, "Enter")
    expect(page.locator("[data-part=last-decision]")).to_have_text("Settled")
    assert said(FinalLabel.objects.get().value) == [("bell", 0.4, 1.2), ("rain", 2, 3), ("bell", 3.5, 3.9)]
    assert Task.objects.get().stage == "done"
    assert complaints == []


def test_the_editors_preview_can_be_tried(page, live_server, complaints):
    ada = make_member(make_story(), "admin", make_user("ada"))
    sign_in(page.context, ada.user, live_server)
    page.goto(f"{live_server.url}/projects/new/?from=events")
    preview = page.locator("schema-preview")
    expect(preview.locator("segments-question .option-button")).to_have_count(4)
    preview.scroll_into_view_if_needed()
    wave = preview.get_by_role("slider").bounding_box()
    y = wave["y"] + wave["height"] / 2
    page.mouse.move(wave["x"] + 20, y)
    page.mouse.down()
    page.mouse.move(wave["x"] + 60, y)
    page.mouse.move(wave["x"] + 90, y)
    page.mouse.up()
    preview.get_by_role("button", name="Alarm").click()
    expect(preview.locator(".segment-name")).to_have_text("Alarm")
    assert complaints == []
