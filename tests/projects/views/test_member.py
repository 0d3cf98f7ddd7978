"""One person's page, the table of people, and a member's own corner."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Annotation
from projects.models import Assignment, Membership
from tests.factories import make_member, make_tasks, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client, ada):
    client.force_login(ada.user)
    return client


def path(member):
    return f"/projects/{member.project.slug}/people/{member.pk}/"


def answer(member, task, value="sports", *, days_ago=0):
    return Annotation.objects.create(
        task=task,
        project=member.project,
        author=member.user,
        key=uuid.uuid4(),
        status="submitted",
        answers={"topic": value},
        active_seconds=4.0,
        schema_version=member.project.schema_version,
        submitted_at=timezone.now() - timedelta(days=days_ago),
    )


def settings_of(**changes):
    unlimited = {"open_limit": "", "daily_limit": ""}
    return {"act": "settings", "skills": "", "capacity": "1", "review_level": "1", **unlimited, **changes}


def test_the_page_shows_what_a_person_holds_has_done_and_how_others_agree(admin_client, ada, ben, rae):
    held, due, *both = make_tasks(ada.project, 6)
    Assignment.objects.create(
        task=held, project=ada.project, user=ben.user, lease_expires_at=timezone.now() + timedelta(hours=1)
    )
    Assignment.objects.create(task=due, project=ada.project, user=ben.user, status="assigned", source="manager")
    for task in both:
        answer(ben, task)
        answer(rae, task, "music", days_ago=3)
    page = admin_client.get(path(ben)).content.decode()
    assert held.external_id in page
    assert due.external_id in page
    assert "1 on screen, 1 assigned" in page
    assert "0 % to 49 %" in " ".join(page.split()).replace("</td><td>", " ")
    assert "As a table" in page


def test_agreement_that_is_not_defined_says_why(admin_client, ada, ben):
    assert "Not defined: they have not answered anything yet." in admin_client.get(path(ben)).content.decode()
    answer(ben, *make_tasks(ada.project, 1))
    assert "Not defined: only one person is asked for each task." in admin_client.get(path(ben)).content.decode()
    type(ada.project).objects.update(overlap=2)
    assert "nobody else has answered the same tasks yet" in admin_client.get(path(ben)).content.decode()


def test_settings_are_saved_and_wrong_ones_come_back_with_the_reason(admin_client, ben):
    answer = admin_client.post(path(ben), settings_of(skills="German, Law", capacity="0.5", daily_limit="40"))
    assert answer.status_code == 302
    ben.refresh_from_db()
    assert (ben.skills, ben.capacity, ben.daily_limit, ben.open_limit) == (["german", "law"], 0.5, 40, None)
    refused = admin_client.post(path(ben), settings_of(skills="law+order", review_level="9"))
    assert refused.status_code == 422
    assert "“law+order” is no skill" in refused.content.decode()
    ben.refresh_from_db()
    assert ben.skills == ["german", "law"]


def test_known_skills_are_offered(admin_client, ben, rae):
    Membership.objects.filter(pk=rae.pk).update(skills=["latin"])
    assert '<option value="latin">' in admin_client.get(path(ben)).content.decode()


@pytest.mark.parametrize("act", ["settings", "role", "suspend", "resume", "nonsense"])
def test_a_form_takes_only_its_own_values(admin_client, ada, ben, act):
    """Every column of the membership and of the user is sent along with every button."""
    columns = {field.attname: "7" for field in Membership._meta.concrete_fields} | {
        "is_superuser": "on",
        "opted_out": "law",
        "queue_rank": "0.5",
    }
    sent = {**columns, **settings_of(), "act": act, "role": "annotator"}
    before = Membership.objects.filter(pk=ben.pk).values().get()
    admin_client.post(path(ben), sent)
    after = Membership.objects.filter(pk=ben.pk).values().get()
    allowed = {"suspended"} if act == "suspend" else set()
    assert {name for name, value in after.items() if before[name] != value} == allowed
    ben.user.refresh_from_db()
    assert not ben.user.is_superuser


def test_a_project_is_handed_over_on_the_page(admin_client, ada, ben):
    assert admin_client.post(path(ben), {"act": "hand-over"}).url.endswith("/people/")
    assert dict(Membership.objects.values_list("user__name", "role")) == {"ada": "manager", "ben": "admin"}


def test_a_manager_is_not_offered_to_hand_over_what_is_not_theirs(client, ada, ben):
    client.force_login(make_member(ada.project, "manager").user)
    assert "Hand the project over" not in client.get(path(ben)).content.decode()
    page = client.post(path(ben), {"act": "hand-over"}, follow=True).content.decode()
    assert "Only an admin who is a member" in page
    assert Membership.objects.get(role="admin").pk == ada.pk


def people(client, project, **query):
    return client.get(f"/projects/{project.slug}/people/", query)


def test_three_hundred_people_cost_as_many_queries_as_three_and_are_paged_and_found(admin_client, ada):
    counts = []
    for number in (2, 298):
        for _ in range(number):
            make_member(ada.project, "annotator", make_user("person"))
        cache.clear()
        people(admin_client, ada.project)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            page = people(admin_client, ada.project)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 100
    assert "1 to 100 of 301 members" in page.content.decode()
    zoe = make_member(ada.project, "viewer", make_user("Zoe <Zebra>"))
    found = people(admin_client, ada.project, search="zebra")
    assert [row["membership"].pk for row in found.context["rows"]] == [zoe.pk]
    by_mail = people(admin_client, ada.project, search="example.com", page=2)
    assert "?search=example.com&amp;page=3" in by_mail.content.decode()
    assert people(admin_client, ada.project, search="\x00", page="nonsense").status_code == 200


def test_a_search_that_finds_nobody_says_so(admin_client, ada):
    assert "Nobody here has “&lt;x&gt;”" in people(admin_client, ada.project, search="<x>").content.decode()


def test_the_table_shows_skills_load_and_last_answer(admin_client, ada, ben):
    Membership.objects.filter(pk=ben.pk).update(skills=["german"])
    answered, assigned = make_tasks(ada.project, 2)
    answer(ben, answered)
    Assignment.objects.create(task=assigned, project=ada.project, user=ben.user, status="assigned", source="manager")
    rows = people(admin_client, ada.project).context["rows"]
    row = next(row for row in rows if row["membership"].pk == ben.pk)
    assert (row["load"].total, row["work"].count) == (1, 1)
    assert timezone.now() - row["last_at"] < timedelta(minutes=1)


@pytest.fixture
def own(client, ben):
    ben.project.skills_needed = ["german+law", "medical"]
    ben.project.save()
    client.force_login(ben.user)
    return f"/projects/{ben.project.slug}/me/"


def test_a_person_chooses_what_to_be_spared_and_nobody_else_sees_it(client, own, ada, ben, api):
    assert client.post(own, {"opted_out": ["law", "medical"]}).status_code == 302
    ben.refresh_from_db()
    assert ben.opted_out == ["law", "medical"]
    assert client.post(own, {"opted_out": ["french"]}).status_code == 422
    told = api(ada.user).read(f"projects/{ada.project.slug}/members/{ben.pk}/").json()
    assert "opted_out" not in told
    client.force_login(ada.user)
    for page in (path(ben), f"/projects/{ada.project.slug}/people/"):
        assert "medical" not in client.get(page).content.decode().partition("known-skills")[0]


def test_own_pace_is_shown_without_anybody_elses(client, own, ben, rae):
    first, second = make_tasks(ben.project, 2)
    answer(ben, first)
    answer(rae, second)
    page = client.get(own)
    assert page.context["bars"].total == 1
    assert "rae" not in page.content.decode()


def test_people_are_compared_only_where_the_project_has_chosen_that(client, own, ben, rae):
    for task in make_tasks(ben.project, 2):
        answer(rae, task)
    answer(ben, task)
    assert client.get(own).context["ranking"] == []
    type(ben.project).objects.update(shows_ranking=True)
    ranking = client.get(own).context["ranking"]
    assert [(row["person"].name, row["count"]) for row in ranking] == [("rae", 2), ("ben", 1)]


def test_own_settings_by_api(api, own, ben):
    path = f"projects/{ben.project.slug}/members/me/"
    client = api(ben.user)
    assert client.read(path).json() == {"skills": [], "needed_skills": ["german", "law", "medical"], "opted_out": []}
    changed = client.patch(f"/api/v1/{path}", {"opted_out": ["Law"]}, content_type="application/json")
    assert changed.json()["opted_out"] == ["law"]
    body = {"opted_out": [], "skills": ["law"]}
    refused = client.patch(f"/api/v1/{path}", body, content_type="application/json")
    assert [error["path"] for error in refused.json()["errors"]] == ["skills"]


def test_a_members_work_by_api(api, ada, ben, rae):
    (task,) = make_tasks(ada.project, 1)
    answer(ben, task)
    answer(rae, task)
    work = api(ada.user).read(f"projects/{ada.project.slug}/members/{ben.pk}/work/").json()
    assert work["days"][-1]["count"] == 1
    assert len(work["days"]) == 28
    (agreement,) = work["agreement"]
    assert (agreement["question"], agreement["share"], agreement["n_tasks"]) == ("topic", 1.0, 1)
    assert 0 < agreement["low"] < agreement["high"] == 1.0
