import re
from html import unescape

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labelplatform.jobs.models import Job
from projects.models import ImportRun, Task, TaskContent
from tests.projects.importing.importing import finish

pytestmark = pytest.mark.django_db

TABLE = b"id;text;source\n1;first;web\n2;;mail\n3;third\n"


@pytest.fixture
def page(ada):
    """Ada's browser, without script."""
    client = Client()
    client.force_login(ada.user)
    return client


def address(project, *rest) -> str:
    return "/".join(["", "projects", project.slug, "imports", *map(str, rest), ""])


def upload(page, project, content=TABLE, name="tasks.csv"):
    return page.post(address(project), {"file": SimpleUploadedFile(name, content)})


def form_values(html: str) -> dict[str, list[str]]:
    """What a browser would send of the preview's form."""
    values: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(column)" value="([^"]*)"', html):
        values.setdefault(name, []).append(unescape(value))
    for select in re.findall(r"<select.*?</select>", html, flags=re.DOTALL):
        name = re.search(r'name="([^"]*)"', select)
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        assert name, select
        assert chosen, select
        values.setdefault(name[1], []).append(unescape(chosen[1]))
    if re.search(r'name="has_header"[^>]*checked', html):
        values["has_header"] = ["on"]
    values["on_conflict"] = ["reject"]
    return values


def test_the_first_visit_teaches_what_a_file_looks_like(page, ada):
    response = page.get(address(ada.project))
    assert response.status_code == 200
    assert "Nothing imported yet" in response.content.decode()


def test_a_file_is_looked_at_first_and_then_imported_as_the_form_says(page, ada):
    response = upload(page, ada.project)
    run = ImportRun.objects.get()
    assert (response.status_code, response["Location"]) == (302, address(ada.project, run.pk))
    html = page.get(response["Location"]).content.decode()
    values = form_values(html)
    assert values["column"] == ["id", "text", "source"]
    assert values["target"] == ["external_id", "data.text", "metadata"]
    assert (values["delimiter"], values["format"], values["encoding"]) == ([";"], ["csv"], ["utf-8"])
    assert "“text” is empty." in html
    assert "The row has 2 cells; the file has 3 columns." in html
    assert not Task.objects.exists()

    values["target"] = ["ignore", "data.text", "metadata"]
    started = page.post(address(ada.project, run.pk, "start"), values)
    assert (started.status_code, started["Location"]) == (302, address(ada.project, run.pk))
    html = page.get(started["Location"]).content.decode()
    assert "Waiting for a worker" in html
    assert 'hx-trigger="every 1s"' in html
    finish(ImportRun.objects.get())
    html = page.get(started["Location"]).content.decode()
    assert "hx-trigger" not in html
    assert "The row has 2 cells" in html
    assert TaskContent.objects.get().task.external_id.startswith("row-")


def test_looking_again_in_another_way_changes_nothing_but_the_preview(page, ada):
    upload(page, ada.project, "id,text\n1,Grüße\n".encode("latin-1"))
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    assert values["encoding"] == ["cp1252"]
    response = page.post(address(ada.project, run.pk, "start"), {**values, "format": ["text"], "look": ["1"]})
    assert response.status_code == 200
    seen = form_values(response.content.decode())
    assert (seen["column"], seen["target"], "delimiter" in seen) == (["text"], ["data.text"], False)
    assert "1,Grüße" in response.content.decode()
    assert not Job.objects.exists()


def test_a_mapping_without_the_field_is_refused_and_stays_as_it_was_filled_in(page, ada):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    values["target"] = ["external_id", "metadata", "metadata"]
    response = page.post(address(ada.project, run.pk, "start"), values)
    assert response.status_code == 422
    assert "No column becomes the field “text”" in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("change", [{"encoding": ["klingon"]}, {"format": ["json"]}, {"on_conflict": ["merge"]}])
def test_a_wish_that_makes_no_sense_shows_the_file_as_it_was_detected(page, ada, change):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    response = page.post(address(ada.project, run.pk, "start"), {**values, **change})
    assert response.status_code == 422
    assert form_values(response.content.decode())["column"] == ["id", "text", "source"]


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"", 422, "The file is empty."),
        (b"PK\x03\x04" + b"\0" * 40, 415, "The file is a ZIP archive."),
        (b"id,text,text\n1,a,b\n", 422, "columns 2 and 3 have the same name"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_on_the_page(page, ada, content, status, message):
    response = upload(page, ada.project, content)
    assert response.status_code == status
    assert message in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_post_without_a_file_and_one_above_the_limit_are_refused(page, ada, settings):
    assert page.post(address(ada.project), {}).status_code == 422
    settings.MAX_UPLOAD_BYTES = 1_000
    assert upload(page, ada.project, b"x" * 5_000).status_code == 413


def test_a_started_import_is_not_started_twice(page, ada):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    for _ in range(2):
        assert page.post(address(ada.project, run.pk, "start"), values).status_code == 302
    assert Job.objects.count() == 1


def test_a_file_can_be_discarded_and_a_waiting_import_cancelled(page, ada):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    assert page.post(address(ada.project, run.pk, "cancel")).status_code == 302
    assert not ImportRun.objects.exists()
    assert not (site_settings.DATA_DIR / "uploads" / run.stored_name).exists()

    upload(page, ada.project)
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    page.post(address(ada.project, run.pk, "start"), values)
    page.post(address(ada.project, run.pk, "cancel"))
    assert Job.objects.get().state == "cancelled"
    assert "Cancelled; what is in stays in." in page.get(address(ada.project, run.pk)).content.decode()


def test_the_progress_alone_answers_htmx_and_reloads_the_page_once_it_is_over(page, ada):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    page.post(address(ada.project, run.pk, "start"), values)
    waiting = page.get(address(ada.project, run.pk), headers={"HX-Request": "true"})
    assert "<html" not in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    finish(ImportRun.objects.get())
    assert page.get(address(ada.project, run.pk), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_script_in_a_file_is_shown_and_not_run(page, ada):
    evil = b'id,text,<script>alert(1)</script>\n1,"<img src=x onerror=alert(1)>",\n2,,"<b>x</b>"\n'
    upload(page, ada.project, evil, name="<script>.csv")
    run = ImportRun.objects.get()
    for html in (page.get(address(ada.project, run.pk)).content, page.get(address(ada.project)).content):
        assert b"<script>alert" not in html
        assert b"<img src=x" not in html
        assert b"<script>.csv" not in html


def test_rejected_rows_are_paged_and_downloaded(page, ada):
    upload(page, ada.project, b"id,text\n" + b"".join(b"%d,\n" % number for number in range(120)) + b"x,y\n")
    run = ImportRun.objects.get()
    values = form_values(page.get(address(ada.project, run.pk)).content.decode())
    page.post(address(ada.project, run.pk, "start"), values)
    finish(ImportRun.objects.get())
    last = page.get(address(ada.project, run.pk), {"page": 3}).content.decode()
    assert "101 to 120 of 120 rejected rows" in last
    file = page.get(address(ada.project, run.pk, "rejected"))
    assert file.getvalue().count(b"\r\n") == 121


def test_lists_cost_the_same_number_of_queries_however_long(page, ada):
    counts = []
    for _ in range(2):
        for _ in range(8):
            upload(page, ada.project)
        with CaptureQueriesContext(connection) as captured:
            page.get(address(ada.project))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_only_those_who_may_import_open_these_pages(ada, ben, eve, client, page):
    upload(page, ada.project)
    run = ImportRun.objects.get()
    for member, status in ((ben, 403), (eve, 404)):
        other = Client()
        other.force_login(member.user)
        for path in (address(ada.project), address(ada.project, run.pk), address(ada.project, run.pk, "rejected")):
            assert other.get(path).status_code == status
        for action in ("start", "cancel"):
            assert other.post(address(ada.project, run.pk, action)).status_code == status
        assert upload(other, ada.project).status_code == status
    assert client.get(address(ada.project))["Location"].startswith("/accounts/login/")
    assert page.get(address(ada.project, run.pk, "start")).status_code == 405
