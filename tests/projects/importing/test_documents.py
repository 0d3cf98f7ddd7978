"""PDFs become tasks: by page and API, alone, together and in a ZIP; what cannot be used is said file by file."""

import json
import uuid

import pytest
from django.conf import settings

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from labelplatform.search import TaskSearch, read_terms
from projects import assets
from projects.importing import document_job
from projects.importing.runs import clear_away
from projects.models import Asset, ImportRun, Task, TaskAsset
from tests.factories import make_member, make_project, make_upload, make_user
from tests.pdfs import PDF_SCHEMA, make_locked_pdf, make_pdf, make_pdf_asset, make_zip
from tests.projects.importing.importing import counts, finish, import_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]

LETTER = make_pdf("Acme hired Bob in Rome.")
BILL = make_pdf("Bill over 20 euros", "Page two")


@pytest.fixture
def project():
    return make_project(schema=PDF_SCHEMA)


@pytest.fixture
def manager(api, ada):
    return api(ada.user)


def send(client, project, *files, **fields):
    uploads = [make_upload(content, name) for name, content in files]
    return client.post(f"/api/v1/projects/{project.slug}/imports/", {"file": uploads, **fields})


def imported(client, project, *files, **fields):
    answer = send(client, project, *files, **fields)
    assert answer.status_code == 202, answer.json()
    return finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))


def reasons(run):
    return {rejection.row: rejection.reason for rejection in run.rejections.all()}


def test_each_of_several_files_becomes_a_task_with_its_text(manager, project, ada):
    run = imported(manager, project, ("letter.pdf", LETTER), ("Bill 7.PDF", BILL))
    assert (run.format, run.job.state, counts(run)) == ("files", "done", (2, 0, 0, 0))
    assert run.original_name == "letter.pdf and 1 more"
    tasks = {task.external_id: task.content for task in Task.objects.select_related("content")}
    assert set(tasks) == {"letter", "Bill 7"}
    value = tasks["Bill 7"].data["document"]
    assert value["text"] == "Bill over 20 euros\nPage two"
    assert (value["name"], [page["start"] for page in value["pages"]]) == ("Bill 7.PDF", [0, 19])
    assert value["asset"] == Asset.objects.get(page_count=2).content_hash
    found = TaskSearch(project.pk, tuple(read_terms("euros"))).keep([content.pk for content in tasks.values()])
    assert list(found) == [tasks["Bill 7"].pk]


def test_a_zip_of_files_is_taken_apart_and_by_products_are_left_out(manager, project):
    packed = make_zip(
        {
            "2024/letter.pdf": LETTER,
            "2024/": b"",
            "__MACOSX/2024/._letter.pdf": b"x",
            "2024/.DS_Store": b"x",
            "..\\..\\etc/bill.pdf": BILL,
        }
    )
    run = imported(manager, project, ("all.zip", packed))
    assert counts(run) == (2, 0, 0, 0)
    assert sorted(Task.objects.values_list("external_id", flat=True)) == ["2024/letter", "etc/bill"]


def test_what_cannot_be_used_is_rejected_with_the_reason_and_the_others_come_in(manager, project):
    files = {
        "good.pdf": LETTER,
        "locked.pdf": make_locked_pdf(),
        "broken.pdf": LETTER[:50],
        "words.pdf": b"I am no PDF at all",
        "notes.txt": b"nor am I",
        f"{'x' * 201}.pdf": LETTER,
    }
    run = imported(manager, project, ("all.zip", make_zip(files)))
    assert counts(run) == (1, 0, 0, 5)
    found = reasons(run)
    assert "locked" in found["locked.pdf"] or "password" in found["locked.pdf"]
    assert "damaged" in found["broken.pdf"]
    assert "no PDF file" in found["words.pdf"]
    assert "no PDF file" in found["notes.txt"]
    assert "200 characters" in found[f"{'x' * 201}.pdf"]


def test_the_same_files_again_make_no_duplicates_and_others_of_the_same_name_are_rejected(manager, project):
    imported(manager, project, ("a.pdf", LETTER))
    again = imported(manager, project, ("a.pdf", LETTER))
    other = imported(manager, project, ("a.pdf", BILL))
    updated = imported(manager, project, ("a.pdf", BILL), on_conflict="update")
    assert [counts(run) for run in (again, other, updated)] == [(0, 0, 1, 0), (0, 0, 0, 1), (0, 1, 0, 0)]
    assert "import with “update”" in reasons(other)["a.pdf"]
    (use,) = TaskAsset.objects.all()
    assert use.asset.page_count == 2, "the task shows the new file, and only that"


def test_a_repeated_call_is_one_import(manager, project):
    key = str(uuid.uuid4())
    first, second = (send(manager, project, ("a.pdf", LETTER), key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert ImportRun.objects.count() == 1
    assert len(list((settings.DATA_DIR / "uploads").glob(ImportRun.objects.get().stored_name))) == 1


def test_a_killed_import_goes_on_where_it_was(manager, project, monkeypatch):
    answer = send(manager, project, *((f"{number}.pdf", make_pdf(f"page {number}")) for number in range(4)))
    run = ImportRun.objects.get(pk=answer.json()["import"]["id"])
    real, seen = document_job._row_of, []

    def die_at_the_third(run, packed, document, media):
        seen.append(document.name)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(run, packed, document, media)

    monkeypatch.setattr(document_job, "_row_of", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run_job(run.job.pk)
    Job.objects.filter(pk=run.job.pk).update(state="queued", run_token=None)
    run.job.refresh_from_db()
    assert counts(finish(run)) == (4, 0, 0, 0)
    assert seen == ["0.pdf", "1.pdf", "2.pdf", "2.pdf", "3.pdf"]


def test_where_several_fields_show_pdfs_the_import_must_say_which(manager, api):
    schema = {
        "fields": [
            {"name": "old", "kind": "pdf", "required": False},
            {"name": "new", "kind": "pdf", "required": False},
        ],
        "questions": [{"name": "same", "kind": "choice", "options": ["yes", "no"]}],
    }
    ada = make_member(make_project(schema=schema), "admin", make_user("ada two"))
    client = api(ada.user)
    answer = send(client, ada.project, ("a.pdf", LETTER))
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "field")
    assert counts(imported(client, ada.project, ("a.pdf", LETTER), field="new")) == (1, 0, 0, 0)
    assert set(Task.objects.get().content.data) == {"new"}


def test_a_project_without_such_a_field_says_what_to_do(api):
    ada = make_member(make_project(), "admin", make_user("ada three"))
    answer = send(api(ada.user), ada.project, ("a.pdf", LETTER))
    assert answer.status_code == 415
    assert "a.pdf is a PDF file" in answer.json()["detail"]
    assert "add one of the kind “PDF pages”" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (make_zip({"a.csv": b"x"}), "no PDF file"),
        (make_zip({"a.pdf": LETTER})[:-30], "ZIP"),
        (make_zip({f"{number}.pdf": b"" for number in range(10_001)}), "more than 10,000 files"),
    ],
    ids=["without a PDF", "cut off", "too many"],
)
def test_a_zip_that_cannot_be_imported_is_refused_and_leaves_nothing(manager, project, content, reason):
    before = set((settings.DATA_DIR / "uploads").glob("*"))
    answer = send(manager, project, ("all.zip", content))
    assert answer.status_code == 422
    assert reason in answer.json()["detail"]
    assert ImportRun.objects.count() == 0
    assert set((settings.DATA_DIR / "uploads").glob("*")) == before


def test_rows_name_files_by_their_hash_and_what_they_say_of_them_does_not_count(manager, project, ada):
    asset = make_pdf_asset(project)
    forged = {"asset": asset.content_hash, "name": "x.pdf", "pages": [], "text": "something else"}
    tasks = [
        {"external_id": "plain", "data": {"document": asset.content_hash}},
        {"external_id": "as exported", "data": {"document": forged}},
        {"external_id": "unknown", "data": {"document": {**forged, "asset": "0" * 64}}},
        {"external_id": "none", "data": {"document": "letter.pdf"}},
    ]
    answer = manager.send(f"projects/{project.slug}/imports/", {"tasks": tasks})
    run = finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))
    assert counts(run) == (2, 0, 0, 2)
    texts = {task.content.data["document"]["text"] for task in Task.objects.select_related("content")}
    assert texts == {"Acme hired Bob in Rome."}
    assert all("no PDF of this project" in reason for reason in reasons(run).values())


def test_a_table_names_files_too_and_what_an_export_wrote_comes_back_the_same(manager, project, ada):
    asset = make_pdf_asset(project, name="letter.pdf")
    run = import_bytes(ada, f"id,document\na,{asset.content_hash}\n".encode())
    assert counts(run) == (1, 0, 0, 0)
    value = Task.objects.get().content.data["document"]
    cell = json.dumps(value).replace('"', '""')
    assert counts(import_bytes(ada, f'id,document\na,"{cell}"\n'.encode())) == (0, 0, 1, 0)


def test_files_of_another_project_cannot_be_named(manager, project, eve):
    theirs = make_project(schema=PDF_SCHEMA)
    asset = make_pdf_asset(theirs)
    tasks = [{"data": {"document": asset.content_hash}}]
    answer = manager.send(f"projects/{project.slug}/imports/", {"tasks": tasks})
    assert counts(finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))) == (0, 0, 0, 1)


def test_a_file_that_a_task_shows_is_not_deleted(manager, project):
    imported(manager, project, ("a.pdf", LETTER))
    asset = Asset.objects.get()
    answer = manager.delete(f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/")
    assert answer.status_code == 409
    assert "1 task" in answer.json()["detail"]


def test_what_no_task_shows_any_more_is_cleared_away_after_a_while(
    manager, project, monkeypatch, django_capture_on_commit_callbacks
):
    imported(manager, project, ("a.pdf", LETTER))
    imported(manager, project, ("a.pdf", BILL), on_conflict="update")
    monkeypatch.setattr(assets, "_UNUSED_FOR", assets.timedelta(0))
    with django_capture_on_commit_callbacks(execute=True):
        clear_away(project.pk)
    (left,) = Asset.objects.all()
    assert left.page_count == 2
    names = sorted(path.name for path in (settings.DATA_DIR / "assets" / str(project.pk)).glob("*"))
    assert names == [left.content_hash, f"{left.content_hash}-pages"]


def test_the_import_page_shows_the_files_and_starts_with_a_choice(client, project, ada):
    client.force_login(ada.user)
    files = [make_upload(LETTER, "letter.pdf"), make_upload(BILL, "bill.pdf")]
    answer = client.post(f"/projects/{project.slug}/imports/", {"file": files}, follow=True)
    page = answer.content.decode()
    assert "2 files" in page
    assert "letter" in page
    assert Task.objects.count() == 0
    run = ImportRun.objects.get()
    client.post(f"/projects/{project.slug}/imports/{run.pk}/start/", {"on_conflict": "reject"})
    assert counts(finish(ImportRun.objects.get(pk=run.pk))) == (2, 0, 0, 0)
    assert client.get(f"/projects/{project.slug}/imports/{run.pk}/").status_code == 200


def test_several_files_that_are_no_pdfs_are_refused(client, project, ada):
    client.force_login(ada.user)
    files = [make_upload(b"id,document\n", "a.csv"), make_upload(b"id,document\n", "b.csv")]
    answer = client.post(f"/projects/{project.slug}/imports/", {"file": files})
    assert answer.status_code == 422
    assert "Several files at once can only be PDFs, pictures or sounds" in answer.content.decode()


def test_a_pdf_added_by_itself_says_how_many_pages_it_has_and_is_no_picture(manager, project):
    answer = manager.post(f"/api/v1/projects/{project.slug}/assets/", {"file": make_upload(BILL, "bill.pdf")})
    body = answer.json()
    assert (answer.status_code, body["media_type"], body["page_count"]) == (201, "application/pdf", 2)
    assert body["markdown"] == ""
