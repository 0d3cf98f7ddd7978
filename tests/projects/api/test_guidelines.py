"""Guidelines by API."""

import uuid

import pytest

from projects.guideline.guidelines import publish_guideline
from projects.models import Guideline
from tests.factories import make_tasks, make_user

pytestmark = pytest.mark.django_db


def test_each_publication_is_a_numbered_version_and_the_last_is_in_force(api, ada, ben):
    client, path = api(ada.user), f"projects/{ada.project.slug}/guidelines/"
    assert api(ben.user).read(f"{path}current/").status_code == 404
    for number, text in enumerate(("# One", "# Two"), 1):
        assert client.send(path, {"text": text, "summary": f"version {number}"}).json()["number"] == number
    reader = api(ben.user)
    assert reader.read(f"{path}current/").json()["text"] == "# Two"
    assert reader.read(f"{path}1/").json()["html"] == '<h1 id="guide-one">One</h1>\n'
    listed = reader.read(path).json()["results"]
    assert [(row["number"], row["summary"], "text" in row) for row in listed] == [
        (2, "version 2", False),
        (1, "version 1", False),
    ]
    assert reader.read(f"{path}3/").status_code == 404


def test_the_html_of_a_guideline_runs_nothing_and_loads_nothing(api, ada):
    text = "<script>x()</script> [a](javascript:x) ![p](https://elsewhere.example/p.png) <img src=x onerror=x()>"
    html = api(ada.user).send(f"projects/{ada.project.slug}/guidelines/", {"text": text}).json()["html"]
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_the_same_key_publishes_once(api, ada):
    body = {"text": "# One", "key": str(uuid.uuid4())}
    answers = [api(ada.user).send(f"projects/{ada.project.slug}/guidelines/", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert Guideline.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x" * 200_001, "a\x00b", None, []])
def test_a_text_that_cannot_be_kept_is_refused(api, ada, text):
    refused = api(ada.user).send(f"projects/{ada.project.slug}/guidelines/", {"text": text})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "text")


def guidelines_of(member, page=""):
    return f"projects/{member.project.slug}/guidelines/{page}"


def test_a_version_says_which_options_it_touches_and_whether_it_must_be_read(api, ada):
    client, path = api(ada.user), guidelines_of(ada)
    assert client.send(path, {"text": "# One"}).json()["needs_acknowledgement"] is False
    body = {"text": "# Two", "options_touched": {"topic": ["music"]}, "based_on": 1}
    made = client.send(path, body).json()
    assert (made["options_touched"], made["needs_acknowledgement"]) == ({"topic": ["music"]}, True)
    third = client.send(path, {"text": "# Two.", "needs_acknowledgement": False}).json()
    assert (third["number"], third["needs_acknowledgement"]) == (3, False)


@pytest.mark.parametrize(
    ("touched", "place"),
    [
        ({"topic": ["art"]}, "options_touched.topic.0"),
        ({"mood": ["good"]}, "options_touched.mood"),
        ({"topic": "music"}, "options_touched.topic"),
        (["topic"], "options_touched"),
    ],
)
def test_options_that_the_schema_does_not_have_are_refused(api, ada, touched, place):
    refused = api(ada.user).send(guidelines_of(ada), {"text": "# One", "options_touched": touched})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"].startswith(place)
    assert not Guideline.objects.exists()


def test_a_version_begun_from_an_older_one_is_a_conflict(api, ada, rae):
    client, path = api(ada.user), guidelines_of(ada)
    for text in ("# One", "# Two"):
        client.send(path, {"text": text, "summary": text})
    refused = client.send(path, {"text": "# Mine", "based_on": 1})
    assert (refused.status_code, refused.json()["guideline"]) == (409, {"number": 2, "summary": "# Two"})
    assert client.send(path, {"text": "# Mine", "based_on": 2}).status_code == 201


def test_changes_are_marked_since_the_caller_last_read(api, ada, ben):
    client = api(ada.user)
    for word in ("one", "two", "three"):
        body = {"text": f"Say {word}.", "summary": f"says {word}", "options_touched": {"topic": ["music"]}}
        client.send(guidelines_of(ada), body)
    reader, path = api(ben.user), guidelines_of(ben, "changes/")
    changes = reader.read(path).json()
    assert (changes["since"], changes["number"]) == (1, 3)
    assert changes["html"] == "<p>Say <del>one</del><ins>three</ins>.</p>\n"
    assert [version["summary"] for version in changes["versions"]] == ["says two", "says three"]
    assert changes["options_touched"] == [
        {
            "question": "topic",
            "title": "What is it about?",
            "options": [{"value": "music", "title": "music", "colour": 0}],
        }
    ]
    assert reader.read(f"{path}?since=2&until=2").json()["html"] == "<p>Say two.</p>\n"
    reader.send(guidelines_of(ben, "2/acknowledgement/"))
    assert reader.read(path).json()["since"] == 2
    statuses = [reader.read(f"{path}?{query}").status_code for query in ("until=4", "until=99999999999", "since=0")]
    assert statuses == [404, 404, 422]


def test_without_a_guideline_nothing_has_changed(api, ben):
    assert api(ben.user).read(guidelines_of(ben, "changes/")).status_code == 404


def test_the_queue_gives_a_held_member_nothing_new_until_they_have_read(api, ada, ben):
    held, _ = make_tasks(ben.project, 2)
    client, reader = api(ada.user), api(ben.user)
    client.send(guidelines_of(ada), {"text": "# One"})
    work = reader.next_task(ben.project)
    client.send(guidelines_of(ada), {"text": "# Two"})
    assert reader.next_task(ben.project, work["task"]["id"])["reason"]["code"] == "guideline_changed"
    answered = reader.answer(work["task"]["id"], {"topic": "music"}, guideline_number=1, next=True)
    assert answered.status_code == 201
    assert answered.json()["next"]["reason"]["guideline"] == 2
    assert reader.send(guidelines_of(ben, "2/acknowledgement/")).json() == {"acknowledged_number": 2}
    assert reader.next_task(ben.project)["task"] is not None


def test_a_site_admin_who_is_no_member_is_held_by_nothing(api, ada):
    make_tasks(ada.project, 1)
    for text in ("# One", "# Two"):
        api(ada.user).send(guidelines_of(ada), {"text": text})
    root = api(make_user("root", is_superuser=True))
    assert root.next_task(ada.project)["task"] is not None
    assert root.send(guidelines_of(ada, "2/acknowledgement/")).status_code == 200


@pytest.mark.parametrize("number", ["0", "3", "2147483648", "9" * 30])
def test_a_version_that_is_none_cannot_be_read(api, ben, number):
    publish_guideline(project=ben.project, author=None, text="# One")
    assert api(ben.user).send(guidelines_of(ben, f"{number}/acknowledgement/")).status_code == 404
    assert api(ben.user).read(guidelines_of(ben, f"{number}/")).status_code == 404


def test_managers_see_who_has_read_a_version(api, ada, ben):
    for text in ("# One", "# Two"):
        api(ada.user).send(guidelines_of(ada), {"text": text})
    readers = api(ada.user).read(guidelines_of(ada, "2/acknowledgement/")).json()
    assert [row["name"] for row in readers["read"]] == ["ada"]
    assert [(row["name"], row["acknowledged_number"]) for row in readers["unread"]] == [("ben", 0)]


def test_links_to_tasks_lead_only_those_who_may_open_them(api, ada, ben):
    task = make_tasks(ada.project, 1)[0]
    text = f"- ✓ [“hi”](task:{task.external_id}) and [“gone”](task:nowhere)"
    publish_guideline(project=ada.project, author=None, text=text)
    seen = api(ada.user).read(guidelines_of(ada, "current/")).json()["html"]
    assert f'href="/projects/{ada.project.slug}/data/{task.pk}/"' in seen
    assert seen.count("<a ") == 1
    assert "<a " not in api(ben.user).read(guidelines_of(ben, "current/")).json()["html"]


def test_a_link_to_a_task_of_another_project_leads_nowhere(api, ada, eve):
    foreign = make_tasks(eve.project, 1)[0]
    publish_guideline(project=ada.project, author=None, text=f"[x](task:{foreign.external_id})")
    assert "<a " not in api(ada.user).read(guidelines_of(ada, "current/")).json()["html"]
