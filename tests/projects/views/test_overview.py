from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from annotations.overview import days_left
from labelplatform.jobs.models import Job
from projects.attention import failed_jobs
from projects.models import Project, Task
from tests.factories import make_member, make_task, make_tasks
from tests.projects.views.test_my_work import submit

pytestmark = pytest.mark.django_db


def test_an_annotator_is_sent_to_where_they_work(client, ben):
    client.force_login(ben.user)
    assert client.get(f"/projects/{ben.project.slug}/").url == f"/projects/{ben.project.slug}/label/"


def test_a_new_project_shows_its_first_steps(client, ada):
    client.force_login(ada.user)
    page = client.get(f"/projects/{ada.project.slug}/").content.decode()
    assert "Three steps to the first label" in page
    make_task(ada.project)
    assert "Three steps" not in client.get(f"/projects/{ada.project.slug}/").content.decode()


def test_tasks_that_have_just_come_in_are_counted_and_the_first_one_is_a_press_away(client, ada, ben):
    client.force_login(ada.user)
    address, page = f"/projects/{ada.project.slug}/", ""
    client.get(address)
    task = make_task(ada.project)
    page = client.get(address).content.decode()
    assert "Nothing is imported yet" not in page
    assert f'href="{address}label/">Label the first task' in page
    submit(ben, task)
    Task.objects.filter(pk=task.pk).update(stage="done", open_slots=0)
    assert "Label the first task" not in client.get(address).content.decode()


def test_a_page_with_a_job_under_way_shows_what_it_did_as_soon_as_it_is_over(client, ada):
    Job.objects.create(kind="import_tasks", project_id=ada.project.pk, requested_by=ada.user, state="running")
    client.force_login(ada.user)
    page = client.get(f"/projects/{ada.project.slug}/").content.decode()
    assert page.count("reload-when-over") == 1


def test_it_says_how_far_who_and_what_waits(client, ada, ben):
    first, *_ = make_tasks(ada.project, 4)
    submit(ben, first)
    Task.objects.filter(pk=first.pk).update(stage="done", open_slots=0)
    first.comments.create(project=ada.project, author=ben.user, key="00000000-0000-4000-8000-00000000000f", kind="flag")
    client.force_login(ada.user)
    page = " ".join(client.get(f"/projects/{ada.project.slug}/").content.decode().split())
    assert '1 <span class="unit">of 4 tasks done' in page
    assert "about 3 more days" in page
    assert "1 task is flagged" in page
    assert ben.user.display_name in page


def test_agreement_is_shown_where_several_people_are_asked(client, ada, ben, rae):
    ada.project.overlap = 2
    ada.project.save()
    for task, answer in zip(make_tasks(ada.project, 2), ("sports", "music"), strict=True):
        submit(ben, task)
        task.annotations.create(
            project=ada.project,
            author=rae.user,
            key=f"10000000-0000-4000-8000-{task.pk:012d}",
            status="submitted",
            answers={"topic": answer},
            schema_version=ada.project.schema_version,
            submitted_at=timezone.now(),
        )
    client.force_login(ada.user)
    assert ">50 %</span>" in client.get(f"/projects/{ada.project.slug}/").content.decode()


def test_a_failure_is_shown_until_the_same_kind_of_job_succeeds(ada):
    Job.objects.create(kind="import_tasks", project_id=ada.project_id, state="failed", error="The file is empty.")
    assert [item.text for item in failed_jobs(ada)] == ["Import tasks failed: The file is empty."]
    Job.objects.create(kind="import_tasks", project_id=ada.project_id, state="done")
    assert failed_jobs(ada) == []


def test_an_old_failure_is_forgotten(ada):
    long_ago = timezone.now() - timedelta(days=8)
    Job.objects.create(kind="import_tasks", project_id=ada.project_id, state="failed", created_at=long_ago)
    assert failed_jobs(ada) == []


def test_without_a_pace_there_is_no_forecast():
    today = timezone.now().date()
    assert days_left(100, [(today, 0)], today) is None
    assert days_left(0, [(today, 10)], today) is None
    assert days_left(100, [(today - timedelta(days=6), 5), (today, 2)], today) == 100


def test_jobs_are_listed_and_can_be_cancelled_by_who_may(client, ada, project):
    job = Job.objects.create(kind="export_labels", project_id=project.pk)
    viewer = make_member(project, "viewer")
    client.force_login(viewer.user)
    assert "Export labels" in client.get(f"/projects/{project.slug}/jobs/").content.decode()
    assert client.post(f"/projects/{project.slug}/jobs/{job.pk}/cancel/").status_code == 403
    client.force_login(ada.user)
    client.post(f"/projects/{project.slug}/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_of_another_project_cannot_be_cancelled_from_here(client, ada, eve):
    job = Job.objects.create(kind="export_labels", project_id=eve.project_id)
    client.force_login(ada.user)
    assert client.post(f"/projects/{ada.project.slug}/jobs/{job.pk}/cancel/").status_code == 404
    job.refresh_from_db()
    assert job.state == "queued"


def test_in_review_is_told_only_where_something_is_reviewed(client, ada):
    task, *_ = make_tasks(ada.project, 2)
    client.force_login(ada.user)

    def page():
        cache.clear()
        return client.get(f"/projects/{ada.project.slug}/").content.decode()

    assert "in review" not in page()
    Task.objects.filter(pk=task.pk).update(stage="review", open_slots=0, review_level=1, review_levels=1)
    assert "in review" in page()
    Task.objects.filter(pk=task.pk).update(stage="done", review_level=0)
    assert "in review" not in page()
    Project.objects.filter(pk=ada.project_id).update(review_options=["sports"])
    assert "in review" in page()


def test_agreement_is_shown_where_a_single_task_has_an_overlap_of_its_own(client, ada):
    task, *_ = make_tasks(ada.project, 3)
    client.force_login(ada.user)
    assert (
        "How often two people give the same answer" not in client.get(f"/projects/{ada.project.slug}/").content.decode()
    )
    Task.objects.filter(pk=task.pk).update(overlap=2)
    cache.clear()
    assert "How often two people give the same answer" in client.get(f"/projects/{ada.project.slug}/").content.decode()
