"""Hostile texts from a real browser over the API and an export into another project: not one offset moves."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from annotations.exporting.exports import open_export_file
from annotations.models import Annotation, FinalLabel
from benchmarks.browser_marks import mark_texts
from benchmarks.hostile_texts import hostile_texts
from benchmarks.inside.offsets import SCHEMA, compare_stored
from benchmarks.offsets import in_order, is_quoted
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Membership, Project, Task
from tests.factories import make_member, make_project

_TEXTS = 250


@pytest.fixture
def spans_project(ada: Membership) -> Project:
    return project_of(ada)


def project_of(ada: Membership) -> Project:
    project = make_project(schema=SCHEMA)
    make_member(project, "admin", ada.user)
    return project


def finished(job_id: int) -> Job:
    job = Job.objects.get(pk=job_id)
    while not job.is_over:
        run_job(job_id)
        job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def import_file(client: Any, project: Project, name: str, content: bytes, **fields: str) -> None:
    body = {"file": SimpleUploadedFile(name, content), **fields}
    sent = client.post(f"/api/v1/projects/{project.slug}/imports/", body)
    assert sent.status_code == 202, sent.content
    finished(sent.json()["job"]["id"])


def test_long_and_short_texts_follow_each_other_whole(page: Page) -> None:
    line = "wor👩‍👩‍👧d " * 40 + "\r\n"
    texts = ["short", *(line * count + "end" for count in (60, 20, 90)), "", line * 30, line * 60]
    assert [one["shown"] for one in mark_texts(page, [f"{text}." for text in texts])] == [f"{text}." for text in texts]


def test_texts_and_spans_are_the_same_after_browser_api_export_and_import(
    page: Page, api: Any, ada: Membership, spans_project: Project, tmp_path: Path
) -> None:
    *texts, long_one = hostile_texts(1_000)
    texts = [*texts[: _TEXTS - 1], long_one]
    marked = list(mark_texts(page, texts))
    assert [one["shown"] for one in marked] == texts
    wanted: list[dict[str, Any]] = [
        {"external_id": f"o-{number}", "text": text, "spans": in_order(one["spans"])}
        for number, (text, one) in enumerate(zip(texts, marked, strict=True))
    ]
    assert sum(len(one["spans"]) for one in wanted) > 2 * _TEXTS
    assert all(is_quoted(one["text"], span) for one in wanted for span in one["spans"])
    sent = tmp_path / "sent.jsonl"
    sent.write_text("".join(f"{json.dumps(one)}\n" for one in wanted))
    client = api(ada.user)

    tasks = "".join(f"{json.dumps({name: one[name] for name in ('external_id', 'text')})}\n" for one in wanted)
    import_file(client, spans_project, "tasks.jsonl", tasks.encode())
    ids = dict(Task.objects.filter(project=spans_project).values_list("external_id", "pk"))
    for one in wanted:
        answer = client.answer(ids[one["external_id"]], {"parts": one["spans"]})
        assert answer.status_code == 201, answer.content
    assert (Annotation.objects.count(), FinalLabel.objects.count()) == (_TEXTS, _TEXTS)
    assert compare_stored(spans_project.slug, str(sent))["differences"] == 0

    for format_name in ("jsonl", "csv"):
        started = client.send(f"projects/{spans_project.slug}/exports/", {"format": format_name}).json()
        content = open_export_file(finished(started["job"]["id"])).read()
        other = project_of(ada)
        import_file(client, other, f"labels.{format_name}", content, labels="answers")
        assert compare_stored(other.slug, str(sent))["differences"] == 0, format_name
