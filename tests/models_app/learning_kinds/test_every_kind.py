"""One learning round for each kind of question: suggested as it would be answered, measured, kept, chosen for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from models_app.models import ModelVersion, SelectionRun
from models_app.prelabeling import likeliest_answers, predictions_for
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import OTHERS, WORDS, conclude, encode, texts, topic_of, train

pytestmark = pytest.mark.django_db

TEXT = {"name": "text", "kind": "text"}
OPTIONS = [{"value": topic} for topic in WORDS]
TREE = [
    {"value": "world", "children": [{"value": "politics"}, {"value": "law"}]},
    {"value": "leisure", "children": [{"value": "sports"}, {"value": "music"}]},
]
GOOD, BAD = ["clear", "kind", "short", "true"], ["rude", "vague", "wrong", "long"]


@dataclass(frozen=True)
class Kind:
    """A question with its field, what a task holds and what is true of it; ``main`` is what models are measured by."""

    question: dict[str, Any]
    answer: Callable[[dict[str, Any]], Any]
    main: str
    field: dict[str, Any] | None = None
    data: Callable[[int], dict[str, Any]] | None = None


def two_replies(number: int) -> dict[str, Any]:
    words = (GOOD[number % 4], BAD[number // 4 % 4])
    first, second = words if number % 3 else reversed(words)
    return {"replies": [{"id": "1", "text": f"a {first} reply"}, {"id": "2", "text": f"a {second} reply"}]}


def goodness(text: str) -> int:
    return int(any(word in text for word in GOOD))


def best_first(data: dict[str, Any]) -> list[str]:
    return [one["id"] for one in sorted(data["replies"], key=lambda one: -goodness(one["text"]))]


def letter(number: int) -> dict[str, Any]:
    """When it was sent, when it is due (in the order of days and months that is used here), and one thing more."""
    noise = f"{OTHERS[number % 18]} {OTHERS[(5 * number + 3) % 18]}"
    sent, due = f"{1 + number % 27:02}.{1 + number % 12:02}.2024", f"{1 + number % 28}/{1 + (3 * number) % 12}/25"
    sides = [f"sent on {sent}", f"payable by {due}", "printed on 1 May 2023"]
    return {"text": f"{noise}: " + ", ".join(sides[(number + one) % 3] for one in range(3))}


def due_date(data: dict[str, Any]) -> str:
    day, month, _ = data["text"].split("payable by ")[1].split(",")[0].split("/")
    return f"2025-{int(month):02}-{int(day):02}"


SCORES = {"sports": 1, "politics": 3, "music": 5}
CANDIDATES = {"name": "replies", "kind": "candidates"}
KINDS = {
    "choices": Kind(
        {"name": "q", "kind": "choices", "least": 0, "options": [*OPTIONS, {"value": "first"}]},
        lambda data: [topic_of(data["text"]), *(["first"] if data["text"].endswith("0") else [])],
        "micro_f1",
    ),
    "taxonomy": Kind(
        {"name": "q", "kind": "taxonomy", "options": TREE}, lambda data: topic_of(data["text"]), "accuracy"
    ),
    "rating": Kind({"name": "q", "kind": "rating"}, lambda data: SCORES[topic_of(data["text"])], "accuracy"),
    "number": Kind(
        {"name": "q", "kind": "number", "minimum": 0, "maximum": 100},
        lambda data: 20 * SCORES[topic_of(data["text"])],
        "agreement",
    ),
    "text": Kind({"name": "q", "kind": "text"}, lambda data: f"It is about {topic_of(data['text'])}.", "agreement"),
    "date": Kind({"name": "q", "kind": "date"}, due_date, "accuracy", data=letter),
    "preference": Kind(
        {"name": "q", "kind": "preference", "steps": 1},
        lambda data: {"better": best_first(data)[0]},
        "agreement",
        CANDIDATES,
        two_replies,
    ),
    "ranking": Kind({"name": "q", "kind": "ranking"}, best_first, "agreement", CANDIDATES, two_replies),
}


def make_learned(kind: Kind, n_tasks: int = 120, n_holdout: int = 30, n_labels: int = 80) -> tuple[Project, list[Task]]:
    field = kind.field or TEXT
    project = make_project(schema={"fields": [field], "questions": [{**kind.question, "on": field["name"]}]})
    written = texts(n_tasks)
    data = [kind.data(number) if kind.data else {"text": written[number]} for number in range(n_tasks)]
    tasks = make_tasks(project, data=data[:n_holdout], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, data=data[n_holdout:], lane=Lane.BASE)
    encode(project)
    for task in tasks[:n_labels]:
        conclude(task, "q", kind.answer(task.content.data))
    return project, tasks[max(n_labels, n_holdout) :]


@pytest.mark.parametrize("name", KINDS)
def test_a_round_suggests_what_people_would_answer(name: str) -> None:
    kind = KINDS[name]
    project, unlabeled = make_learned(kind)
    job = train(project)
    assert job.state == "done", job.error
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in unlabeled])
    assert len(found) >= 0.9 * len(unlabeled)
    question = project.schema.questions_by_name["q"]
    distances = []
    for task in unlabeled:
        if task.pk in found:
            prediction = found[task.pk]["q"]
            project.schema.validate_answers({"q": prediction["value"]}, task.content.data)
            assert 0 <= prediction["confidence"] <= 1
            distances.append(question.distance(prediction["value"], kind.answer(task.content.data)))
    assert sum(distances) / len(distances) < 0.25
    version = ModelVersion.objects.get(project=project)
    holdout = version.metrics["holdout"]
    assert (holdout["main"], holdout["score"]["n"]) == (kind.main, 30)
    assert holdout["score"]["value"] > 0.7
    assert holdout["score"]["low"] <= holdout["score"]["value"] <= holdout["score"]["high"]
    assert SelectionRun.objects.get(project=project).n_tasks > 0


@pytest.mark.parametrize("name", ["preference", "ranking"])
def test_candidates_are_preferred_for_words_of_their_own_and_against_words_of_the_others(name: str) -> None:
    project, unlabeled = make_learned(KINDS[name])
    train(project)
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in unlabeled])
    for task in unlabeled:
        if task.pk not in found:
            continue
        said = found[task.pk]["q"]
        best = said["value"]["better"] if name == "preference" else said["value"][0]
        texts = {one["id"]: one["text"] for one in task.content.data["replies"]}
        assert said["words"], "Each reply has a word that was preferred, or turned down, before."
        assert set(said["words"]) <= set(texts[best].split())
        against = " ".join(said.get("because", []))
        assert not set(re.findall("“(.*?)”", against)) & set(texts[best].split())
    assert any("speaks against" in one for task in found.values() for one in task["q"].get("because", []))


@pytest.mark.parametrize("name", KINDS)
def test_a_saved_model_says_the_same_when_it_is_read_again(name: str) -> None:
    project, unlabeled = make_learned(KINDS[name])
    train(project)
    ids = [task.pk for task in unlabeled]
    before = likeliest_answers(project.pk, "q", ids)
    train(project, fit=False)  # the artifact is read, and answers anew
    assert likeliest_answers(project.pk, "q", ids) == before
    train(project)
    newest = ModelVersion.objects.of_question(project.pk, "q")[0]
    assert (newest.number, newest.state) == (2, "active"), newest.reason


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"text", "ranking", "date"}))  # these learn from a single answer
def test_labels_that_all_say_the_same_are_refused_in_words(name: str) -> None:
    kind = KINDS[name]
    project, unlabeled = make_learned(kind, n_labels=0)
    same = {"better": "tie"} if name == "preference" else kind.answer(unlabeled[0].content.data)
    for task in unlabeled[:30]:
        conclude(task, "q", same)
    job = train(project)
    assert job.state == "failed"
    assert "“q” cannot be learned yet." in job.error


def test_a_date_says_where_it_is_written_and_one_that_is_nowhere_written_is_not_made_up() -> None:
    project, unlabeled = make_learned(KINDS["date"])
    silent = make_tasks(project, data=[{"text": "payable at some time"}], lane=Lane.BASE)
    encode(project)
    train(project)
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in [*unlabeled, *silent]])
    assert silent[0].pk not in found
    for task in unlabeled:
        (quote,) = found[task.pk]["q"]["words"]
        assert f"payable by {quote}" in task.content.data["text"]
    assert ModelVersion.objects.get(project=project).metrics["holdout"]["written"]["value"] == 1


def test_dates_that_are_nowhere_written_cannot_be_learned_and_the_job_says_why() -> None:
    project, unlabeled = make_learned(KINDS["date"], n_labels=0)
    for task in unlabeled[:30]:
        conclude(task, "q", "1999-12-31")
    job = train(project)
    assert job.state == "failed"
    assert "Of 30 dates that people gave, 0 stand in “text”" in job.error
