"""Projects by API: create, read, change, and their schema."""

import uuid
from copy import deepcopy

import pytest

from labelplatform.jobs.models import Job
from projects.models import Guideline, Membership, Project
from tests.factories import TOPIC_SCHEMA, make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db


def patch(client, path, body):
    return client.patch(f"/api/v1/{path}", body, content_type="application/json")


def put(client, path, body):
    return client.put(f"/api/v1/{path}", body, content_type="application/json")


def test_whoever_creates_a_project_is_its_admin(api):
    body = {
        "name": "Voice assistant",
        "schema": TOPIC_SCHEMA,
        "policies": {"overlap": 2, "strategy": "margin"},
        "guideline": "# How to",
    }
    answer = api(make_user("zoe")).send("projects/", body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["slug"], made["role"], made["state"]) == ("voice-assistant", "admin", "active")
    assert (made["policies"]["overlap"], made["policies"]["strategy"]) == (2, "margin")
    assert made["schema"]["answers"]["topic"]["enum"] == ["sports", "politics", "music"]
    assert made["guideline_number"] == 1
    assert Guideline.objects.get().text == "# How to"


def test_the_same_key_creates_one_project(api):
    client = api(make_user("zoe"))
    body = {"key": str(uuid.uuid4()), "name": "Spam", "schema": TOPIC_SCHEMA}
    first, again = client.send("projects/", body), client.send("projects/", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"slug": "no slug"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"schema": {}}, "schema.fields"),
        ({"policies": {"overlap": 0}}, "policies.overlap"),
        ({"policies": {"strategy": "guess"}}, "policies.strategy"),
        ({"policies": {"overlapp": 2}}, "policies.overlapp"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_wrong_with_a_new_project_is_named(api, changes, path):
    refused = api(make_user("zoe")).send("projects/", {"name": "Spam", "schema": TOPIC_SCHEMA, **changes})
    assert refused.status_code == 422
    assert path in {error["path"] for error in refused.json()["errors"]}
    assert not Project.objects.exists()


def test_a_short_name_that_is_taken_is_refused(api, project):
    refused = api(make_user("zoe")).send("projects/", {"name": "x", "slug": project.slug, "schema": TOPIC_SCHEMA})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "slug")


def test_the_list_holds_ones_own_projects_with_ones_role(api, ben, eve):
    other = make_project("Other")
    make_member(other, "reviewer", ben.user)
    make_member(make_project("Left"), "admin", ben.user, suspended=True)
    rows = api(ben.user).read("projects/").json()["results"]
    assert [(row["slug"], row["role"]) for row in rows] == [(other.slug, "reviewer"), (ben.project.slug, "annotator")]
    archived = api(ben.user).read("projects/", data={"state": "archived"}).json()
    assert archived["results"] == []
    everything = api(make_user("root", is_superuser=True)).read("projects/").json()["results"]
    assert {row["role"] for row in everything} == {"admin"}
    assert len(everything) == 4


def test_an_admin_changes_settings_and_sees_them_at_once(api, ada):
    path = f"projects/{ada.project.slug}/"
    changed = patch(api(ada.user), path, {"state": "paused", "description": "", "policies": {"lease_minutes": 5}})
    assert changed.status_code == 200
    assert (changed.json()["state"], changed.json()["policies"]["lease_minutes"]) == ("paused", 5)
    assert Project.objects.get().overlap == 1


def test_another_overlap_brings_the_tasks_in_line_by_a_job(api, ada):
    make_tasks(ada.project, 1)
    patch(api(ada.user), f"projects/{ada.project.slug}/", {"policies": {"overlap": 3}})
    assert Job.objects.get().kind == "restage_tasks"


def test_nothing_is_changed_when_one_value_is_wrong(api, ada):
    refused = patch(api(ada.user), f"projects/{ada.project.slug}/", {"name": "New", "policies": {"overlap": 99}})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "policies.overlap")
    assert Project.objects.get().name == "Topics"


def test_the_schema_grows_by_an_option_and_gets_a_new_number(api, ada):
    schema = deepcopy(TOPIC_SCHEMA)
    schema["questions"][0]["options"].append({"value": "science"})
    changed = put(api(ada.user), f"projects/{ada.project.slug}/schema/", {"definition": schema})
    assert (changed.status_code, changed.json()["number"]) == (200, 2)
    assert put(api(ada.user), f"projects/{ada.project.slug}/schema/", {"definition": schema}).json()["number"] == 2
    assert (
        api(ada.user).read(f"projects/{ada.project.slug}/schema/").json()["answers"]["topic"]["enum"][-1] == "science"
    )


def test_a_schema_that_would_orphan_answers_is_refused_with_the_counts(api, ada, ben):
    (task,) = make_tasks(ada.project, 1)
    labels = api(ben.user)
    labels.next_task(ada.project)
    labels.answer(task.pk, {"topic": "sports"})
    schema = deepcopy(TOPIC_SCHEMA)
    del schema["questions"][0]["options"][0]
    refused = put(api(ada.user), f"projects/{ada.project.slug}/schema/", {"definition": schema})
    assert refused.status_code == 409
    assert "1 answers and 1 final labels" in refused.json()["detail"]
    assert Membership.objects.get(pk=ada.pk).project.schema_version.number == 1
