"""Jobs by API: how far they are, and ending them."""

import pytest

from labelplatform.jobs.models import Job
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db


def make_job(project, **fields):
    return Job.objects.create(**{"kind": "restage_tasks", "project_id": project.pk, **fields})


def test_a_job_tells_how_far_it_is(api, ada):
    job = make_job(ada.project, state="running", done=3, total=9, message="Third of nine")
    answer = api(ada.user).read(f"jobs/{job.pk}/").json()
    assert (answer["state"], answer["done"], answer["total"], answer["message"]) == ("running", 3, 9, "Third of nine")


def test_the_list_filters_by_kind_and_state(api, ada):
    waiting, failed = make_job(ada.project), make_job(ada.project, state="failed", kind="train_model")
    client, path = api(ada.user), f"projects/{ada.project.slug}/jobs/"
    assert [row["id"] for row in client.read(path).json()["results"]] == [failed.pk, waiting.pk]
    assert [row["id"] for row in client.read(path, data={"state": "failed"}).json()["results"]] == [failed.pk]
    assert client.read(path, data={"kind": "import_tasks"}).json()["results"] == []


def test_a_waiting_job_ends_at_once_a_running_one_is_asked_to_and_an_old_one_stays(api, ada):
    client = api(ada.user)
    for state, after, asked in (("queued", "cancelled", True), ("running", "running", True), ("done", "done", False)):
        job = make_job(ada.project, state=state)
        answer = client.send(f"jobs/{job.pk}/cancel/").json()
        assert (answer["state"], answer["cancel_requested"]) == (after, asked)


def test_who_asked_for_a_job_sees_and_ends_it_though_others_of_their_role_may_not(api, ada, rae, ben):
    job = make_job(ada.project, requested_by=rae.user)
    assert api(rae.user).send(f"jobs/{job.pk}/cancel/").status_code == 200
    other = make_member(ada.project, "reviewer")
    assert api(other.user).read(f"jobs/{job.pk}/").status_code == 200
    assert api(other.user).send(f"jobs/{job.pk}/cancel/").status_code == 403
    own = make_job(ada.project, requested_by=ben.user)
    assert api(ben.user).read(f"jobs/{own.pk}/").status_code == 200
    assert api(ben.user).read(f"jobs/{job.pk}/").status_code == 403


def test_a_job_of_no_project_is_its_askers_and_site_admins(api, ada):
    job = Job.objects.create(kind="restage_tasks", requested_by=ada.user)
    root = make_user("root", is_superuser=True)
    assert [api(user).read(f"jobs/{job.pk}/").status_code for user in (ada.user, root, make_user())] == [200, 200, 404]
    assert api(ada.user).send(f"jobs/{job.pk}/cancel/").json()["state"] == "cancelled"
