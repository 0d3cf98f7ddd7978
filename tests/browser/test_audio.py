"""Sounds in a real browser: begun from the template, played and labeled by keys alone, reviewed, exported."""

import json
import os
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from annotations.exporting.exports import open_export_file, start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, FinalLabel
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project, ReviewPolicy, Task
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.browser.test_templates import made_from_template
from tests.factories import make_member, make_project, make_user
from tests.sounds import AUDIO_SCHEMA, make_audio_task, make_sound, make_tone

SHOTS = os.environ.get("SHOTS")


def shot(page: Page, name: str) -> None:
    """Kept to be looked at where somebody asks for it."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def open_page(page: Page, live_server: Any, project: Project, name: str = "label") -> None:
    page.set_default_timeout(30_000)
    page.goto(f"{live_server.url}/projects/{project.slug}/{name}/")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")


def slider(page: Page) -> Locator:
    return page.get_by_role("slider")


def at(page: Page) -> float:
    """Where the sound is, in seconds."""
    return float(slider(page).get_attribute("aria-valuenow") or "nan")


def button(page: Page, action: str) -> Locator:
    return page.locator(f"[data-action='audio.{action}']")


def is_heard(page: Page) -> None:
    """Until it has really been played for a moment."""
    expect(button(page, "play")).to_contain_text("Pause")
    page.wait_for_function("() => Number(document.querySelector('.waveform').ariaValueNow) > 0")


def is_drawn(page: Page) -> None:
    """Until there is more on the canvas than a line."""
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector(".waveform canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, index) => index % 4 === 3 && value > 0).length > canvas.width * 4;
        }"""
    )


def test_a_project_from_the_template_is_labeled_by_keys_alone_seen_again_reviewed_and_exported(
    page, context, live_server, complaints
):
    ada = make_user("ada")
    sign_in(context, ada, live_server)
    project = made_from_template(page, live_server.url, "audio")
    Project.objects.update(review_policy=ReviewPolicy.ALL)
    assert Task.objects.filter(project=project).count() == 12

    open_page(page, live_server, project)
    is_drawn(page)
    assert broken_in_both_themes(page) == []
    shot(page, "audio-label")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for place, key in enumerate("123", start=1):
        expect(button(page, "play")).to_contain_text("Play")
        page.keyboard.press(",")
        is_heard(page)
        fetched.clear()
        page.keyboard.press(key)
        expect(page.locator("[data-part=today]")).to_contain_text(f"{place} today")
        is_saved(page)
        shown = page.locator("audio-field").evaluate("(field) => field.shownAddress")
        assert [url for url in fetched if url.endswith(f"{shown}waveform.json")] == [], "it came before it was needed"
    answers = [annotation.answers["source"] for annotation in Annotation.objects.order_by("pk")]
    assert answers == ["bell", "bird", "alarm"]
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name=re.compile("Alarm"), pressed=True)).to_be_visible()
    is_drawn(page)
    page.keyboard.press(",")
    is_heard(page)

    rae = make_member(project, "reviewer", make_user("rae"))
    sign_in(context, rae.user, live_server)
    open_page(page, live_server, project, "review")
    is_drawn(page)
    page.keyboard.press(",")
    is_heard(page)
    assert broken_in_both_themes(page) == []
    shot(page, "audio-review")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=last-decision]")).to_have_text("Accepted")

    sign_in(context, ada, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/data/")
    assert page.locator("audio.data-sound").count() == 12
    assert broken_in_both_themes(page) == []
    shot(page, "audio-data")
    label = FinalLabel.objects.get()
    page.goto(f"{live_server.url}/projects/{project.slug}/data/{label.task_id}/")
    page.locator(".story-sound audio").evaluate("(sound) => sound.play()")
    page.wait_for_function("() => document.querySelector('.story-sound audio').currentTime > 0")
    assert broken_in_both_themes(page) == []
    shot(page, "audio-story")

    admin = Membership.objects.select_related("project__schema_version").get(project=project, user=ada)
    job, _ = start_export(admin, format_name="jsonl", chosen=Filter())
    run_job(job.pk)
    job.refresh_from_db()
    with open_export_file(job) as file:
        (line,) = [line for line in map(json.loads, file) if line["labels"]]
    assert line["data"]["recording"] == Task.objects.get(pk=label.task_id).content.data["recording"]
    assert re.fullmatch(r"sample-\d+\.flac", line["data"]["recording"]["name"])
    assert line["labels"]["source"]["value"] == label.value
    assert complaints == []


def test_a_sound_is_played_sought_in_slowed_and_repeated_by_keys_that_can_be_others(page, live_server, complaints):
    project = make_project(schema=AUDIO_SCHEMA)
    for pitch in (300, 900):
        make_audio_task(project, make_sound(make_tone(pitch, 4)))
    ben = make_member(project, "annotator", make_user("ben"))
    sign_in(page.context, ben.user, live_server)
    open_page(page, live_server, project)
    is_drawn(page)
    time = page.locator("[data-part=time]")
    expect(time).to_have_text("0:00.0 / 0:04.0")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(time).to_have_text("0:00.8 / 0:04.0")
    page.keyboard.press("Shift+ArrowLeft")
    expect(time).to_have_text("0:00.4 / 0:04.0")
    expect(slider(page)).to_have_attribute("aria-valuetext", "0.4 seconds of 4 seconds")

    page.keyboard.press(",")
    page.wait_for_function("() => Number(document.querySelector('.waveform').ariaValueNow) > 0.5")
    page.keyboard.press(",")
    expect(button(page, "play")).to_contain_text("Play")
    paused = time.inner_text()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-part=speed]")).to_have_text("1.25 ×")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-part=speed]")).to_have_text("0.75 ×")
    assert time.inner_text() == paused
    page.keyboard.press(";")
    expect(button(page, "loop")).to_have_attribute("aria-pressed", "true")

    slider(page).focus()
    page.keyboard.press("End")
    expect(time).to_have_text("0:04.0 / 0:04.0")
    page.keyboard.press("ArrowLeft")
    expect(time).to_have_text("0:03.6 / 0:04.0")
    page.keyboard.press(",")
    page.wait_for_function("() => Number(document.querySelector('.waveform').ariaValueNow) < 3")  # round again
    page.keyboard.press(",")
    page.keyboard.press("Home")
    expect(time).to_have_text("0:00.0 / 0:04.0")
    box = slider(page).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 9)
    assert at(page) == pytest.approx(2, abs=0.1)
    shot(page, "audio-middle")
    assert Annotation.objects.count() == 0, "none of these keys answered anything"

    page.keyboard.press("?")
    page.get_by_role("button", name=re.compile("Play or pause the sound")).press("Enter")
    page.keyboard.press("k")
    expect(page.get_by_text("“Play or pause the sound” has K now.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button(page, "play").locator("kbd")).to_have_text("K")
    page.keyboard.press("k")
    expect(button(page, "play")).to_contain_text("Pause")

    page.get_by_role("button", name="Begin by itself").press("Enter")
    page.keyboard.press("1")
    is_saved(page)
    is_heard(page)
    page.reload()
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    expect(page.get_by_role("button", name="Begin by itself")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-part=speed]")).to_have_text("0.75 ×")
    assert complaints == []


def test_a_sensitive_sound_is_silent_until_a_key_shows_it_and_one_that_fails_can_be_tried_again(page, live_server):
    project = make_project(schema=AUDIO_SCHEMA, is_sensitive=True)
    make_audio_task(project, make_sound(make_tone(300, 4)))
    fails = [True]
    page.route("**/whole", lambda route: route.fulfill(status=503) if fails else route.continue_())
    ben = make_member(project, "annotator", make_user("ben"))
    sign_in(page.context, ben.user, live_server)
    page.add_init_script("localStorage.setItem('workbench-sound-begins', 'yes')")
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "task")
    page.keyboard.press(",")
    expect(button(page, "play")).not_to_contain_text("Pause")
    page.keyboard.press("v")
    expect(page.get_by_text("The sound could not be loaded.")).to_be_visible()
    fails.clear()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The sound could not be loaded.")).to_be_hidden()
    is_heard(page)
    page.keyboard.press("v")
    expect(button(page, "play")).to_have_text(re.compile("Play$"))
    page.set_viewport_size({"width": 390, "height": 780})
    page.keyboard.press("v")
    page.keyboard.press("g")
    is_drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "audio-phone")
