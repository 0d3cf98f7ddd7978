"""For which tasks a model is worse: measured in its learning round, told on its page and by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from models_app.models import ModelVersion
from models_app.versions import storage
from projects.models import Task, TaskContent
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import WORDS, conclude, encode, label, make_learning_project, texts, topic_of, train
from tests.models_app.test_models_page import url, words

pytestmark = pytest.mark.django_db

OTHERS = {"sports": "music", "music": "politics", "politics": "sports"}


def make_sliced_project(n_holdout=80, n_labels=45, **metadata):
    """A trained project: what came by mail was labeled as no model can learn it, what came by app as it is."""
    project, tasks = make_learning_project(n_holdout + n_labels + 10, n_holdout=n_holdout)
    for number, task in enumerate(tasks):
        known = {"source": "mail" if number % 4 == 0 else "app", "tags": ["a"], **metadata}
        TaskContent.objects.filter(task=task).update(metadata=known)
    for number, task in enumerate(tasks[:n_holdout]):
        topic = topic_of(task.content.data["text"])
        label([task], OTHERS[topic] if number % 4 == 0 else topic)
    label(tasks[n_holdout : n_holdout + n_labels])
    train(project)
    return project


def slices_of(project):
    return ModelVersion.objects.get(project=project).metrics["slices"]


def test_a_round_measures_by_metadata_and_length_and_marks_what_is_worse():
    found = slices_of(make_sliced_project())
    assert found["main"] == "accuracy"
    first = found["slices"][0]
    assert (first["column"], first["title"], first["n"]) == ("metadata: source", "mail", 20)
    assert first["is_worse"]
    assert first["score"]["value"] < 0.2
    app = next(one for one in found["slices"] if one["title"] == "app")
    assert app["score"]["value"] > 0.8
    assert not app["is_worse"]
    columns = {one["column"] for one in found["slices"]}
    assert columns == {"metadata: source", "length of text, characters"}
    assert sum(one["n"] for one in found["slices"] if one["column"].startswith("length")) == 80


def test_columns_of_records_are_looked_at_too_and_few_tasks_are_not_judged():
    record = {"name": "row", "kind": "record", "columns": [{"name": "shop", "title": "Shop", "type": "text"}]}
    schema = {
        "fields": [{"name": "text", "kind": "text"}, record],
        "questions": [
            {"name": "topic", "kind": "choice", "on": "text", "options": [{"value": topic} for topic in WORDS]}
        ],
    }
    project = make_project(schema=schema)
    data = [{"text": text, "row": {"shop": "rare" if i < 3 else "usual"}} for i, text in enumerate(texts(90))]
    tasks = make_tasks(project, data=data[:30], lane="holdout") + make_tasks(project, data=data[30:], lane="base")
    encode(project)
    for task in tasks:
        conclude(task, "topic", topic_of(task.content.data["text"]))
    train(project)
    found = slices_of(project)["slices"]
    rare = next(one for one in found if one["title"] == "rare")
    assert (rare["column"], rare["score"]) == ("row: shop", None)
    assert rare["because"] == "there are 3 of the 10 tasks it takes"
    assert any(one["title"] == "usual" and one["n"] == 27 for one in found)


def test_the_page_of_a_version_tells_the_worst_first(client):
    project = make_sliced_project()
    client.force_login(make_member(project, "viewer").user)
    said = words(client.get(url(project, "1/")))
    assert "For which tasks is it worse?" in said
    assert "metadata: source mail worse" in said
    assert said.index("mail") < said.index("app")


def test_each_part_leads_to_its_tasks_on_the_data_page_also_after_a_newer_model(client):
    project = make_sliced_project(n_holdout=40)
    client.force_login(make_member(project, "manager").user)
    train(project)
    for number in (1, 2):
        page = client.get(url(project, f"{number}/"))
        mail = next(line for line in page.context["slices"].told if line.title == "mail")
        address = f"/projects/{project.slug}/data/?part={mail.name}"
        assert address in page.content.decode()
        listed = client.get(address)
        shown = Task.objects.filter(pk__in=[row.task_id for row in listed.context["rows"]])
        assert shown.count() == mail.n == 10
        assert set(shown.values_list("content__metadata__source", "lane")) == {("mail", "holdout")}


@pytest.mark.parametrize("part", ["9.9", "x", "1.", "-1.2", "1.0", "1.1"])
def test_a_part_that_is_none_of_ours_lists_no_foreign_tasks(client, part):
    project = make_sliced_project(n_holdout=20)
    foreign = make_project()
    client.force_login(make_member(foreign, "manager").user)
    make_tasks(foreign, texts=["ours"])
    number = ModelVersion.objects.get(project=project).pk
    page = client.get(f"/projects/{foreign.slug}/data/?part={part.replace('1.', f'{number}.')}")
    assert page.status_code in {200, 404}
    assert "goal" not in page.content.decode()


def test_who_is_in_which_part_is_kept_as_long_as_its_model(monkeypatch):
    project = make_sliced_project(n_holdout=20)
    monkeypatch.setattr(storage.delete_orphans, "__kwdefaults__", {"older_than_seconds": -1.0})
    encode(project)
    assert storage.path_of(project.pk, slices_of(project)["file"]).exists()
    ModelVersion.objects.update(artifact_file="")
    encode(project)
    assert not storage.path_of(project.pk, slices_of(project)["file"]).exists()


def test_a_version_of_before_says_that_it_was_not_measured_so(client):
    project = make_sliced_project(n_holdout=20)
    version = ModelVersion.objects.get(project=project)
    del version.metrics["slices"]
    version.save()
    client.force_login(make_member(project, "viewer").user)
    assert "Measured part by part from the next training on." in words(client.get(url(project, "1/")))


def test_a_value_that_somebody_wrote_into_metadata_is_shown_as_text(client):
    project = make_sliced_project()
    for content in TaskContent.objects.filter(project=project)[::3]:
        content.metadata["source"] = "<script>alert(1)</script>"
        content.save()
    train(project)
    client.force_login(make_member(project, "viewer").user)
    page = client.get(url(project, "2/")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_makes_as_many_queries_for_many_slices_as_for_none(client):
    project = make_sliced_project()
    client.force_login(make_member(project, "viewer").user)
    client.get(url(project, "1/"))
    counts = []
    for kept in (slices_of(project), {}):
        version = ModelVersion.objects.get(project=project)
        version.metrics["slices"] = kept
        version.save()
        with CaptureQueriesContext(connection) as queries:
            client.get(url(project, "1/"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
