"""The page on which options and questions change together with their answers."""

import json
import re

import pytest

from labelplatform.jobs.models import Job, JobState
from projects.models import Project
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, project, ada):
    client.force_login(ada.user)

    def post(page="", **data):
        return client.post(f"/projects/{project.slug}/settings/schema/changes/{page}", data)

    return post


def planned(page):
    """The plan that the page carries on."""
    found = re.search(r'name="operations" value="([^"]*)"', page.content.decode())
    return found[1].replace("&quot;", '"')


def rename(value, to):
    return {"add": "rename_option", "rename_option-option": json.dumps(["topic", value]), "rename_option-to": to}


def test_a_plan_grows_step_by_step_and_is_put_in_force(post, project, client):
    page = client.get(f"/projects/{project.slug}/settings/schema/changes/").content.decode()
    assert "Rename an option" in page
    assert "Open a retired option again" not in page
    first = post(**rename("music", "arts"))
    assert "music is called arts" in first.content.decode()
    second = post(
        operations=planned(first),
        add="merge_options",
        **{
            "merge_options-option": json.dumps(["topic", "arts"]),
            "merge_options-into": json.dumps(["topic", "sports"]),
        },
    )
    assert [one["kind"] for one in json.loads(planned(second))] == ["rename_option", "merge_options"]
    one_less = post(operations=planned(second), drop="1")
    assert json.loads(planned(one_less)) == json.loads(planned(first))
    assert Project.objects.get().schema_version.number == 1
    assert post(operations=planned(second), number="1", apply="1").status_code == 302
    assert list(Project.objects.select_related("schema_version").get().schema.questions[0].titles) == [
        "sports",
        "politics",
    ]
    page = client.get(f"/projects/{project.slug}/settings/schema/changes/").content.decode()
    assert "Take version 2 back" in page


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (rename("music", "sports"), 422, "merge the two instead"),
        (rename("none", "x"), 422, "Select a valid choice"),
        ({"operations": "[" * 100_000}, 200, "What should change?"),
        ({"operations": '[{"kind": "magic"}]'}, 422, "is no operation"),
        ({"operations": '{"a": 1}'}, 200, "What should change?"),
        (
            {
                "operations": '[{"kind": "retire_option", "question": "topic", "value": "music"}]',
                "number": "7",
                "apply": "1",
            },
            409,
            "version 1 is in force",
        ),
    ],
)
def test_what_does_not_fit_comes_back_with_its_reason(post, project, data, status, message):
    answer = post(**data)
    assert (answer.status_code, message in answer.content.decode()) == (status, True)
    assert Project.objects.get().schema_version.number == 1


def test_a_split_names_its_new_options_line_by_line(post):
    into = "pop | Pop music\nOpera"
    page = post(
        add="split_option", **{"split_option-option": json.dumps(["topic", "music"]), "split_option-into": into}
    )
    assert json.loads(planned(page))[0]["into"] == [
        {"value": "pop", "title": "Pop music"},
        {"value": "Opera", "title": "Opera"},
    ]
    assert "go to review" in page.content.decode()


def test_a_cancelled_job_can_be_started_again_and_what_cannot_be_taken_back_says_why(post, client, project):
    post(operations='[{"kind": "retire_option", "question": "topic", "value": "music"}]', number="1", apply="1")
    Job.objects.update(state=JobState.CANCELLED)
    page = client.get(f"/projects/{project.slug}/settings/schema/changes/").content.decode()
    assert "Go on rewriting" in page
    assert post("2/resume/").status_code == 302
    assert Job.objects.count() == 2
    assert [post("9/resume/").status_code, post("9/revert/").status_code] == [404, 404]
    post("1/revert/")
    page = client.get(f"/projects/{project.slug}/settings/schema/changes/").content.decode()
    assert "Version 2 comes first" in page


def test_only_those_who_may_configure_get_in(client, project, ben, eve):
    for member, status in ((make_member(project, "manager"), 403), (ben, 403), (eve, 404)):
        client.force_login(member.user)
        assert client.get(f"/projects/{project.slug}/settings/schema/changes/").status_code == status
