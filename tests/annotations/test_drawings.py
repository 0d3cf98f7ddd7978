"""Answers of regions, drawn on a task's story where they lie."""

import re
import uuid
from copy import deepcopy
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.work.suggestions import prediction_sources
from annotations.work.workbench import Submission, submit_annotation
from projects.models import Assignment, Membership, Task
from tests.factories import make_member, make_project, make_task, make_user
from tests.pictures import BOX_SCHEMA, make_image_task, make_picture
from tests.sounds import make_audio_task, make_sound, make_tone

pytestmark = pytest.mark.django_db

SEGMENT_SCHEMA: dict[str, Any] = {
    "fields": [{"name": "clip", "kind": "audio"}],
    "questions": [
        {
            "name": "events",
            "kind": "segments",
            "options": [{"value": "bell", "title": "Bell", "colour": 2}, {"value": "rain", "title": "Rain <3"}],
            "questions": [{"name": "words", "kind": "text", "lines": 1, "required": False}],
        }
    ],
}
DISC = {"id": "b1", "label": "disc", "x": 32, "y": 12, "width": 16, "height": 24}
SQUARE = {"id": "b2", "label": "square", "x": 0, "y": 36, "width": 64, "height": 12}


def make_boxes_task(schema: dict[str, Any] = BOX_SCHEMA, **project: Any) -> Task:
    """A picture of 64 by 48."""
    return make_image_task(make_project(schema=schema, **project), make_picture())


def say(task: Task, answer: list[dict[str, Any]], member: Membership | None = None) -> None:
    (name,) = task.project.schema.questions_by_name
    user = (member or make_member(task.project, "annotator")).user
    until = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=task, project=task.project, user=user, lease_expires_at=until)
    submit_annotation(user, task.pk, Submission(key=uuid.uuid4(), answers={name: answer}, active_seconds=1))


def story(client: Any, task: Task) -> str:
    client.force_login(make_member(task.project, "admin", make_user("ada")).user)
    answer = client.get(f"/projects/{task.project.slug}/data/{task.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def drawings(page: str) -> list[str]:
    return re.findall(r'<figure class="drawing.*?</figure>', page, re.S)


def drawn(drawing: str) -> list[tuple[str, str, str, str, str]]:
    """What is told of each region when it is pointed at, and its left, top, width and height."""
    rects = re.findall(r"<rect ([^>/]*)><title>([^<]*)</title></rect>", drawing)
    found = [(dict(re.findall(r'([\w-]+)="([^"]*)"', attributes)), unescape(title)) for attributes, title in rects]
    return [(title, *(at[side] for side in ("x", "y", "width", "height"))) for at, title in found]


def rows(drawing: str) -> list[str]:
    """The words below it."""
    found = re.findall(r"<li>(.*?)</li>", drawing, re.S)
    return [unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))).strip() for row in found]


def guess(project_id: int, tasks: Any) -> dict[int, Any]:
    """A model that has found one square in each picture."""
    value = [{**SQUARE, "confidence": 0.7}]
    return {pk: {"cells": {"value": value, "confidence": 0.7, "source": "guess"}} for pk, _, _ in tasks}


def test_boxes_are_drawn_over_the_picture_with_their_labels_in_colour_and_in_words(client):
    task = make_boxes_task()
    say(task, [DISC, SQUARE])
    page = story(client, task)
    of_the_answer, of_the_final_label = drawings(page)
    for drawing in (of_the_answer, of_the_final_label):
        assert drawn(drawing) == [
            ("Disc (16 × 24 at 32, 12)", "50%", "25%", "25%", "50%"),
            ("Square (64 × 12 at 0, 36)", "0%", "75%", "100%", "25%"),
        ]
        assert rows(drawing) == ["Disc (16 × 24 at 32, 12)", "Square (64 × 12 at 0, 36)"]
        assert re.findall(r'<g class="option-colour-(\d+)">', drawing) == ["1", "9"]
        assert 'viewBox="0 0 64 48"' in drawing
        assert 'aria-label="Drawn: 1 × Disc, 1 × Square"' in drawing
        (address,) = re.findall(r'<image href="([^"]+)"', drawing)
        assert b"".join(client.get(address)).startswith(b"\x89PNG")
        assert "style=" not in drawing


def test_segments_are_drawn_on_a_strip_as_long_as_the_sound_with_what_is_said_in_them(client):
    task = make_audio_task(make_project(schema=SEGMENT_SCHEMA), make_sound(make_tone(600, 4)))
    bell = {"id": "s1", "label": "bell", "start": 1, "end": 3, "answers": {"words": "ding & dong"}}
    say(task, [bell, {"id": "s2", "label": "rain", "start": 3, "end": 4}])
    page = story(client, task)
    assert "1 × Bell, 1 × Rain &lt;3</span>" in page
    drawing = drawings(page)[0]
    assert drawn(drawing) == [
        ("Bell 0:01.00–0:03.00: words ding & dong", "25%", "0%", "50%", "100%"),
        ("Rain <3 0:03.00–0:04.00", "75%", "0%", "25%", "100%"),
    ]
    assert rows(drawing) == ["Bell 0:01.00–0:03.00: words ding & dong", "Rain <3 0:03.00–0:04.00"]
    assert "<image" not in drawing


def test_what_a_model_says_now_is_drawn_too(client, monkeypatch):
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})
    (drawing,) = drawings(story(client, make_boxes_task()))
    assert [title for title, *_ in drawn(drawing)] == ["Square (64 × 12 at 0, 36)"]


def test_nothing_is_drawn_of_a_picture_that_nobody_is_shown(client):
    counts = {}
    for shown in ("reviewers", "nobody"):
        schema = deepcopy(BOX_SCHEMA)
        schema["fields"] = [{"name": "photo", "kind": "image", "shown": shown}, {"name": "title", "kind": "text"}]
        task = make_image_task(make_project(schema=schema), make_picture(), title="one")
        say(task, [DISC])
        page = story(client, task)
        assert "1 × Disc" in page
        counts[shown] = len(drawings(page)), page.count("/whole") > 0
    assert counts == {"reviewers": (2, True), "nobody": (0, False)}


def test_what_counts_no_more_is_told_in_words_alone(client):
    task = make_boxes_task()
    say(task, [{"id": "b1", "label": "disc", "x": 1, "y": 1, "width": 9, "height": 9}])
    assert len(drawings(story(client, task))) == 2, "The answer and what is concluded from it."
    task.annotations.update(status="superseded")
    page = story(client, task)
    assert len(drawings(page)) == 1
    assert page.count("1 × Disc") >= 2


def test_of_many_boxes_the_first_two_hundred_are_drawn_and_the_page_says_so(client):
    task = make_boxes_task()
    boxes = [
        {"id": f"b{x}-{y}", "label": "disc", "x": x, "y": y, "width": 1, "height": 1}
        for y in range(5)
        for x in range(41)
    ]
    say(task, boxes)
    found = drawings(story(client, task))
    assert len(found) == 2
    for drawing in found:
        assert len(drawn(drawing)) == 200
        assert len(rows(drawing)) == 200
        assert "Only the first 200 of 205 are drawn." in drawing
    few = make_boxes_task()
    say(few, boxes[:200])
    assert "Only the first" not in story(client, few)


def test_drawings_are_covered_in_projects_that_are_hard_to_look_at(client):
    task = make_boxes_task(is_sensitive=True)
    say(task, [DISC])
    page = story(client, task)
    assert len(drawings(page)) == 2
    for start in re.findall(r'<figure class="drawing[^>]*>', page):
        assert "data-content" in start
    outside = re.sub(r"<figure [^>]*data-content.*?</figure>", "", page, flags=re.S)
    assert "/whole" not in outside


def test_answers_of_no_region_and_of_other_kinds_are_told_in_words_alone(client, project, ben):
    task = make_boxes_task()
    say(task, [])
    assert drawings(story(client, task)) == []
    other = make_task(project)
    until = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=other, project=project, user=ben.user, lease_expires_at=until)
    submit_annotation(ben.user, other.pk, Submission(key=uuid.uuid4(), answers={"topic": "music"}, active_seconds=1))
    assert drawings(story(client, other)) == []


def test_drawings_ask_the_database_nothing(client):
    counts = []
    for answer in ([], [DISC, SQUARE]):
        task = make_boxes_task()
        say(task, answer)
        story(client, task)  # what is kept in memory is there now
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/projects/{task.project.slug}/data/{task.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
