"""Relations are learned between people's spans, and suggested between those that the model of spans suggests."""

from typing import Any

import pytest

from models_app.models import ModelVersion, SelectionRun
from models_app.prelabeling import predictions_for
from projects.models import Lane, Project, Task
from tests.factories import make_project, make_tasks
from tests.models_app.learning import conclude, encode, train
from tests.models_app.learning_kinds.test_spans_round import sentence, spans_of

pytestmark = pytest.mark.django_db

SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "entities", "kind": "spans", "on": "text", "options": [{"value": "person"}, {"value": "place"}]},
        {
            "name": "where",
            "kind": "relations",
            "between": "entities",
            "options": [{"value": "lives", "from": ["person"], "to": ["place"]}],
        },
    ],
}


def relations_of(text: str, spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who lives somewhere does so there; who was seen near it does not."""
    return [{"id": "r1", "from": spans[0]["id"], "to": spans[1]["id"], "label": "lives"}] if "lives" in text else []


def label(tasks: list[Task]) -> None:
    for task in tasks:
        text = task.content.data["text"]
        spans = spans_of(text, sentence(int(text.rsplit(" ", 1)[1]))[1])
        conclude(task, "entities", spans)
        conclude(task, "where", relations_of(text, spans))


@pytest.fixture
def project() -> Project:
    project = make_project(schema=SCHEMA)
    written = [sentence(number)[0] for number in range(120)]
    tasks = make_tasks(project, texts=written[:30], lane=Lane.HOLDOUT)
    tasks += make_tasks(project, texts=written[30:], lane=Lane.BASE)
    encode(project)
    label(tasks[:80])
    return project


def test_relations_are_suggested_between_suggested_spans(project: Project) -> None:
    job = train(project)
    assert job.state == "done", job.error
    tasks = list(Task.objects.filter(project=project, open_slots__gt=0).select_related("content"))
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks])
    n_right = 0
    for task in tasks:
        spans, relations = (found[task.pk][name]["value"] for name in ("entities", "where"))
        for span in spans:
            span.pop("confidence")
        project.schema.validate_answers({"entities": spans, "where": relations}, task.content.data)
        n_right += bool(relations) == ("lives" in task.content.data["text"])
    assert n_right >= 0.8 * len(tasks)


def test_a_suggested_relation_names_the_words_between_its_spans_that_speak_for_it(project: Project) -> None:
    train(project)
    tasks = list(Task.objects.filter(project=project, open_slots__gt=0).select_related("content"))
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks])
    suggested = [one["where"] for one in found.values() if one["where"]["value"]]
    assert len([one for one in suggested if "lives" in one["words"]]) >= 0.9 * len(suggested) > 0
    assert not any("lives" in one["where"]["words"] for one in found.values() if not one["where"]["value"])


def test_they_are_measured_between_peoples_own_spans(project: Project) -> None:
    train(project)
    version = ModelVersion.objects.get(project=project, question="where")
    holdout = version.metrics["holdout"]
    assert (version.learner, holdout["main"], holdout["relation_f1"]["n"]) == ("pairs", "relation_f1", 30)
    assert holdout["relation_f1"]["value"] > 0.8


def test_how_sure_the_model_is_of_relations_is_calibrated_by_answers_out_of_fold(project: Project) -> None:
    train(project)
    version = ModelVersion.objects.get(project=project, question="where")
    assert version.metrics["out_of_fold"]["random"]["n"] > 0
    assert version.metrics["holdout"]["calibration_error"] < 0.2
    assert version.unseen_file
    tasks = list(Task.objects.filter(project=project, open_slots__gt=0).select_related("content"))
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks])
    confidences = [one["where"]["confidence"] for one in found.values()]
    assert min(confidences) > 0.5, "Also that nothing is related is known with some confidence."


def test_a_kept_model_of_relations_says_the_same(project: Project) -> None:
    train(project)
    tasks = list(Task.objects.filter(project=project, open_slots__gt=0).select_related("content"))
    asked = [(task.pk, task.content.data, task.lane) for task in tasks]
    before = {pk: one["where"]["value"] for pk, one in predictions_for(project.pk, asked).items()}
    train(project, fit=False)
    after = {pk: one["where"]["value"] for pk, one in predictions_for(project.pk, asked).items() if "where" in one}
    assert after
    assert all(after[pk] == before[pk] for pk in after if pk in before)


def test_what_one_question_asks_for_does_not_push_out_what_another_does(project: Project) -> None:
    train(project)
    runs = {run.question: run for run in SelectionRun.objects.filter(project=project)}
    assert set(runs) == {"entities", "where"}
    selected = set(Task.objects.filter(project=project, lane=Lane.SELECTED).values_list("pk", flat=True))
    asked = {name: set(run.statistics["tasks"]) for name, run in runs.items()}
    assert all(asked.values())
    assert selected == asked["entities"] | asked["where"]
    train(project)  # the next batches take the place of the former ones
    latest = {
        run.question: set(run.statistics["tasks"])
        for run in SelectionRun.objects.filter(project=project).order_by("pk")
    }
    selected = set(Task.objects.filter(project=project, lane=Lane.SELECTED).values_list("pk", flat=True))
    assert selected == latest["entities"] | latest["where"]
