"""Suggestions about each part of a task, and between suggested spans: seen, kept and taken by keys alone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Annotation, AnnotationStatus
from annotations.work.suggestions import prediction_sources
from projects.models import Membership
from tests.browser.barriers import broken_in_both_themes
from tests.browser.conftest import sign_in
from tests.browser.saving import is_saved
from tests.factories import make_project, make_tasks

TURNS = [
    {"speaker": "user", "text": "Hello, where does my parcel wait?"},
    {"speaker": "bot", "text": "Behind the wooden fence, under the apple tree."},
    {"speaker": "user", "text": "Nobody finds anything there."},
]
TALK_SCHEMA = {
    "fields": [{"name": "chat", "kind": "dialogue"}],
    "questions": [
        {
            "name": "act",
            "kind": "choice",
            "title": "What does it do?",
            "per": "turn",
            "options": [{"value": "asks"}, {"value": "answers"}, {"value": "complains"}],
        }
    ],
}


def part(value: str, confidence: float, *words: str, preselected: bool = False) -> dict[str, Any]:
    ranked = [{"value": value, "confidence": confidence}, {"value": "asks", "confidence": round(1 - confidence, 2)}]
    chosen = {"preselected": True} if preselected else {}
    return {"value": value, "confidence": confidence, "alternatives": ranked, "words": list(words), **chosen}


def guess(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    parts = {
        "0": part("answers", 0.55, "parcel"),
        "1": part("answers", 0.97, "fence", "tree", preselected=True),
        "2": part("complains", 0.6, "nobody"),
    }
    said = {"value": {one: own["value"] for one, own in parts.items()}, "confidence": 0.31, "words": [], "parts": parts}
    signed = {"source": "builtin/act@3", "model_number": 3, "why": "The model is torn about turn 1."}
    return {task_id: {"act": {**said, **signed}} for task_id, *_ in tasks}


def test_each_turn_has_its_own_suggestion_and_what_a_person_said_stays(
    page: Page, live_server: Any, ben: Membership, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess"})
    project = make_project(schema=TALK_SCHEMA)
    make_tasks(project, data=[{"chat": TURNS}])
    ben.project = project
    ben.save()
    sign_in(page.context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    because = page.locator(".repeated-because")
    expect(because).to_have_text(
        [
            "Suggested: answers, 55 %, for “parcel”",
            "Suggested: answers, 97 %, for “fence”, “tree”",
            "Suggested: complains, 60 %, for “nobody”",
        ]
    )
    expect(page.locator("[data-part=suggestion]")).to_have_text(
        "Suggested by model 3: 3 turns, 31 % sure of all together"
    )
    expect(page.locator(".option-button[aria-pressed=true]")).to_have_text(["2answers97 %suggested"])
    assert broken_in_both_themes(page) == []
    page.keyboard.press("1")  # the first turn asks, whatever the model says
    page.keyboard.press(" ")  # and the rest is as suggested
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert answers == {"act": {"0": "asks", "1": "answers", "2": "complains"}}
    assert complaints == []


SPANS_SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "names", "kind": "spans", "title": "Who is named?", "options": ["person", "place"]},
        {"name": "same", "kind": "chains", "title": "Who is the same?", "of": "names"},
    ],
}
TEXT = "Ada met Ben. She waved, he left, and Ada slept."


def guess_chains(project_id: int, tasks: list[tuple[int, dict[str, Any], str]]) -> dict[int, dict[str, Any]]:
    """Ada and she, rightly, and Ben and the second Ada, wrongly."""
    quotes = [(0, 3), (8, 11), (13, 16), (37, 40)]
    spans = [
        {"id": f"m{number}", "parts": [{"start": one, "end": end, "text": TEXT[one:end]}], "label": "person"}
        for number, (one, end) in enumerate(quotes, 1)
    ]
    chains = [{"id": "m1", "members": ["m1", "m3"]}, {"id": "m2", "members": ["m2", "m4"]}]
    signed = {"source": "builtin/same@2", "model_number": 2, "confidence": 0.7, "words": []}
    return {pk: {"names": {"value": spans, **signed}, "same": {"value": chains, **signed}} for pk, *_ in tasks}


def test_suggested_chains_are_seen_rejected_one_by_one_and_accepted_together(
    page: Page, live_server: Any, ben: Membership, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    monkeypatch.setattr(prediction_sources, "_paths", {"guess": f"{__name__}.guess_chains"})
    project = make_project(schema=SPANS_SCHEMA)
    make_tasks(project, texts=[TEXT])
    ben.project = project
    ben.save()
    sign_in(page.context, ben.user, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/label/")
    rows = page.locator("chains-question .span-list > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Ada = She")
    expect(page.locator(".span-tag-badge")).to_have_text(["#1 ?", "#2 ?", "#1 ?", "#2 ?"])
    assert broken_in_both_themes(page) == []
    page.get_by_role("button", name="Reject: Ben = Ada").click()
    expect(rows).to_have_count(1)
    page.keyboard.press(" ")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "empty")
    is_saved(page)
    answers = Annotation.objects.get(status=AnnotationStatus.SUBMITTED).answers
    assert answers["same"] == [{"id": "m1", "members": ["m1", "m3"]}]
    assert len(answers["names"]) == 4
    assert complaints == []
