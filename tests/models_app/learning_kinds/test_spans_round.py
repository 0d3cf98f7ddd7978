import pytest

from models_app.models import ModelVersion, SelectionRun
from models_app.prelabeling import predictions_for
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, train

pytestmark = pytest.mark.django_db

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "entities", "kind": "spans", "on": "text", "options": [{"value": "person"}, {"value": "place"}]}
    ],
}
PEOPLE, PLACES = ["Ada", "Ben", "Eve", "Rae", "Zoë"], ["Rome", "Oslo", "Bonn", "Lima", "Köln"]


def sentence(number: int) -> tuple[str, list[tuple[str, str]]]:
    who, where = PEOPLE[number % 5], PLACES[number // 5 % 5]
    forms = ["{} lives in {} 😀", "Yesterday {} went to {}.", "{} was seen near {} again"]
    return f"{forms[number % 3].format(who, where)} number {number}", [(who, "person"), (where, "place")]


def spans_of(text: str, found: list[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {
            "id": f"s{number}",
            "parts": [{"start": text.index(quoted), "end": text.index(quoted) + len(quoted), "text": quoted}],
            "label": label,
        }
        for number, (quoted, label) in enumerate(found)
    ]


def make_spans_project(n_tasks: int = 80, n_holdout: int = 0) -> tuple[Project, list[Task]]:
    project = make_project(schema=SCHEMA)
    written = [sentence(number)[0] for number in range(n_tasks)]
    tasks = make_tasks(project, texts=written[:n_holdout], lane=Lane.HOLDOUT) if n_holdout else []
    tasks += make_tasks(project, texts=written[n_holdout:], lane=Lane.BASE)
    encode(project)
    return project, tasks


def label(tasks: list[Task]) -> None:
    for task in tasks:
        text = task.content.data["text"]
        conclude(task, "entities", spans_of(text, sentence(int(text.rsplit(" ", 1)[1]))[1]))


def test_spans_are_suggested_as_they_would_be_answered() -> None:
    project, tasks = make_spans_project()
    label(tasks[:40])
    job = train(project)
    assert job.state == "done", job.error
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks[40:]])
    assert len(found) == 40
    for task in tasks[40:]:
        value = found[task.pk]["entities"]["value"]
        confidences = [span.pop("confidence") for span in value]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        project.schema.validate_answers({"entities": value}, task.content.data)
    right = [
        [(span["parts"][0]["text"], span["label"]) for span in found[task.pk]["entities"]["value"]]
        == sentence(int(task.content.data["text"].rsplit(" ", 1)[1]))[1]
        for task in tasks[40:]
    ]
    assert sum(right) > 30


def test_a_spans_model_is_measured_by_the_f1_of_spans() -> None:
    project, tasks = make_spans_project(110, n_holdout=60)
    label(tasks[:60])
    label(tasks[60:90])
    train(project)
    version = ModelVersion.objects.get(project=project)
    holdout = version.metrics["holdout"]
    assert (version.learner, holdout["main"], holdout["span_f1"]["n"]) == ("crf", "span_f1", 60)
    assert holdout["span_f1"]["low"] <= holdout["span_f1"]["value"] <= holdout["span_f1"]["high"]
    assert version.metrics["labels_by_option"] == {"person": 30, "place": 30}
    label(tasks[90:])
    train(project)
    newest = ModelVersion.objects.of_question(project.pk, "entities")[0]
    assert newest.state == "active", newest.reason


def test_the_next_batch_is_chosen_by_how_unsure_the_tagger_is() -> None:
    project, tasks = make_spans_project()
    label(tasks[:30])
    train(project)
    run = SelectionRun.objects.filter(project=project).latest("pk")
    assert run.model_version is not None
    assert 0 < run.statistics["mean_margin"] <= 1
    assert Task.objects.filter(project=project, lane=Lane.SELECTED).count() == run.n_tasks > 0


def test_texts_without_a_single_span_cannot_be_learned_and_say_so() -> None:
    project, tasks = make_spans_project(30)
    for task in tasks:
        conclude(task, "entities", [])
    job = train(project)
    assert job.state == "failed"
    assert "At least one span must have been marked" in job.error
