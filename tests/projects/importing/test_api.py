import gzip
import io
import json
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from labelplatform.accounts.models import User
from projects.models import ImportRun, Task, TaskContent
from tests.projects.importing.importing import finish

pytestmark = pytest.mark.django_db

TABLE = b"id,text,source\n1,first,web\n2,second,\n3,,mail\n"


def upload(client, project, content, name="tasks.csv", path="imports/", **fields):
    data = {"file": SimpleUploadedFile(name, content), **fields}
    return client.post(f"/api/v1/projects/{project.slug}/{path}", data)


def test_a_file_is_imported_and_its_rejected_rows_can_be_read_and_downloaded(api, ada):
    client = api(ada.user)
    response = upload(client, ada.project, TABLE)
    assert response.status_code == 202
    body = response.json()
    assert (body["job"]["state"], body["import"]["mapping"]["text"]) == ("queued", "data.text")
    finish(ImportRun.objects.get())

    address = f"projects/{ada.project.slug}/imports/{body['import']['id']}/"
    seen = client.read(address).json()
    assert (seen["created"], seen["rejected"], seen["job"]["state"]) == (2, 1, "done")
    assert [row["id"] for row in client.read(f"projects/{ada.project.slug}/imports/").json()["results"]] == [seen["id"]]
    rejections = client.read(f"{address}rejections/").json()["results"]
    assert [(row["line"], row["reason"], row["row"]) for row in rejections] == [(4, "“text” is empty.", "3,,mail\n")]
    file = client.read(f"{address}rejections/file/")
    assert file["Content-Disposition"] == f'attachment; filename="import-{seen["id"]}-rejected.csv"'
    assert file.getvalue() == 'line,reason,row\r\n4,“text” is empty.,"3,,mail\n"\r\n'.encode()


def test_what_the_client_says_goes_before_what_is_detected(api, ada):
    content = "Nr;Spruch\n1;Grüße, Welt\n".encode("latin-1")
    mapping = json.dumps({"Spruch": "data.text", "Nr": "ignore"})
    response = upload(api(ada.user), ada.project, content, encoding="latin-1", delimiter=";", mapping=mapping)
    assert response.status_code == 202
    finish(ImportRun.objects.get())
    assert TaskContent.objects.get().data == {"text": "Grüße, Welt"}


def test_a_repeated_call_with_the_same_key_is_one_import(api, ada):
    key = str(uuid.uuid4())
    client = api(ada.user)
    first, second = (upload(client, ada.project, TABLE, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["import"]["id"] == second.json()["import"]["id"]
    tasks = {"key": key, "tasks": [{"data": {"text": "x"}}]}
    assert client.send(f"projects/{ada.project.slug}/imports/", tasks).status_code == 200
    assert ImportRun.objects.count() == 1


def test_tasks_in_the_body_are_imported_like_a_file(api, ada):
    tasks = [
        {"external_id": "a", "data": {"text": "x 👩‍👩‍👧"}, "metadata": {"source": {"deep": [1, None]}}},
        {"external_id": 7, "data": {"text": 5}},
        {"data": {"text": "without id"}},
        {"external_id": "b", "data": {"text": ""}},
        {"external_id": "c", "data": {"wrong": "field"}},
    ]
    response = api(ada.user).send(f"projects/{ada.project.slug}/imports/", {"tasks": tasks})
    assert response.status_code == 202
    run = finish(ImportRun.objects.get())
    assert (run.created_count, run.rejected_count) == (3, 2)
    assert TaskContent.objects.get(task__external_id="a").metadata == {"source": {"deep": [1, None]}}
    assert TaskContent.objects.get(task__external_id="7").data == {"text": "5"}


@pytest.mark.parametrize(
    ("tasks", "path"),
    [
        ([], "tasks"),
        ({}, "tasks"),
        ([5], "tasks.0"),
        ([{"data": {"text": "a"}}, {"text": "b"}], "tasks.1.text"),
        ([{"external_id": "a"}], "tasks.0.data"),
        ([{"data": {}, "external_id": True}], "tasks.0.external_id"),
        ([{"data": {}, "metadata": []}], "tasks.0.metadata"),
    ],
)
def test_tasks_of_the_wrong_shape_are_refused_at_once_with_their_place(api, ada, tasks, path):
    response = api(ada.user).send(f"projects/{ada.project.slug}/imports/", {"tasks": tasks})
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == path
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "fields", "status", "message"),
    [
        ("a.csv", b"", {}, 422, "The file is empty."),
        ("a.csv", b"PK\x03\x04" + b"\0" * 40, {}, 415, "The file is a ZIP archive."),
        ("a.json", b'{"tasks": [{"text": "a"}]}', {}, 422, "one JSON object; a list of objects is needed"),
        ("a.csv", b"id,text,text\n1,a,b\n", {}, 422, "columns 2 and 3 have the same name"),
        ("a.csv", b"x,y\n1,2\n", {"mapping": '{"x": "metadata"}'}, 422, "No column becomes the field"),
        ("a.csv", b"x,y\n1,2\n", {"mapping": '{"z": "data.text"}'}, 422, "no column “z”"),
        ("a.csv", b"x,y\n1,2\n", {"mapping": "[1]"}, 422, "Send a JSON object"),
        ("a.csv", b"x,y\n1,2\n", {"mapping": "[" * 100_000}, 422, "Send a JSON object"),
        ("a.csv", TABLE, {"encoding": "klingon"}, 422, "no known encoding"),
        ("a.csv", TABLE, {"delimiter": "abc"}, 422, "A delimiter is one character"),
        ("a.csv", TABLE, {"format": "xml"}, 422, "not a valid choice"),
        ("a.csv", TABLE, {"on_conflict": "merge"}, 422, "not a valid choice"),
        ("a.csv", TABLE, {"key": "abc"}, 422, "valid UUID"),
        ("a.csv", TABLE, {"colour": "red"}, 422, "There is no such value here"),
        ("a.csv.gz", gzip.compress(TABLE)[:15], {}, 422, "cut off"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_and_leaves_nothing(api, ada, name, content, fields, status, message):
    response = upload(api(ada.user), ada.project, content, name, **fields)
    assert response.status_code == status, response.json()
    body = response.json()
    assert message in body["detail"] + str(body["errors"])
    assert body["errors"][0]["path"]
    assert not ImportRun.objects.exists()
    assert list(settings.DATA_DIR.glob("uploads/*")) == []


@pytest.fixture(autouse=True)
def _no_files_from_other_tests():
    for file in settings.DATA_DIR.glob("uploads/*"):
        file.unlink()


def test_a_form_without_a_file_says_what_is_missing(api, ada):
    response = api(ada.user).post(f"/api/v1/projects/{ada.project.slug}/imports/", {"on_conflict": "reject"})
    assert (response.status_code, response.json()["errors"][0]["path"]) == (422, "file")


def test_a_file_above_the_limit_is_stopped(api, ada, settings):
    settings.MAX_UPLOAD_BYTES = 100_000
    response = upload(api(ada.user), ada.project, b"id,text\n" + b"x" * 200_000)
    assert (response.status_code, "MB at most" in response.json()["detail"]) == (413, True)


def test_a_stranger_cannot_fill_the_disk(client, project, monkeypatch):
    def never(*args):
        raise AssertionError("A stranger's file was received.")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", never)
    monkeypatch.setattr("django.core.files.uploadhandler.MemoryFileUploadHandler.receive_data_chunk", never)
    assert upload(client, project, TABLE).status_code == 401


def test_a_preview_keeps_nothing(api, ada):
    response = upload(api(ada.user), ada.project, b"\xef\xbb\xbfid;text\n1;a\n2;\n", path="imports/preview/")
    assert response.status_code == 200
    body = response.json()
    assert (body["format"], body["encoding"], body["delimiter"], body["columns"]) == (
        "csv",
        "utf-8",
        ";",
        ["id", "text"],
    )
    assert body["mapping"] == {"id": "external_id", "text": "data.text", "*": "metadata"}
    assert body["rows"] == [
        {"line": 2, "values": {"id": "1", "text": "a"}, "answers": {}, "author": "", "problem": ""},
        {"line": 3, "values": {"id": "2", "text": ""}, "answers": {}, "author": "", "problem": "“text” is empty."},
    ]
    assert not ImportRun.objects.exists()
    assert list(settings.DATA_DIR.glob("uploads/*")) == []


def test_names_of_files_are_shown_and_never_used_as_paths(api, ada):
    upload(api(ada.user), ada.project, TABLE, name="..\\..\\/etc/pass\x00wd\n.csv")
    run = ImportRun.objects.get()
    assert run.original_name == "passwd.csv"
    assert [path.name for path in settings.DATA_DIR.glob("uploads/*")] == [run.stored_name]


def test_only_those_who_may_import_reach_imports(api, ada, ben, rae, eve, client):
    upload(api(ada.user), ada.project, TABLE)
    run = finish(ImportRun.objects.get())
    addresses = [
        f"imports/{run.pk}/",
        "imports/",
        f"imports/{run.pk}/rejections/",
        f"imports/{run.pk}/rejections/file/",
    ]
    for user, status in ((ben.user, 403), (rae.user, 403), (eve.user, 404)):
        for address in addresses:
            assert api(user).read(f"projects/{ada.project.slug}/{address}").status_code == status
        assert upload(api(user), ada.project, TABLE).status_code == status
        assert upload(api(user), ada.project, TABLE, path="imports/preview/").status_code == status
    assert api(eve.user).read(f"projects/{eve.project.slug}/imports/{run.pk}/").status_code == 404
    site_admin = User.objects.create_superuser(email="root@example.com", password="correct horse")
    assert api(site_admin).read(f"projects/{ada.project.slug}/imports/{run.pk}/").status_code == 200


def test_an_import_key_of_another_project_is_no_way_to_see_it(api, ada, eve):
    key = str(uuid.uuid4())
    upload(api(ada.user), ada.project, TABLE, key=key)
    response = upload(api(eve.user), eve.project, TABLE, key=key)
    assert response.status_code == 409
    assert "import" not in response.json()


def test_nothing_is_imported_into_an_archived_project(api, ada):
    ada.project.state = "archived"
    ada.project.save()
    assert upload(api(ada.user), ada.project, TABLE).status_code == 409
    assert not ImportRun.objects.exists()


def test_a_body_of_many_tasks_is_checked_fast(api, ada):
    tasks = [{"external_id": str(n), "data": {"text": f"text {n}"}} for n in range(5_000)]
    assert api(ada.user).send(f"projects/{ada.project.slug}/imports/", {"tasks": tasks}).status_code == 202
    finish(ImportRun.objects.get())
    assert Task.objects.count() == 5_000


def test_a_large_upload_is_moved_into_place(api, ada):
    buffer = io.BytesIO(b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"word " * 100) for n in range(6_000)))
    assert len(buffer.getvalue()) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert upload(api(ada.user), ada.project, buffer.getvalue()).status_code == 202
    assert finish(ImportRun.objects.get()).created_count == 6_000
    assert list(settings.FILE_UPLOAD_TEMP_DIR.glob("*")) == []
