"""The loop over rich text by the doors that people use: words marked in HTML become a model that marks others."""

from collections.abc import Iterator
from typing import Any

import pytest

from annotations.models import FinalLabel
from models_app import prelabeling
from models_app.models import ModelState, ModelVersion
from models_app.rounds.triggers import consider_training
from projects.models import Lane, Project
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, run_jobs
from tests.models_app.learning_kinds.test_spans_round import sentence, spans_of
from tests.models_app.test_models_page import words

pytestmark = pytest.mark.django_db

SCHEMA = {
    "fields": [{"name": "page", "kind": "rich_text"}],
    "questions": [
        {"name": "entities", "kind": "spans", "on": "page", "options": [{"value": "person"}, {"value": "place"}]}
    ],
}
N_HOLDOUT, N_TASKS = 30, 110


@pytest.fixture(autouse=True)
def _known_anew() -> Iterator[None]:
    prelabeling.forget()
    yield
    prelabeling.forget()


def page(number: int) -> str:
    """A sentence as a careless program writes it: names in tags and in pieces, entities, scripts, blocks."""
    text, _ = sentence(number)
    name, rest = text.split(" ", 1)
    return (
        f"<style>Rome</style><h2>Note&#32;&amp; date</h2><p><b class='Oslo'>{name[0]}</b>{name[1:]} <i>{rest}</i></p>"
        "<script>Ada in Rome</script>&eacute; &#128512;"
    )


def truth(project: Project, number: int) -> list[dict[str, Any]]:
    text = project.schema.fields_by_name["page"].text(page(number))
    assert text is not None
    return spans_of(text, sentence(number)[1])


def number_of(work: dict[str, Any]) -> int:
    """Which page it is, as people are shown it."""
    return int(work["task"]["data"]["page"]["text"].split("number ")[1].split()[0])


def answer_all(api: Any, project: Project, n: int) -> None:
    """Somebody marks the words of ``n`` tasks in turn."""
    for _ in range(n):
        work = api.next_task(project)
        marked = truth(project, number_of(work))
        answered = api.answer(work["task"]["id"], {"entities": marked})
        assert answered.status_code in {200, 201}, answered.content


def test_spans_over_html_are_learned_suggested_in_the_right_places_measured_and_promoted(client: Any, api: Any) -> None:
    project = make_project(schema=SCHEMA, state="active", shows_suggestions=True)
    data = [{"page": page(number)} for number in range(N_TASKS)]
    held = make_tasks(project, data=data[:N_HOLDOUT], lane=Lane.HOLDOUT)
    make_tasks(project, data=data[N_HOLDOUT:], lane=Lane.BASE)
    encode(project)
    annotator = api(make_member(project, "annotator").user)
    for number, task in enumerate(held):
        conclude(task, "entities", truth(project, number))
    answer_all(annotator, project, 30)
    assert FinalLabel.objects.filter(project=project).count() == N_HOLDOUT + 30
    consider_training(project.pk)
    assert [job.error for job in run_jobs() if job.state == "failed"] == []
    first = ModelVersion.objects.get(project=project)
    assert (first.state, first.metrics["holdout"]["main"]) == (ModelState.ACTIVE, "span_f1")
    assert first.metrics["holdout"]["span_f1"]["n"] == N_HOLDOUT
    assert first.metrics["holdout"]["span_f1"]["value"] > 0.8

    prelabeling.forget()  # what is known of models may be a second old
    n_suggested = n_right = 0
    while n_suggested < 8:
        work = annotator.next_task(project)
        if "entities" not in work["predictions"]:  # from a share of tasks suggestions are withheld
            assert (
                annotator.answer(work["task"]["id"], {"entities": truth(project, number_of(work))}).status_code == 201
            )
            continue
        n_suggested += 1
        text = work["task"]["data"]["page"]["text"]
        suggested = work["predictions"]["entities"]["value"]
        places = [part for span in suggested for part in span["parts"]]
        assert all(text[part["start"] : part["end"]] == part["text"] for part in places), "Offsets count what is read."
        true = truth(project, number_of(work))
        n_right += [span["parts"] for span in suggested] == [span["parts"] for span in true]
        accepted = [{name: own for name, own in span.items() if name != "confidence"} for span in suggested]
        assert annotator.answer(work["task"]["id"], {"entities": accepted}).status_code in {200, 201}
    assert n_right >= 6

    answer_all(annotator, project, 20)
    consider_training(project.pk)
    assert [job.error for job in run_jobs() if job.state == "failed"] == []
    latest = ModelVersion.objects.of_question(project.pk, "entities")[0]
    assert (latest.number, latest.state) == (2, ModelState.ACTIVE), latest.reason
    client.force_login(make_member(project, "manager").user)
    models = f"/projects/{project.slug}/models/"
    assert "Model 2" in words(client.get(models))
    client.post(f"{models}1/promote/?question=entities")
    run_jobs()
    assert ModelVersion.objects.get(project=project, state=ModelState.ACTIVE).number == 1
