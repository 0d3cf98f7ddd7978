import pytest
from django.test import Client

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project
from tests.annotations.exporting.test_exports import label
from tests.annotations.test_rewriting import change
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(ada):
    client = Client()
    client.force_login(ada.user)
    return client


def address(project, *rest) -> str:
    return "/".join(["", "projects", project.slug, "exports", *map(str, rest), ""])


def test_an_export_is_started_followed_and_downloaded(page, ada):
    assert "No exports yet" in page.get(address(ada.project)).content.decode()
    label(make_tasks(ada.project)[0], "sports")
    started = page.post(address(ada.project), {"format": "csv", "tasks": "labeled"})
    assert (started.status_code, started["Location"]) == (302, address(ada.project))
    assert "<job-progress" in page.get(address(ada.project)).content.decode()
    job = Job.objects.get()
    run_job(job.pk)
    html = page.get(address(ada.project)).content.decode()
    assert address(ada.project, job.pk, "file") in html
    file = page.get(address(ada.project, job.pk, "file"))
    assert (
        file["Content-Disposition"]
        == f'attachment; filename="{ada.project.slug}-{job.created_at:%Y-%m-%d}-{job.pk}.csv"'
    )
    assert b"sports" in file.getvalue()


def test_an_older_schema_version_is_chosen_on_the_page_and_its_words_are_in_the_file(page, ada):
    assert "In the words of" not in page.get(address(ada.project)).content.decode()
    label(make_tasks(ada.project)[0], "music")
    rename = {"kind": "rename_option", "question": "topic", "value": "music", "to": "arts"}
    change(Membership.objects.select_related("project__schema_version").get(pk=ada.pk), rename)
    FinalLabel.objects.update(value="arts", schema_version=Project.objects.get(pk=ada.project_id).schema_version)
    html = page.get(address(ada.project)).content.decode()
    assert "what is asked now, version 2" in html
    assert '<option value="1">version 1' in html
    for schema, word in (("1", b"music"), ("0", b"arts"), ("", b"arts")):
        page.post(address(ada.project), {"format": "csv", "tasks": "labeled", "schema": schema})
        job = Job.objects.latest("pk")
        run_job(job.pk)
        assert word in page.get(address(ada.project, job.pk, "file")).getvalue()
    assert "in the words of version 1" in page.get(address(ada.project)).content.decode()
    refused = page.post(address(ada.project), {"format": "csv", "tasks": "labeled", "schema": "7"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "values", [{"format": "xlsx", "tasks": "all"}, {"format": "jsonl", "tasks": "all", "spreadsheet_safe": "on"}]
)
def test_a_form_that_makes_no_sense_comes_back_with_its_errors(page, ada, values):
    response = page.post(address(ada.project), values)
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    assert not Job.objects.exists()


def test_the_file_of_another_project_or_one_that_is_not_ready_is_not_given(page, ada, ben, eve):
    page.post(address(ada.project), {"format": "csv", "tasks": "labeled"})
    job = Job.objects.get()
    assert page.get(address(ada.project, job.pk, "file")).status_code == 409
    run_job(job.pk)
    for member, project, status in ((eve, ada.project, 404), (eve, eve.project, 404), (ben, ada.project, 403)):
        other = Client()
        other.force_login(member.user)
        assert other.get(address(project, job.pk, "file")).status_code == status
    assert page.get(address(eve.project, job.pk, "file")).status_code == 404
