"""Finding tasks by what their final labels hold, however much that is."""

import uuid
from importlib import import_module

import pytest
from django.apps import apps

from annotations.conclusions.recount import recount_project
from annotations.gold import make_gold, unmake_gold
from annotations.models import FinalLabel, LabelValue
from annotations.work.workbench import Submission, submit_annotation, undo_annotation
from projects.models import Lane
from projects.schema.questions.question import findable
from tests.annotations.exporting.test_exports import exported, rows_of
from tests.annotations.test_data_page import listed
from tests.factories import make_member, make_project, make_task, make_tasks

pytestmark = pytest.mark.django_db

LONG = [f"option {number:02} {'of a rather long name ' * 2}".strip() for number in range(40)]
TREE = [{"value": "a" * 80, "children": [{"value": "b" * 80, "children": [{"value": "c" * 80}, "d"]}]}]
SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "topics", "kind": "choices", "options": [*LONG, "rare"]},
        {"name": "place", "kind": "taxonomy", "options": TREE},
        {"name": "parts", "kind": "spans", "options": [*LONG, "rare"], "snap": "character"},
        {"name": "note", "kind": "text", "longest": 5000},
    ],
}
NOTE = "a long\nnote " * 200


@pytest.fixture
def wide(ada):
    project = make_project(schema=SCHEMA)
    make_member(project, "admin", ada.user)
    return project


def answers(last="rare"):
    parts = [
        {"id": f"s{number}", "parts": [{"start": number, "end": number + 1}], "label": label}
        for number, label in enumerate([*LONG, last])
    ]
    return {"topics": [*LONG, last], "place": "c" * 80, "parts": parts, "note": NOTE}


def submit(project, user, **changed):
    task = make_task(project, "x" * 100)
    submission = Submission(uuid.uuid4(), {**answers(), **changed}, schema_number=1)
    annotation, *_ = submit_annotation(user, task.pk, submission)
    return task, annotation


def found_by(project, name):
    return set(LabelValue.objects.filter(project=project, question=name).values_list("value", flat=True))


@pytest.mark.parametrize(
    ("question", "value"),
    [("topics", "rare"), ("topics", LONG[0]), ("place", "c" * 80), ("place", "a" * 80), ("parts", "rare")],
)
def test_a_label_of_very_many_or_long_values_is_found_by_each(client, api, ada, wide, question, value):
    task, _ = submit(wide, ada.user)
    submit(wide, ada.user, topics=LONG[1:2], place="d", parts=[])
    make_tasks(wide, 2)
    client.force_login(ada.user)
    wanted = [task.external_id] if value != "a" * 80 else [row.task.external_id for row in labels_of(wide, question)]
    assert listed(client, wide, f"?label.{question}={value}") == wanted
    labels = api(ada.user).read(f"projects/{wide.slug}/final-labels/?question={question}&value={value}").json()
    assert [one["external_id"] for one in labels["results"]] == wanted
    chosen = {"tasks": "labeled", "question": question, "value": value}
    assert [row["external_id"] for row in rows_of(exported(api(ada.user), wide, filter=chosen))] == wanted


def labels_of(project, question):
    return FinalLabel.objects.filter(project=project, question=question).select_related("task").order_by("task")


def test_a_value_that_only_begins_like_another_is_not_taken_for_it(client, ada, wide):
    submit(wide, ada.user)
    client.force_login(ada.user)
    for value in ("rar", "rare|", "%", "option 01", "|".join(LONG[:2])):
        assert listed(client, wide, f"?label.topics={value}") == []


def test_a_long_free_text_is_found_as_a_whole_and_not_by_its_beginning(api, ada, wide):
    submit(wide, ada.user)
    said = " ".join(NOTE.split())
    here = f"projects/{wide.slug}/final-labels/?question=note&value="
    assert len(api(ada.user).read(here + said[:2000]).json()["results"]) == 0
    assert labels_of(wide, "note").filter(value_text=findable(said)).exists()
    submit(wide, ada.user, note=said[:1500])
    assert len(api(ada.user).read(here + said[:1500]).json()["results"]) == 1
    assert len(api(ada.user).read(here + said[:200]).json()["results"]) == 0


def test_values_go_and_come_with_their_labels(ada, wide):
    task, annotation = submit(wide, ada.user)
    assert found_by(wide, "topics") == {*LONG, "rare"}
    undo_annotation(ada.user, annotation.pk)
    assert not LabelValue.objects.exists()
    other = make_task(wide, "y" * 100)
    make_gold(ada_in(wide, ada), other.pk, answers(last=LONG[0]) | {"topics": ["rare"], "parts": []}, "")
    assert found_by(wide, "topics") == {"rare"}
    unmake_gold(ada_in(wide, ada), other.pk)
    other.refresh_from_db()
    assert other.lane == Lane.BASE
    assert not LabelValue.objects.exists()
    assert not list(recount_project(wide))


def ada_in(project, ada):
    return project.memberships.select_related("user", "project__schema_version").get(user=ada.user)


def test_a_lost_value_is_reported_and_put_right(ada, wide):
    submit(wide, ada.user)
    LabelValue.objects.filter(value="rare").delete()
    assert [one.what for one in recount_project(wide, fix=True)] == ["final labels"]
    assert "rare" in found_by(wide, "topics")
    assert not list(recount_project(wide))


def test_labels_from_before_the_table_of_values_are_taken_into_it_and_back(ada, wide):
    migration = import_module("annotations.migrations.0009_values_of_old_labels")
    submit(wide, ada.user)
    kept = sorted(LabelValue.objects.values_list("question", "value"))
    texts = sorted(FinalLabel.objects.values_list("question", "value_text"))
    migration.empty(apps, None)
    assert not LabelValue.objects.exists()
    assert FinalLabel.objects.get(question="topics").value_text.startswith(f"|{LONG[0]}|")
    migration.fill(apps, None)
    assert sorted(LabelValue.objects.values_list("question", "value")) == kept
    assert sorted(FinalLabel.objects.values_list("question", "value_text")) == texts
