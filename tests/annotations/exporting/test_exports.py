import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from annotations.exporting import exports, labeled_tasks
from annotations.exporting import job as export_job
from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from projects.models import TaskContent
from tests.factories import make_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_files_from_other_tests():
    for file in settings.DATA_DIR.glob("exports/*"):
        file.unlink()


def label(task, value, question="topic"):
    return FinalLabel.objects.create(
        task=task,
        project=task.project,
        question=question,
        value=value,
        value_text=str(value)[:200],
        method="single",
        confidence=1.0,
        schema_version=task.project.schema_version,
        recorded_at=timezone.now().replace(year=2026, month=1, day=2, hour=3, minute=4, second=5),
    )


def finish(job_id: int) -> Job:
    job = Job.objects.get(pk=job_id)
    for _ in range(200):
        if job.is_over:
            return job
        run_job(job_id)
        job.refresh_from_db()
    raise AssertionError(f"The job is still {job.state}.")


def exported(client, project, **body) -> str:
    """Start an export by API, run it, and fetch the file."""
    response = client.send(f"projects/{project.slug}/exports/", {"format": "csv", **body})
    assert response.status_code == 202, response.json()
    job = finish(response.json()["job"]["id"])
    assert job.state == "done", job.error
    file = client.read(f"exports/{job.pk}/file/")
    assert file.status_code == 200
    assert file["Content-Disposition"].startswith("attachment")
    return file.getvalue().decode()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_a_line_for_each_labeled_task(api, ada):
    first, second, _ = make_tasks(ada.project, texts=['says "hi",\nthere', "שלום 👩‍👩‍👧", "not labeled"])
    TaskContent.objects.filter(task=first).update(metadata={"source": "web"})
    label(first, "sports")
    label(second, "music")
    rows = rows_of(exported(api(ada.user), ada.project))
    assert [row["text"] for row in rows] == ['says "hi",\nthere', "שלום 👩‍👩‍👧"]
    assert rows[0] == {
        "task_id": str(first.pk),
        "external_id": first.external_id,
        "text": 'says "hi",\nthere',
        "topic": "sports",
        "topic.confidence": "1.0",
        "topic.method": "single",
        "topic.recorded_at": "2026-01-02T03:04:05Z",
        "metadata": rows[0]["metadata"],
    }
    assert (json.loads(rows[0]["metadata"]), rows[1]["metadata"]) == ({"source": "web"}, "")


def test_json_lines_hold_the_same_as_objects(api, ada):
    (task,) = make_tasks(ada.project, texts=["a\u2028b"])
    label(task, "sports")
    label(task, {"old": ["kind"]}, question="retired")
    lines = exported(api(ada.user), ada.project, format="jsonl").split("\n")
    assert lines[1:] == [""]
    recorded_at = "2026-01-02T03:04:05Z"
    assert json.loads(lines[0]) == {
        "task_id": task.pk,
        "external_id": task.external_id,
        "data": {"text": "a\u2028b"},
        "metadata": {},
        "labels": {
            "topic": {"value": "sports", "confidence": 1.0, "method": "single", "recorded_at": recorded_at},
            "retired": {"value": {"old": ["kind"]}, "confidence": 1.0, "method": "single", "recorded_at": recorded_at},
        },
    }


def test_labels_of_questions_that_are_gone_get_columns_of_their_own(api, ada):
    (task,) = make_tasks(ada.project)
    label(task, ["a", "b"], question="text")
    (row,) = rows_of(exported(api(ada.user), ada.project))
    assert (row["label.text"], row["topic"]) == ('["a","b"]', "")


def test_a_filter_chooses_tasks(api, ada):
    tasks = make_tasks(ada.project, 3)
    label(tasks[0], "sports")
    label(tasks[1], "music")
    client = api(ada.user)

    def ids(**chosen):
        return [int(row["task_id"]) for row in rows_of(exported(client, ada.project, filter=chosen))]

    assert ids() == [tasks[0].pk, tasks[1].pk]
    assert ids(tasks="all") == [task.pk for task in tasks]
    assert ids(question="topic", value="music") == [tasks[1].pk]
    assert ids(question="topic", value="politics") == []


def test_formulas_are_made_harmless_only_on_request(api, ada):
    dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "plain"]
    for task in make_tasks(ada.project, texts=dangerous):
        label(task, "sports")
    client = api(ada.user)
    assert [row["text"] for row in rows_of(exported(client, ada.project))] == dangerous
    safe = [row["text"] for row in rows_of(exported(client, ada.project, spreadsheet_safe=True))]
    assert safe == [*(f"'{text}" for text in dangerous[:5]), "plain"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "format"),
        ({"format": "xlsx"}, "format"),
        ({"format": "jsonl", "spreadsheet_safe": True}, "spreadsheet_safe"),
        ({"format": "csv", "filter": {"tasks": "some"}}, "filter.tasks"),
        ({"format": "csv", "filter": {"value": "sports"}}, "filter.question"),
        ({"format": "csv", "filter": {"question": "nothing"}}, "filter.question"),
        ({"format": "csv", "filter": {"tasks": "all", "question": "topic"}}, "filter.question"),
        ({"format": "csv", "colour": "red"}, "colour"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(api, ada, body, path):
    response = api(ada.user).send(f"projects/{ada.project.slug}/exports/", body)
    assert (response.status_code, response.json()["errors"][0]["path"]) == (422, path)
    assert not Job.objects.exists()


def test_a_repeated_call_with_the_same_key_is_one_export(api, ada, eve):
    body = {"format": "csv", "key": str(uuid.uuid4())}
    client = api(ada.user)
    first, second = (client.send(f"projects/{ada.project.slug}/exports/", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["export"]["id"] == second.json()["export"]["id"]
    assert api(eve.user).send(f"projects/{eve.project.slug}/exports/", body).status_code == 409


def test_the_file_is_there_only_when_it_is_complete_and_until_it_is_removed(api, ada):
    label(make_tasks(ada.project)[0], "sports")
    client = api(ada.user)
    job_id = client.send(f"projects/{ada.project.slug}/exports/", {"format": "csv"}).json()["job"]["id"]
    assert client.read(f"exports/{job_id}/file/").status_code == 409
    assert client.read(f"exports/{job_id}/").json()["file"] is None
    finish(job_id)
    seen = client.read(f"exports/{job_id}/").json()
    assert (seen["tasks"], seen["file"]) == (1, f"http://testserver/api/v1/exports/{job_id}/file/")
    Job.objects.filter(pk=job_id).update(finished_at=timezone.now() - exports.KEPT_FOR - timedelta(hours=1))
    exports.clear_away(ada.project_id)
    assert client.read(f"exports/{job_id}/file/").status_code == 410
    assert client.read(f"projects/{ada.project.slug}/exports/").json()["results"][0]["file"] is None


def test_viewers_export_annotators_do_not_and_strangers_find_nothing(api, ada, ben, eve):
    job_id = api(ada.user).send(f"projects/{ada.project.slug}/exports/", {"format": "csv"}).json()["job"]["id"]
    finish(job_id)
    for user, status in ((ben.user, 403), (eve.user, 404), (None, 401)):
        client = api(user)
        assert client.send(f"projects/{ada.project.slug}/exports/", {"format": "csv"}).status_code == status
        assert client.read(f"projects/{ada.project.slug}/exports/").status_code == status
        for address in (f"exports/{job_id}/", f"exports/{job_id}/file/"):
            assert client.read(address).status_code == status


def test_another_kind_of_job_is_no_export(api, ada):
    job = Job.objects.create(kind="train_model", project_id=ada.project_id, state="done")
    assert api(ada.user).read(f"exports/{job.pk}/file/").status_code == 404


def test_a_worker_that_dies_anywhere_leaves_a_file_without_gaps_or_repetitions(api, ada, monkeypatch):
    monkeypatch.setattr(labeled_tasks, "TASKS_IN_A_BATCH", 4)
    tasks = make_tasks(ada.project, 22)
    for task in tasks:
        label(task, "sports")
    job_id = api(ada.user).send(f"projects/{ada.project.slug}/exports/", {"format": "csv"}).json()["job"]["id"]
    written, completed = export_job.files.sync, export_job.files.complete
    n_calls = 0

    class WorkerDied(BaseException):
        """Not even an error that the job could catch."""

    def die_now_and_then(call):
        def calling(*args):
            nonlocal n_calls
            n_calls += 1
            result = call(*args)
            if n_calls % 3 == 1:
                raise WorkerDied
            return result

        return calling

    monkeypatch.setattr(export_job.files, "sync", die_now_and_then(written))
    monkeypatch.setattr(export_job.files, "complete", die_now_and_then(completed))
    job = Job.objects.get(pk=job_id)
    while not job.is_over:
        try:
            run_job(job_id)
        except WorkerDied:
            Job.objects.filter(pk=job_id).update(state="queued", run_token=None)
        job.refresh_from_db()
    assert n_calls >= 9
    with exports.open_export_file(job) as file:
        rows = rows_of(file.read().decode())
    assert [int(row["task_id"]) for row in rows] == [task.pk for task in tasks]
    assert [path.suffix for path in settings.DATA_DIR.glob("exports/*")] == [""]


def test_a_cancelled_export_leaves_no_file_behind(api, ada, monkeypatch):
    monkeypatch.setattr(labeled_tasks, "TASKS_IN_A_BATCH", 1)
    for task in make_tasks(ada.project, 3):
        label(task, "sports")
    job_id = api(ada.user).send(f"projects/{ada.project.slug}/exports/", {"format": "csv"}).json()["job"]["id"]
    look = labeled_tasks.next_batch

    def cancel(*args, **more):
        cancel_job(Job.objects.get(pk=job_id))
        return look(*args, **more)

    monkeypatch.setattr(export_job, "next_batch", cancel)
    assert finish(job_id).state == "cancelled"
    exports.clear_away(ada.project_id)
    assert list(settings.DATA_DIR.glob("exports/*")) == []
