"""Inviting many people from a pasted list: what is read, what is foreseen, all of it or nothing."""

import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from projects.membership.invitations import accept_invitation, cancel_invitation, invite_member, open_invitation
from projects.membership.inviting import MAX_PEOPLE, foresee, invite_people, read_people
from projects.membership.people import change_member
from projects.models import Invitation, Membership
from tests.factories import make_member, make_user


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a@x.org\nb@x.org\r\n\n c@x.org ", [("a@x.org", ""), ("b@x.org", ""), ("c@x.org", "")]),
        ("a@x.org, b@x.org;c@x.org", [("a@x.org", ""), ("b@x.org", ""), ("c@x.org", "")]),
        ("Rae Doe <RAE@X.org>", [("rae@x.org", "Rae Doe")]),
        ('"Doe, Rae" <rae@x.org>, b@x.org', [("rae@x.org", "Doe, Rae"), ("b@x.org", "")]),
        ("<a@x.org>", [("a@x.org", "")]),
        (",,;\n ; ,", []),
        ("nobody", [("nobody", "")]),
    ],
)
def test_addresses_and_names(text, read):
    assert [(person.email, person.name) for person in read_people(text, role="viewer")] == read


@pytest.mark.parametrize(
    ("text", "role", "known"),
    [
        ("a@x.org", "viewer", []),
        ("a@x.org, Reviewer", "reviewer", []),
        ("a@x.org, reviewer, german, medical coding; law", "reviewer", ["german", "medical coding", "law"]),
        ("a@x.org,, german", "viewer", ["german"]),
        ("a@x.org, boss", "boss", []),
    ],
)
def test_role_and_skills(text, role, known):
    (person,) = read_people(text, role="viewer")
    assert (person.role, person.skills) == (role, known)


def test_lines_are_counted_as_a_person_counts_them():
    assert [person.line for person in read_people("\na@x.org\n\nb@x.org, c@x.org", role="viewer")] == [2, 4, 4]


@pytest.mark.django_db
def test_the_preview_says_of_each_line_what_will_happen_and_writes_nothing(ada, ben):
    here, closed = make_user("here"), make_user("closed", is_active=False)
    lines = [here.email, "new@x.org", ben.user.email, "nonsense", "a@x.org, admin", "b@x.org, boss", closed.email]
    lines += ["NEW@x.org", "c@x.org, viewer, a+b"]
    manager = make_member(ada.project, "manager")
    people = foresee(manager, read_people("\n".join(lines), role="viewer"))
    assert [str(person.outcome) for person in people] == [
        *("joins", "invited", "member_already", "no_address", "role_not_yours", "no_such_role", "account_closed"),
        *("twice", "wrong_skill"),
    ]
    assert all(person.message for person in people)
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_one_wrong_line_keeps_all_from_being_invited(ada):
    with pytest.raises(Refusal) as caught:
        invite_people(ada, read_people("a@x.org\nnonsense\nb@x.org, boss", role="viewer"))
    assert [error["path"] for error in caught.value.errors] == ["people.1", "people.2"]
    assert "Line 2" in caught.value.errors[0]["message"]
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_all_are_invited_and_each_link_serves_its_own_person(ada, ben):
    here = make_user("here")
    text = f"new@x.org, reviewer, german\n{here.email}\n{ben.user.email}\nnew@x.org"
    event, people = invite_people(ada, read_people(text, role="viewer"), by_mail=True)
    assert [bool(person.link) for person in people] == [True, False, False, False]
    member = accept_invitation(people[0].link.rstrip("/").rpartition("/")[2], name="N", password="a long phrase here")
    assert (member.user.email, member.role, member.skills) == ("new@x.org", "reviewer", ["german"])
    assert Membership.objects.get(user=here).role == "viewer"
    assert people[0].link not in repr(event.after)
    assert Event.objects.exclude(verb="accepted").get() == event
    assert Job.objects.get(kind="mail_invitations").params == {"invitation_ids": [Invitation.objects.get().pk]}


@pytest.mark.django_db
def test_nobody_and_too_many_are_refused(ada):
    for text in ("", "\n,;\n", "\n".join(f"p{number}@x.org" for number in range(MAX_PEOPLE + 1))):
        with pytest.raises(Refusal):
            invite_people(ada, read_people(text, role="viewer"))


@pytest.mark.django_db
def test_looking_at_four_hundred_lines_costs_as_many_queries_as_at_four(ada):
    counts = []
    for number in (4, 400):
        people = read_people("\n".join(f"p{n}@x.org" for n in range(number)), role="viewer")
        with CaptureQueriesContext(connection) as asked:
            foresee(ada, people)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


@pytest.fixture
def path(ada):
    return f"projects/{ada.project.slug}/members/many/"


@pytest.mark.django_db
def test_the_api_previews_invites_once_per_key_and_shows_links_once(api, ada, path):
    client = api(ada.user)
    body = {"text": "a@x.org, reviewer, law\nb@x.org", "key": str(uuid.uuid4())}
    seen = client.send(path, {**body, "preview": True})
    assert seen.status_code == 200
    assert [row["outcome"] for row in seen.json()["people"]] == ["invited", "invited"]
    made = client.send(path, body)
    assert made.status_code == 201
    again = client.send(path, body)
    assert (again.status_code, [row["link"] for row in again.json()["people"]]) == (200, [None, None])
    link = made.json()["people"][0]["link"]
    assert open_invitation(link.rstrip("/").rpartition("/")[2]).skills == ["law"]
    assert Invitation.objects.count() == 2


@pytest.mark.django_db
def test_the_api_takes_people_one_by_one_and_names_each_wrong_one(api, ada, path):
    people = [{"email": "A@x.org", "role": "viewer"}, {"email": "b@x.org", "role": "boss", "skills": ["law"]}]
    answer = api(ada.user).send(path, {"people": people})
    assert (answer.status_code, [error["path"] for error in answer.json()["errors"]]) == (422, ["people.1"])
    assert api(ada.user).send(path, {"people": people[:1], "text": "c@x.org"}).status_code == 422
    assert api(ada.user).send(path, {"people": people[:1]}).json()["people"][0]["email"] == "a@x.org"


@pytest.mark.django_db
def test_the_page_previews_then_invites_and_shows_the_links_in_that_answer_only(client, ada):
    client.force_login(ada.user)
    path = f"/projects/{ada.project.slug}/people/invite/"
    body = {"people": "Zoe <zoe@x.org>, viewer", "role": "annotator"}
    seen = client.post(path, {**body, "act": "preview"}).content.decode()
    assert "Invite 1 person" in seen
    assert not Invitation.objects.exists()
    done = client.post(path, {**body, "act": "invite"}).content.decode()
    assert "Zoe,zoe@x.org,viewer,http" in done
    cache.clear()
    assert "/invitations/" not in client.get(path).content.decode()
    wrong = client.post(path, {"people": "nonsense", "role": "annotator", "act": "invite"})
    assert wrong.status_code == 422
    assert "is no e-mail address" in wrong.content.decode()


@pytest.mark.django_db
def test_a_suspended_member_is_said_to_be_one(ada, ben):
    change_member(ada, ben, suspended=True)
    (person,) = foresee(ada, read_people(ben.user.email, role="admin"))
    assert person.message == "is annotator already, suspended; nothing changes"


@pytest.mark.django_db
def test_a_manager_replaces_no_invitation_of_an_admin(ada):
    invite_member(ada, email="boss@x.org", role="admin")
    manager = make_member(ada.project, "manager")
    (person,) = foresee(manager, read_people("boss@x.org", role="viewer"))
    assert person.outcome == "role_not_yours"
    for attempt in (
        lambda: invite_people(manager, read_people("boss@x.org", role="viewer")),
        lambda: invite_member(manager, email="boss@x.org", role="viewer"),
        lambda: cancel_invitation(manager, Invitation.objects.get()),
    ):
        with pytest.raises(Refusal):
            attempt()
    assert Invitation.objects.get().role == "admin"
