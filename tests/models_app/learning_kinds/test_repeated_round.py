"""Questions about each part of a task: parts are learned one by one, but tasks are never split up."""

from typing import Any

import pytest

from models_app.learning import repeated
from models_app.models import ModelVersion, SelectionRun
from models_app.prelabeling import predictions_for
from models_app.rounds.learnable import learnable_questions, unlearnable_questions
from models_app.strategy.strategy_facts import strategy_facts
from models_app.versions.unseen import disagreements
from projects.models import Lane, Project, Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import OTHERS, WORDS, conclude, encode, train

pytestmark = pytest.mark.django_db

SPEAKERS = ("customer", "agent")
GREETINGS = ["hello", "welcome", "good day", "hi there"]
DIALOGUE = {"name": "talk", "kind": "dialogue"}
TOPIC = {"kind": "choice", "options": [{"value": topic} for topic in (*WORDS, "greeting")]}
RATES = {"sports": 1, "politics": 3, "music": 5, "greeting": 2}


def turn(number: int, place: int) -> tuple[str, str]:
    """What is said in a turn, and what it is about."""
    noise = f"{OTHERS[(7 * number + 3 * place) % 18]} {OTHERS[(5 * number + place) % 18]}"
    if place == 0:
        return f"{GREETINGS[number % 4]} {noise}", "greeting"
    topic = list(WORDS)[(number + place) % 3]
    return f"{WORDS[topic][(number + 2 * place) % 5]} {noise}", topic


def dialogue(number: int) -> dict[str, Any]:
    return {
        "talk": [{"speaker": SPEAKERS[place % 2], "text": turn(number, place)[0]} for place in range(2 + number % 4)]
    }


def topics(number: int) -> dict[str, str]:
    return {str(place): turn(number, place)[1] for place in range(2 + number % 4)}


ANSWERS = {
    "choice": topics,
    "choices": lambda number: {one: [topic] for one, topic in topics(number).items()},
    "rating": lambda number: {one: RATES[topic] for one, topic in topics(number).items()},
    "number": lambda number: {one: 10 * RATES[topic] for one, topic in topics(number).items()},
}
QUESTIONS: dict[str, dict[str, Any]] = {
    "choice": TOPIC,
    "choices": {**TOPIC, "kind": "choices"},
    "rating": {"kind": "rating"},
    "number": {"kind": "number", "minimum": 0, "maximum": 100},
}
MAIN = {"choice": "part_accuracy", "choices": "micro_f1", "rating": "part_accuracy", "number": "agreement"}


def make_learned(kind: str = "choice", **question: Any) -> tuple[Project, list[Task]]:
    asked = {"name": "act", "on": "talk", "per": "turn", **QUESTIONS[kind], **question}
    project = make_project(schema={"fields": [DIALOGUE], "questions": [asked]})
    data = [dialogue(number) for number in range(90)]
    tasks = make_tasks(project, data=data[:30], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, data=data[30:], lane=Lane.BASE)
    encode(project)
    for number, task in enumerate(tasks[:70]):
        conclude(task, "act", ANSWERS[kind](number))
    return project, tasks[70:]


def predicted(project: Project, tasks: list[Task]) -> dict[int, dict[str, Any]]:
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks])
    return {task_id: by_question["act"] for task_id, by_question in found.items()}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_round_suggests_an_answer_for_each_turn_and_measures_by_tasks(kind: str) -> None:
    project, unlabeled = make_learned(kind)
    job = train(project)
    assert job.state == "done", job.error
    found = predicted(project, unlabeled)
    assert len(found) == len(unlabeled)
    question = project.schema.questions_by_name["act"]
    distances = []
    for number, task in enumerate(unlabeled, start=70):
        prediction = found[task.pk]
        project.schema.validate_answers({"act": prediction["value"]}, task.content.data)
        assert prediction["value"].keys() == prediction["parts"].keys() == topics(number).keys()
        assert all(part["value"] == prediction["value"][one] for one, part in prediction["parts"].items())
        assert all(0 <= part["confidence"] <= 1 for part in prediction["parts"].values())
        distances.append(question.distance(prediction["value"], ANSWERS[kind](number)))
    assert sum(distances) / len(distances) < 0.25
    version = ModelVersion.objects.get(project=project)
    holdout = version.metrics["holdout"]
    assert (version.learner, version.parameters["per"]) == ("parts", "turn")
    assert (holdout["main"], holdout["score"]["n"], holdout["exact"]["n"]) == (MAIN[kind], 30, 30)
    assert holdout["n_parts"] == sum(len(topics(number)) for number in range(30))
    assert holdout["score"]["value"] > 0.7
    assert holdout["exact"]["value"] <= holdout["score"]["value"]
    assert SelectionRun.objects.get(project=project).n_tasks > 0
    proven = version.metrics["acceptance"].get("n_holdout")
    assert proven == (None if kind == "number" else 30), "Whole tasks are what acceptance goes by."


def test_each_turn_says_what_spoke_for_its_answer_and_the_queue_names_the_doubtful_one() -> None:
    project, unlabeled = make_learned()
    train(project)
    parts = [
        (task.content.data["talk"][int(one)]["text"].split(), part)
        for task in unlabeled
        for one, part in predicted(project, [task])[task.pk]["parts"].items()
    ]
    assert all(set(part["words"]) <= set(text) for text, part in parts)
    assert sum(bool(part["words"]) for _, part in parts) > 0.8 * len(parts)
    assert all(part["alternatives"][0]["value"] == part["value"] for _, part in parts)
    selected = Task.objects.filter(project=project, lane=Lane.SELECTED).select_related("content")
    why = [one["why"] for one in predicted(project, list(selected)).values()]
    assert any("turn " in one for one in why), why
    facts = strategy_facts(make_member(project, "manager"), "act")
    assert any("turn " in task.why for task in facts.next_tasks)


def test_only_turns_of_the_speakers_asked_about_are_answered() -> None:
    project = make_project(
        schema={
            "fields": [DIALOGUE],
            "questions": [{"name": "act", "on": "talk", "per": "turn", "speakers": ["agent"], **TOPIC}],
        }
    )
    tasks = make_tasks(project, data=[dialogue(number) for number in range(60)], lane=Lane.BASE)
    encode(project)
    for number, task in enumerate(tasks[:40]):
        conclude(task, "act", {one: topic for one, topic in topics(number).items() if int(one) % 2})
    assert train(project).state == "done"
    for task in tasks[40:]:
        assert all(int(one) % 2 for one in predicted(project, [task])[task.pk]["value"])


def test_a_kept_model_of_turns_says_the_same() -> None:
    project, unlabeled = make_learned()
    train(project)
    before = {pk: one["parts"] for pk, one in predicted(project, unlabeled).items()}
    train(project, fit=False)
    assert {pk: one["parts"] for pk, one in predicted(project, unlabeled).items()} == before
    train(project)
    newest = ModelVersion.objects.of_question(project.pk, "act")[0]
    assert (newest.number, newest.state) == (2, "active"), newest.reason


@pytest.mark.parametrize(
    ("field", "value", "per"),
    [
        (
            {"name": "replies", "kind": "candidates"},
            lambda number: [{"id": f"c{place}", "text": turn(number, place)[0]} for place in range(3)],
            "candidate",
        ),
        (
            {"name": "row", "kind": "record"},
            lambda number: {f"c{place}": turn(number, place)[0] for place in range(3)},
            "column",
        ),
    ],
)
def test_candidates_and_columns_are_learned_as_well(field: dict[str, Any], value: Any, per: str) -> None:
    project = make_project(
        schema={"fields": [field], "questions": [{"name": "act", "on": field["name"], "per": per, **TOPIC}]}
    )
    tasks = make_tasks(project, data=[{field["name"]: value(number)} for number in range(60)], lane=Lane.BASE)
    encode(project)
    truth = [{f"c{place}": turn(number, place)[1] for place in range(3)} for number in range(60)]
    for number, task in enumerate(tasks[:40]):
        conclude(task, "act", truth[number])
    assert train(project).state == "done"
    found = predicted(project, tasks[40:])
    rights = [
        found[task.pk]["value"][one] == topic
        for task, topics_of_task in zip(tasks[40:], truth[40:], strict=True)
        for one, topic in topics_of_task.items()
    ]
    assert sum(rights) > 0.8 * len(rights)


def test_what_is_not_learned_about_each_turn_says_so() -> None:
    project = make_project(
        schema={"fields": [DIALOGUE], "questions": [{"name": "gist", "kind": "text", "on": "talk", "per": "turn"}]}
    )
    assert learnable_questions(project) == []
    (found,) = unlearnable_questions(project)
    assert "about each part" in found.reason
    assert "choice" in found.reason


def test_very_many_turns_are_learned_from_in_part_and_answered_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "_MOST_PARTS", 90)
    monkeypatch.setattr(repeated, "_TASKS_AT_ONCE", 7)
    project, unlabeled = make_learned()
    job = train(project)
    assert job.state == "done", job.error
    found = predicted(project, unlabeled)
    n_right = sum(found[task.pk]["value"] == topics(number) for number, task in enumerate(unlabeled, 70))
    assert n_right > len(unlabeled) / 3
    version = ModelVersion.objects.get(project=project)
    assert all(one.theirs.keys() >= one.answer.value.keys() for one in disagreements(version)), (
        "Each beside its own task."
    )
