"""Relations and chains of a source are between its own spans: stored, shown and measured so."""

from typing import Any

import pytest

from annotations.models import FinalLabel
from labelplatform.refusals import Conflict
from models_app.sources import suggesting
from models_app.sources.choosing import choose_source
from models_app.sources.measuring import measures_of
from models_app.sources.suggesting import predictions_for
from projects.models import Lane, Membership, Task
from tests.factories import make_member, make_project, make_task, make_tasks
from tests.models_app.learning import conclude
from tests.models_app.sources.sources import reasons, said, send, source_of

pytestmark = pytest.mark.django_db

TEXT = "Ada lives in Oslo, where Ada works."
SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "names", "kind": "spans", "options": ["person", "place"]},
        {"name": "where", "kind": "relations", "between": "names", "options": ["lives"]},
        {"name": "same", "kind": "chains", "of": "names"},
    ],
}


def span(id: str, quote: str, label: str, start: int) -> dict[str, Any]:
    return {"id": id, "parts": [{"start": start, "end": start + len(quote), "text": quote}], "label": label}


def spans(prefix: str = "s") -> list[dict[str, Any]]:
    places = [("Ada", "person", 0), ("Oslo", "place", 13), ("Ada", "person", 25)]
    return [span(f"{prefix}{number}", *place) for number, place in enumerate(places, 1)]


def relation(prefix: str = "s", source: int = 1) -> list[dict[str, str]]:
    return [{"id": "r1", "from": f"{prefix}{source}", "to": f"{prefix}2", "label": "lives"}]


def chain(prefix: str = "s") -> list[dict[str, Any]]:
    return [{"id": "c1", "members": [f"{prefix}1", f"{prefix}3"]}]


@pytest.fixture
def admin() -> Membership:
    return make_member(make_project(schema=SCHEMA), "admin")


def send_all(admin: Membership, task: Task, source: str = "gpt") -> None:
    send(admin, said([task], spans(), "names"), source)
    run = send(admin, [*said([task], relation(), "where", confidence=0.8), *said([task], chain(), "same")], source)
    assert reasons(run) == [], "They name spans that were sent before."


def shown(admin: Membership, task: Task) -> dict[str, Any]:
    suggesting.forget()
    return predictions_for(admin.project_id, [(task.pk, task.content.data, Lane.BASE)]).get(task.pk, {})


def test_relations_and_chains_are_shown_with_the_spans_they_are_between(admin: Membership) -> None:
    task = make_task(admin.project, TEXT)
    send_all(admin, task)
    for question in ("names", "where", "same"):
        choose_source(admin, question, source_of(admin.project))
    found = shown(admin, task)
    assert (found["where"]["value"], found["where"]["confidence"]) == (relation(), 0.8)
    assert found["same"]["value"] == chain()
    admin.project.schema.validate_answers({name: one["value"] for name, one in found.items()}, task.content.data)


def test_relations_of_one_source_never_stand_between_spans_of_another(admin: Membership) -> None:
    task = make_task(admin.project, TEXT)
    send_all(admin, task)
    send_all(admin, task, "other")
    first, other = source_of(admin.project), source_of(admin.project, "other")
    with pytest.raises(Conflict, match="choose it there first"):
        choose_source(admin, "where", first)
    choose_source(admin, "names", first)
    choose_source(admin, "where", first)
    assert set(shown(admin, task)) == {"names", "where"}
    choose_source(admin, "names", other)
    assert set(shown(admin, task)) == {"names"}, "The ids are the same, but they mean other spans."


def test_relations_are_measured_by_what_they_are_between(admin: Membership) -> None:
    tasks = make_tasks(admin.project, texts=[TEXT] * 4, lane=Lane.HOLDOUT)
    for place, task in enumerate(tasks):
        conclude(task, "names", spans("e"))
        conclude(task, "where", relation("e", source=3 if place else 1))
        send(admin, [*said([task], spans(), "names"), *said([task], relation(), "where")])
    figures = measures_of(source_of(admin.project))["where"]["holdout"]
    assert figures["exact"]["value"] == 0.25
    FinalLabel.objects.filter(project=admin.project, question="where").update(value=relation("e"))
    assert measures_of(source_of(admin.project))["where"]["holdout"]["exact"]["value"] == 1
