"""The table of what groups give: its page and its API, for site admins. What it does: test_single_sign_on.py."""

import uuid

import pytest

from labelplatform.events.models import Event
from projects.models import GroupRole
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db

PAGE = "/groups/"


@pytest.fixture
def sam(client):
    user = make_user("sam", is_superuser=True)
    client.force_login(user)
    return user


def test_a_line_is_added_shown_and_removed(client, sam):
    project = make_project("Voice assistant")
    assert "No group gives anything yet" in client.get(PAGE).content.decode()
    client.post(PAGE, {"group": " /labelers ", "project": project.pk, "role": "annotator"})
    client.post(PAGE, {"group": "operators", "project": "", "role": ""})
    page = client.get(PAGE).content.decode()
    for words in ("labelers", "Voice assistant", "annotator", "operators", "site admin"):
        assert words in page
    row = GroupRole.objects.get(group="labelers")
    client.post(f"{PAGE}{row.pk}/remove/")
    assert [left.group for left in GroupRole.objects.all()] == ["operators"]
    assert list(Event.objects.order_by("id").values_list("verb", flat=True)) == [
        "gave a role to a group",
        "gave a role to a group",
        "took a role from a group",
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"group": "labelers", "project": True, "role": ""}, "Say which role"),
        ({"group": "labelers", "project": "", "role": "annotator"}, "choose a project too"),
        ({"group": "", "project": True, "role": "annotator"}, "This field is required"),
        ({"group": "/", "project": True, "role": "annotator"}, "Name a group"),
        ({"group": "g" * 201, "project": True, "role": "annotator"}, "at most 200"),
        ({"group": "labelers", "project": True, "role": "owner"}, "not one of the available choices"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_where_it_is_wrong(client, sam, sent, words):
    sent = {**sent, "project": make_project().pk if sent["project"] else ""}
    answer = client.post(PAGE, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not GroupRole.objects.exists()


def test_a_group_stands_once_for_a_project_and_once_for_the_site(client, sam):
    project = make_project()
    for sent in ({"project": project.pk, "role": "viewer"}, {"project": "", "role": ""}):
        assert client.post(PAGE, {"group": "labelers", **sent}).status_code == 302
        again = client.post(PAGE, {"group": "labelers", **sent})
        assert "stands in this table" in again.content.decode()
    assert GroupRole.objects.count() == 2


def test_the_page_says_when_there_is_no_single_sign_on(client, sam, settings):
    assert "no single sign-on yet" in client.get(PAGE).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS, settings.OIDC_NAME = {"openid_connect": {"APPS": []}}, "Acme"
    assert "of Acme" in client.get(PAGE).content.decode()


def test_the_api_does_what_the_page_does(api):
    project = make_project()
    client = api(make_user("sam", is_superuser=True))
    key = str(uuid.uuid4())
    body = {"key": key, "group": "labelers", "project": project.slug, "role": "annotator"}
    made, again = client.send("group-roles/", body), client.send("group-roles/", body)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["project"] == project.slug
    site = client.send("group-roles/", {"group": "operators"}).json()
    assert (site["project"], site["role"]) == (None, "")
    assert [row["group"] for row in client.read("group-roles/").json()["results"]] == ["operators", "labelers"]
    wrong = client.send("group-roles/", {"group": "labelers", "project": "nowhere", "role": "annotator"})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "project")
    assert client.send("group-roles/", {"group": "labelers", "project": project.slug}).status_code == 422
    assert client.delete(f"/api/v1/group-roles/{site['id']}/").status_code == 204
    assert GroupRole.objects.count() == 1
