"""What tests of sources share."""

import json
from collections.abc import Iterable
from typing import Any

from labelplatform import uploads
from labelplatform.jobs.running import run_job
from models_app.models import PredictionRun, PredictionSource
from models_app.sources.receiving import receive_file, receive_list
from projects.models import Membership, Project, Task

SPANS_SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "topic", "kind": "choice", "options": ["sports", "politics", "music"]},
        {"name": "names", "kind": "spans", "options": ["person", "place"]},
    ],
}


def finish(run: PredictionRun) -> PredictionRun:
    """Run its job to the end."""
    assert run.job is not None
    for _ in range(50):
        if run.job.is_over:
            break
        run_job(run.job.pk)
        run.job.refresh_from_db()
    assert run.job.is_over, run.job.state
    return PredictionRun.objects.select_related("job", "source").get(pk=run.pk)


def upload(member: Membership, content: bytes, name: str = "p.jsonl", source: str = "gpt") -> PredictionRun:
    run, _ = receive_file(member, source_name=source, stored=uploads.store_bytes(content), name=name)
    return finish(run)


def send(member: Membership, rows: list[dict[str, Any]], source: str = "gpt") -> PredictionRun:
    run, _ = receive_list(member, source_name=source, predictions=rows)
    return finish(run)


def said(tasks: Iterable[Task], value: Any = "music", question: str = "topic", **more: Any) -> list[dict[str, Any]]:
    return [{"task": task.pk, "question": question, "value": value, **more} for task in tasks]


def reasons(run: PredictionRun) -> list[tuple[int, str]]:
    return list(run.rejections.order_by("line").values_list("line", "reason"))


def stored(source: PredictionSource | str = "gpt") -> dict[tuple[int, str], Any]:
    found = PredictionSource.objects.get(name=source) if isinstance(source, str) else source
    return {(one.task_id, one.question): one.value for one in found.predictions.all()}


def lines(rows: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def source_of(project: Project, name: str = "gpt") -> PredictionSource:
    return PredictionSource.objects.get(project=project, name=name)
