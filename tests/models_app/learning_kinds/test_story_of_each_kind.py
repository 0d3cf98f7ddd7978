"""The whole story over HTTP for each kind of question: a first model without asking, suggestions with reasons, a queue
that is explained, a curve with a forecast, promotion and rejection, and a way back."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from annotations.models import FinalLabel
from models_app import prelabeling
from models_app.models import ModelState, ModelVersion
from models_app.rounds.triggers import consider_training
from projects.models import Lane, Project, Task
from projects.schema import question_kinds
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import WORDS, conclude, encode, run_jobs, texts, topic_of, train
from tests.models_app.learning_kinds import test_boxes_round as boxes
from tests.models_app.learning_kinds import test_chains_round as chains
from tests.models_app.learning_kinds import test_relations_round as relations
from tests.models_app.learning_kinds import test_repeated_round as repeated
from tests.models_app.learning_kinds import test_segments_round as segments
from tests.models_app.learning_kinds import test_spans_round as spans
from tests.models_app.learning_kinds.test_every_kind import KINDS as SIMPLE
from tests.models_app.test_models_page import words

pytestmark = pytest.mark.django_db

N_HOLDOUT, N_TASKS = 60, 190
# Labels outside the holdout when rounds come: the first model, and those by which a curve grows.
ROUNDS = (24, 44, 66, 96)

Answers = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """A schema whose question ``q`` is followed; what a task holds, what is true of it, and what somebody confused
    would say, by the task's number; what must be there ``before`` there are tasks, or ``after``."""

    schema: dict[str, Any]
    q: str
    data: Callable[[int], dict[str, Any]]
    truth: Callable[[int], Answers]
    wrong: Callable[[int], Any]
    before: Callable[[Project], None] = lambda project: None
    after: Callable[[Project, list[Task]], None] = lambda project, tasks: None


WRITTEN = texts(N_TASKS)
OTHER = {"sports": "politics", "politics": "music", "music": "sports"}
_CONFUSED = {
    "choices": lambda data: [OTHER[topic_of(data["text"])]],
    "taxonomy": lambda data: OTHER[topic_of(data["text"])],
    "rating": lambda data: {"sports": 5, "politics": 1, "music": 2}[topic_of(data["text"])],
    "number": lambda data: {"sports": 90, "politics": 0, "music": 5}[topic_of(data["text"])],
    "text": lambda data: f"It is about {OTHER[topic_of(data['text'])]}.",
    "date": lambda data: "2023-05-01",
    "preference": lambda data: {"better": SIMPLE["ranking"].answer(data)[1]},
    "ranking": lambda data: SIMPLE["ranking"].answer(data)[::-1],
}


def simple(name: str) -> Story:
    kind = SIMPLE[name]
    field = kind.field or {"name": "text", "kind": "text"}

    def data(number: int) -> dict[str, Any]:
        return kind.data(number) if kind.data else {"text": WRITTEN[number]}

    schema = {"fields": [field], "questions": [{**kind.question, "on": field["name"]}]}
    return Story(
        schema,
        "q",
        data,
        lambda number: {"q": kind.answer(data(number))},
        lambda number: _CONFUSED[name](data(number)),
    )


def choice() -> Story:
    schema = {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [{"name": "q", "kind": "choice", "options": [*WORDS]}],
    }
    return Story(
        schema,
        "q",
        lambda number: {"text": WRITTEN[number]},
        lambda number: {"q": topic_of(WRITTEN[number])},
        lambda number: OTHER[topic_of(WRITTEN[number])],
    )


def _entities(number: int) -> list[dict[str, Any]]:
    return spans.spans_of(*spans.sentence(number))


def of_spans() -> Story:
    def swapped(number: int) -> list[dict[str, Any]]:
        return [{**one, "label": "place" if one["label"] == "person" else "person"} for one in _entities(number)]

    return Story(
        spans.SCHEMA,
        "entities",
        lambda number: {"text": spans.sentence(number)[0]},
        lambda number: {"entities": _entities(number)},
        swapped,
    )


def of_relations() -> Story:
    def related(number: int, *, is_right: bool = True) -> list[dict[str, Any]]:
        is_there = ("lives" in spans.sentence(number)[0]) == is_right
        return relations.relations_of("lives" if is_there else "", _entities(number))

    return Story(
        relations.SCHEMA,
        "where",
        lambda number: {"text": spans.sentence(number)[0]},
        lambda number: {"entities": _entities(number), "where": related(number)},
        lambda number: related(number, is_right=False),
    )


def of_chains() -> Story:
    def confused(number: int) -> list[dict[str, Any]]:
        _, found, _ = chains.story(number)
        return [{"id": "c1", "members": [found[0]["id"], found[1]["id"]], "label": "who"}]

    def truth(number: int) -> Answers:
        _, found, same = chains.story(number)
        return {"entities": found, "same": same}

    return Story(chains.SCHEMA, "same", lambda number: {"text": chains.story(number)[0]}, truth, confused)


def of_turns() -> Story:
    asked = {"name": "act", "on": "talk", "per": "turn", **repeated.TOPIC}
    other = {**OTHER, "greeting": "sports"}
    return Story(
        {"fields": [repeated.DIALOGUE], "questions": [asked]},
        "act",
        repeated.dialogue,
        lambda number: {"act": repeated.topics(number)},
        lambda number: {one: other[topic] for one, topic in repeated.topics(number).items()},
    )


def of_boxes() -> Story:
    return Story(
        boxes.SCHEMA,
        "cells",
        boxes.data,
        lambda number: {"cells": boxes.truth(number)},
        boxes.swapped,
        boxes.add_pictures,
        boxes.propose,
    )


def of_segments() -> Story:
    return Story(
        segments.SCHEMA,
        "events",
        segments.data,
        lambda number: {"events": segments.truth(number)},
        segments.swapped,
        segments.add_sounds,
        segments.propose,
    )


STORIES: dict[str, Callable[[], Story]] = {
    "choice": choice,
    **{name: partial(simple, name) for name in SIMPLE},
    "spans": of_spans,
    "relations": of_relations,
    "chains": of_chains,
    "boxes": of_boxes,
    "segments": of_segments,
    "repeated": of_turns,
}


def test_every_kind_of_question_has_its_story() -> None:
    assert set(STORIES) == {*question_kinds, "repeated"}


@pytest.fixture(autouse=True)
def _known_anew() -> Iterator[None]:
    prelabeling.forget()
    yield
    prelabeling.forget()


def tell(told: Story, tasks: list[Task], first: int, last: int) -> None:
    for number, task in enumerate(tasks[first:last], start=first):
        for question, answer in told.truth(number).items():
            conclude(task, question, answer)


def by_itself(project: Project) -> None:
    """What workers do when labels have come in; nobody has asked for a model."""
    consider_training(project.pk)
    ran = run_jobs()
    assert [job.error for job in ran if job.state == "failed"] == []


def has_reasons(prediction: dict[str, Any]) -> bool:
    parts = prediction.get("parts", {})
    own = [prediction, *(parts.values() if isinstance(parts, dict) else [])]
    return any(one.get("words") or one.get("neighbours") or one.get("because") for one in own)


@pytest.mark.parametrize("kind", STORIES)
def test_a_kind_is_learned_explained_promoted_turned_down_and_rolled_back(kind: str, client: Any, api: Any) -> None:
    told = STORIES[kind]()
    project = make_project(schema=told.schema, state="active", shows_suggestions=True)
    told.before(project)
    data = [told.data(number) for number in range(N_TASKS)]
    tasks = make_tasks(project, data=data[:N_HOLDOUT], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, data=data[N_HOLDOUT:], lane=Lane.BASE)
    told.after(project, tasks)
    client.force_login(make_member(project, "manager").user)
    page = f"/projects/{project.slug}/models/"
    asked = {"question": told.q}
    encode(project)
    tell(told, tasks, 0, N_HOLDOUT + ROUNDS[0])

    by_itself(project)
    versions = ModelVersion.objects.of_question(project.pk, told.q)
    first = versions.get()
    assert (first.number, first.state) == (1, ModelState.ACTIVE)
    assert "Model 1" in words(client.get(page, asked))

    annotator = api(make_member(project, "annotator").user)
    seen = [annotator.next_task(project) for _ in range(4)]
    suggested = [work["predictions"][told.q] for work in seen if told.q in work["predictions"]]
    assert suggested
    assert all("value" in one for one in suggested)
    assert any(work.get("why") for work in seen)
    reasons = [one for one in suggested if has_reasons(one)]

    explained = words(client.get(reverse("models_app:strategy", args=[project.slug]), asked))
    assert "Next in the queue" in explained
    assert "Why it is asked" in explained
    assert any(why in explained for why in ("torn", "less sure", "at random", "like no other"))

    for before, labels in zip(ROUNDS, ROUNDS[1:], strict=False):
        tell(told, tasks, N_HOLDOUT + before, N_HOLDOUT + labels)
        by_itself(project)
    latest = versions[0]
    assert (latest.number, latest.state) == (len(ROUNDS), ModelState.ACTIVE), latest.reason
    assert versions.get(number=1).state == ModelState.RETIRED
    models = client.get(page, asked)
    assert "Are we still learning?" in words(models)
    assert "100 more labels" in words(models)
    assert latest.metrics["prospects"]["forecast"]["gain"] is not None, latest.metrics["prospects"]["forecast"]

    for number, task in enumerate(tasks[N_HOLDOUT : N_HOLDOUT + ROUNDS[-1]], start=N_HOLDOUT):
        FinalLabel.objects.filter(task=task, question=told.q).update(value=told.wrong(number))
    train(project)
    turned_down = versions[0]
    assert turned_down.state == ModelState.REJECTED, turned_down.reason
    assert "The holdout shows it worse" in words(client.get(page, asked))

    client.post(f"{page}1/promote/?question={told.q}")
    assert versions.get(state=ModelState.ACTIVE).number == 1
    run_jobs()
    assert versions.get(state=ModelState.ACTIVE).number == 1
    assert reasons, "What spoke for a suggestion stands beside it."
    assert re.search("Reasons of its suggestions .* beside", words(client.get(f"{page}1/", asked)))
