import json

import pytest
from django.utils.html import escape

from labelplatform.jobs.running import run_job
from projects.models import Project
from projects.starters import all_starters

pytestmark = pytest.mark.django_db


OPTIONS = [
    {"value": "spam", "title": "Spam", "key": "1", "colour": 1},
    {"value": "wanted", "title": "Wanted", "key": "2", "colour": 6},
]


def schema(options=OPTIONS, **question):
    asked = {"name": "spam", "kind": "choice", "title": "Is it spam?", "on": "text", "options": options, **question}
    return json.dumps({"fields": [{"name": "text", "kind": "text"}], "questions": [asked]})


def form_data(**changes):
    """What a browser sends for the starter "spam" with a name filled in."""
    data = {
        "name": "Mail",
        "description": "",
        "guideline": "# How",
        "schema": schema(),
        "overlap": "2",
        "overlap_percent": "100",
        "fills": "depth",
        "task_order": "random",
        "lease_minutes": "30",
        "learns": "on",
        "retrain_after": "0",
        "strategy": "kmeans_margin",
        "holdout_percent": "5",
        "holdout_target": "200",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_every_starter_is_offered_with_what_it_asks_and_opens(client, ada):
    client.force_login(ada.user)
    gallery = client.get("/projects/new/").content.decode()
    for name, starter in all_starters().items():
        assert escape(starter.title) in gallery
        assert escape(starter.schema["questions"][0]["title"]) in gallery
        page = client.get(f"/projects/new/?from={name}")
        assert page.status_code == 200
        assert escape(starter.schema["questions"][0]["title"]) in page.content.decode()
        assert ("with_samples" in page.content.decode()) == bool(starter.samples or starter.sample_files)


@pytest.mark.parametrize(("given", "n_tasks"), [({"with_samples": "on"}, 12), ({}, 0)])
def test_sample_tasks_come_along_where_they_are_wished_for(client, ada, given, n_tasks):
    client.force_login(ada.user)
    client.post("/projects/new/?from=spam", form_data(**given))
    project = Project.objects.get(name="Mail")
    for run in project.import_runs.select_related("job"):
        run_job(run.job.pk)
    assert project.tasks.count() == n_tasks
    assert set(project.tasks.values_list("external_id", flat=True)) == {f"sample-{n + 1}" for n in range(n_tasks)}


def test_a_starters_own_policies_hold_where_the_page_does_not_ask(client, ada):
    client.force_login(ada.user)
    client.post("/projects/new/?from=moderation", form_data(overlap="3"))
    project = Project.objects.get(name="Mail")
    assert (project.is_sensitive, project.overlap, project.exposure_limit) == (True, 3, 200)
    assert "insult" in project.content_warning


def test_a_form_becomes_a_project_with_schema_guideline_and_policies(client, ada):
    client.force_login(ada.user)
    answer = client.post("/projects/new/?from=spam", form_data())
    project = Project.objects.get(name="Mail")
    assert answer.url == f"/projects/{project.slug}/"
    assert project.schema.definition() == json.loads(schema())
    assert (project.overlap, project.shows_suggestions, project.guidelines.get().text) == (2, False, "# How")
    assert project.memberships.get().user == ada.user


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"schema": schema([OPTIONS[0], {**OPTIONS[1], "value": "spam"}])}, "used twice"),
        ({"schema": schema([OPTIONS[0], {**OPTIONS[1], "key": "1"}])}, "given to two options"),
        ({"schema": schema([OPTIONS[0], {**OPTIONS[1], "key": "u"}])}, "the workbench uses it"),
        ({"schema": schema(OPTIONS[:1])}, "At least two options"),
        ({"schema": schema(name="Is It")}, "is no name"),
        ({"schema": "{"}, "Line 1, column"),
        ({"schema": ""}, "This field is required."),
        ({"overlap": "0"}, "greater than or equal to 1"),
        ({"name": "New"}, "address of the site itself"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made_or_lost(client, ada, changes, message):
    client.force_login(ada.user)
    answer = client.post("/projects/new/?from=spam", form_data(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "schema-editor-config" in page
    assert not Project.objects.filter(name__in=["Mail", "New"]).exists()
