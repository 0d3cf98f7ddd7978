"""Chains are learned between people's spans, and suggested between those that are known: people's, or a model's."""

from typing import Any

import pytest

from annotations.models import FinalLabel
from models_app.models import ModelVersion
from models_app.prelabeling import predictions_for
from models_app.versions.unseen import disagreements
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import OTHERS, conclude, encode, train

pytestmark = pytest.mark.django_db

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "entities", "kind": "spans", "on": "text", "options": [{"value": "person"}, {"value": "place"}]},
        {"name": "same", "kind": "chains", "of": "entities", "options": [{"value": "who"}, {"value": "where"}]},
    ],
}
PEOPLE = ["Ada", "Ben", "Rae", "Tom", "Eve", "Kim", "Lou"]
PLACES = ["Oslo", "Rome", "Lima", "Bonn", "Kyiv"]

Chains = list[dict[str, Any]]


def story(number: int) -> tuple[str, list[dict[str, Any]], Chains]:
    """Somebody somewhere, spoken of again by a pronoun and by name; somebody else is met and is nobody's chain."""
    who, other = PEOPLE[number % 7], PEOPLE[(number + 1 + number // 7 % 5) % 7]
    where, noise = PLACES[number % 5], OTHERS[number % 18]
    said = [(who, "person", 0), (" went to ", "", 0), (where, "place", 1), (f" with a {noise}. ", "", 0)]
    said += [("There ", "place", 1), ("she", "person", 0), (" met ", "", 0), (other, "person", 2), (". ", "", 0)]
    if number % 2:
        said += [("Later ", "", 0), (who, "person", 0), (f" left the {noise} there.", "", 0)]
    text = ""
    spans: list[dict[str, Any]] = []
    members: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for words, label, chain in said:
        if label:
            quote = words.strip()
            place = {"start": len(text), "end": len(text) + len(quote), "text": quote}
            spans.append({"id": f"e{len(spans) + 1}", "parts": [place], "label": label})
            members[chain].append(spans[-1]["id"])
        text += words
    chains = [
        {"id": "c1", "members": members[0], "label": "who"},
        {"id": "c2", "members": members[1], "label": "where"},
    ]
    return text, spans, chains


def make_learned(n_labels: int = 70) -> tuple[Project, list[Task]]:
    project = make_project(schema=SCHEMA)
    stories = [story(number) for number in range(100)]
    tasks = make_tasks(project, texts=[text for text, *_ in stories[:30]], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, texts=[text for text, *_ in stories[30:]], lane=Lane.BASE)
    encode(project)
    for task, (_, spans, chains) in zip(tasks[:n_labels], stories[:n_labels], strict=True):
        conclude(task, "entities", spans)
        conclude(task, "same", chains)
    return project, tasks[n_labels:]


def test_chains_are_suggested_between_suggested_spans_and_measured_between_peoples_own() -> None:
    project, unlabeled = make_learned()
    job = train(project)
    assert job.state == "done", job.error
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in unlabeled])
    n_right = 0
    for number, task in enumerate(unlabeled, start=70):
        spans, chains = (found[task.pk][name]["value"] for name in ("entities", "same"))
        for span in spans:
            span.pop("confidence")
        project.schema.validate_answers({"entities": spans, "same": chains}, task.content.data)
        quotes = {span["id"]: span["parts"][0]["text"] for span in spans}
        _, true_spans, true_chains = story(number)
        truth = {span["id"]: span["parts"][0]["text"] for span in true_spans}
        said = {(one["label"], *(quotes[member] for member in one["members"])) for one in chains}
        n_right += said == {(one["label"], *(truth[member] for member in one["members"])) for one in true_chains}
    assert n_right >= 0.8 * len(unlabeled)
    version = ModelVersion.objects.get(project=project, question="same")
    holdout = version.metrics["holdout"]
    assert (version.learner, holdout["main"], holdout["score"]["n"]) == ("antecedents", "link_f1", 30)
    assert holdout["score"]["value"] > 0.8
    assert holdout["b_cubed"]["value"] > 0.8
    assert len(disagreements(version)) <= 0.2 * 30


def test_suggested_chains_say_which_span_goes_with_which_earlier_one_and_why() -> None:
    project, unlabeled = make_learned()
    train(project)
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in unlabeled])
    who, said = PEOPLE[71 % 7], found[unlabeled[1].pk]["same"]
    ties = dict(one.split(": ") for one in said["because"])
    assert f"“she” goes with “{who}”" in ties
    assert ties[f"“{who}” goes with “{who}”"].startswith("the same words")
    assert "same words" not in ties[f"“she” goes with “{who}”"]


def test_a_model_of_chains_that_is_wrong_is_shown_to_disagree() -> None:
    project, _ = make_learned()
    train(project)
    version = ModelVersion.objects.get(project=project, question="same")
    before = len(disagreements(version))
    for label in FinalLabel.objects.filter(project=project, question="same", task__lane=Lane.HOLDOUT):
        label.value = [{**label.value[0], "members": label.value[0]["members"][:2]}]
        label.save()
    assert len(disagreements(version)) > max(before, 20)


def test_a_kept_model_of_chains_says_the_same() -> None:
    project, unlabeled = make_learned()
    train(project)
    asked = [(task.pk, task.content.data, task.lane) for task in unlabeled]
    before = {pk: one["same"]["value"] for pk, one in predictions_for(project.pk, asked).items()}
    train(project, fit=False)
    assert {pk: one["same"]["value"] for pk, one in predictions_for(project.pk, asked).items()} == before


def test_without_any_chain_there_is_nothing_to_learn_and_the_job_says_so() -> None:
    project, unlabeled = make_learned(n_labels=0)
    for number, task in enumerate(unlabeled[:60]):
        conclude(task, "entities", story(number)[1])
        conclude(task, "same", [])
    job = train(project)
    assert job.state == "done", job.error
    assert "“same” cannot be learned yet. At least one chain must have been marked" in job.message
