"""What a change of the schema touches: counted within the request in a small project, by a job in a large one."""

import json
import uuid

import pytest
from django.utils import timezone

from annotations.models import Annotation
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from labelplatform.refusals import Conflict
from projects.schema_change import schema_counts
from projects.schema_change.schema_changes import change_schema
from tests.factories import TOPIC_SCHEMA, make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db

MERGE = {"kind": "merge_options", "question": "topic", "values": ["music"], "into": "politics"}


def answer_all(project, values, question="topic"):
    """Two people's submitted answers to each of as many tasks."""
    tasks = make_tasks(project, len(values))
    said = [(task, author, value) for task, value in zip(tasks, values, strict=True) for author in make_two()]
    Annotation.objects.bulk_create(
        Annotation(
            task=task,
            project=project,
            author=author,
            key=uuid.uuid4(),
            status="submitted",
            answers={question: value},
            schema_version=project.schema_version,
            submitted_at=timezone.now(),
        )
        for task, author, value in said
    )


def make_two():
    return [make_user(), make_user()]


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(schema_counts, "AT_ONCE", 3)
    monkeypatch.setattr(schema_counts, "_BATCH", 2)


def test_a_large_project_is_counted_by_a_job_and_the_same_question_finds_its_counts(api, project, ada, large):
    answer_all(project, ["music", "sports", "music", "politics", "music"])
    path = f"projects/{project.slug}/schema/changes/preview/"
    first = api(ada.user).send(path, {"operations": [MERGE]}).json()
    assert (first["touched"], first["job"]["state"]) == (None, "queued")
    assert api(ada.user).send(path, {"operations": [MERGE]}).json()["job"]["id"] == first["job"]["id"]
    run_job(first["job"]["id"])
    counted = api(ada.user).send(path, {"operations": [MERGE]}).json()
    assert {one["what"]: one["count"] for one in counted["touched"]} == {
        "answers": 6,
        "tasks": 3,
        "final labels": 0,
        "models to train anew": 0,
    }
    assert (counted["job"]["done"], counted["job"]["total"]) == (5, 5)
    other = {**MERGE, "values": ["sports"]}
    assert api(ada.user).send(path, {"operations": [other]}).json()["job"]["id"] != first["job"]["id"]


def test_the_page_shows_how_far_the_count_is_and_then_the_counts(client, project, ada, large):
    answer_all(project, ["music"] * 4)
    client.force_login(ada.user)
    path, plan = f"/projects/{project.slug}/settings/schema/changes/", {"operations": json.dumps([MERGE])}
    page = client.post(path, plan).content.decode()
    assert "What this touches is being counted." in page
    assert "Put in force" in page
    run_job(Job.objects.get(kind=schema_counts.KIND).pk)
    page = client.post(path, plan).content.decode()
    assert '<span class="value">8</span><span class="name">answers</span>' in page


def test_a_small_project_is_counted_at_once_without_a_job(api, project, ada):
    answer_all(project, ["music"])
    looked = api(ada.user).send(f"projects/{project.slug}/schema/changes/preview/", {"operations": [MERGE]}).json()
    assert (looked["touched"][0], looked["job"]) == ({"what": "answers", "count": 2}, None)


@pytest.mark.parametrize("value", ['mus"ic', "a\\b", "50%_", "ünïcode", "音楽", "👩‍👩‍👧", "</x>"])
@pytest.mark.parametrize("kind", ["choice", "choices", "taxonomy"])
def test_an_option_with_answers_is_never_removed_however_it_is_written(ada, kind, value):
    options = [value, "sports", "politics"]
    asked = {"name": "topic", "kind": kind, "options": [{"value": one} for one in options]}
    project = make_project(schema={**TOPIC_SCHEMA, "questions": [asked]})
    ada = make_member(project, "admin", ada.user)
    answer_all(project, [[value] if kind == "choices" else value, ["sports"] if kind == "choices" else "sports"])
    without = {**TOPIC_SCHEMA, "questions": [{**asked, "options": asked["options"][1:]}]}
    with pytest.raises(Conflict, match="has 2 answers and 0 final labels"):
        change_schema(ada, without)
    change_schema(ada, {**TOPIC_SCHEMA, "questions": [{**asked, "options": asked["options"][:2]}]})
