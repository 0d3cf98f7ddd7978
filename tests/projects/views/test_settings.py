import json

import pytest

from annotations.models import Annotation
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from projects.models import Project
from tests.factories import TOPIC_SCHEMA, make_member, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client, ada):
    client.force_login(ada.user)
    return client


def path(project, page=""):
    return f"/projects/{project.slug}/settings/{page}"


def test_only_those_who_may_configure_get_in(client, project, ben, eve):
    for member, status in ((make_member(project, "manager"), 403), (ben, 403), (eve, 404)):
        client.force_login(member.user)
        assert client.get(path(project)).status_code == status
        assert client.post(path(project), {"section": "state", "state-state": "archived"}).status_code == status
        assert client.get(path(project, "schema/")).status_code == status
    project.refresh_from_db()
    assert project.state == "active"


def test_each_question_saves_by_itself(admin_client, project):
    answer = admin_client.post(path(project), {"section": "state", "state-state": "paused"})
    assert answer.url == f"{path(project)}#state"
    project.refresh_from_db()
    assert (project.state, project.name) == ("paused", "Topics")
    assert Event.objects.filter(project_id=project.pk, after={"state": "paused"}).exists()


def test_another_overlap_is_carried_out_by_a_job(admin_client, project):
    data = {
        "section": "opinions",
        "opinions-overlap": "3",
        "opinions-overlap_percent": "40",
        "opinions-fills": "breadth",
        "opinions-task_order": "random",
        "opinions-lease_minutes": "30",
    }
    admin_client.post(path(project), data)
    project.refresh_from_db()
    assert (project.overlap, project.overlap_percent, project.fills) == (3, 40, "breadth")
    assert Job.objects.get().kind == "restage_tasks"


def test_a_wrong_value_comes_back_with_its_reason(admin_client, project):
    answer = admin_client.post(path(project), {"section": "measuring", "measuring-holdout_percent": "80"})
    assert answer.status_code == 422
    assert "less than or equal to 50" in answer.content.decode()
    assert Project.objects.get().holdout_percent == 0


def schema_data(*options):
    question = {**TOPIC_SCHEMA["questions"][0], "options": list(options)}
    return {"schema": json.dumps({**TOPIC_SCHEMA, "questions": [question]})}


def test_an_option_that_has_answers_cannot_go_and_the_page_says_how_many(admin_client, project, ben):
    task = make_task(project)
    Annotation.objects.create(
        task=task,
        project=project,
        author=ben.user,
        key="00000000-0000-4000-8000-000000000001",
        answers={"topic": "music"},
        schema_version=project.schema_version,
    )
    answer = admin_client.post(path(project, "schema/"), schema_data("sports", "politics"))
    assert answer.status_code == 409
    assert "music of “topic” has 1 answers" in answer.content.decode()
    project.refresh_from_db()
    assert project.schema_version.number == 1


def test_an_option_can_be_retired_and_another_added(admin_client, project):
    retired = {"value": "music", "title": "music", "retired": True}
    arts = {"value": "arts", "title": "Arts"}
    answer = admin_client.post(path(project, "schema/"), schema_data("sports", "politics", retired, arts))
    assert answer.status_code == 302
    project = Project.objects.select_related("schema_version").get()
    options = project.schema.definition()["questions"][0]["options"]
    assert (project.schema_version.number, options[2].get("retired"), options[3]["title"]) == (2, True, "Arts")


def test_what_is_wrong_with_the_json_is_said_with_its_place(admin_client, project):
    page = admin_client.get(path(project, "schema/")).content.decode()
    assert "schema-editor-config" in page
    answer = admin_client.post(path(project, "schema/"), {"schema": '{"fields": [], "questions": 1'})
    assert answer.status_code == 422
    assert "Line 1, column" in answer.content.decode()
    answer = admin_client.post(path(project, "schema/"), schema_data("a", {"value": "b", "key": "u"}))
    assert answer.status_code == 422
    assert "questions.0.options.1.key" in answer.content.decode()
    deep = "[" * 100_000
    assert admin_client.post(path(project, "schema/"), {"schema": deep}).status_code == 422
