"""Encoding and learning rounds: their jobs, what each part took, and how soon a new model serves."""

import http.client
import json
import time
import uuid
from typing import Any

from django.utils import timezone

from benchmarks.inside.jobs import run_job
from benchmarks.inside.labels import label_tasks
from benchmarks.inside.project import SLUG
from labelplatform.jobs.models import Job
from models_app.models import ModelState, ModelVersion
from models_app.rounds.retraining import labels_until_next_training
from models_app.rounds.triggers import request_encoding, request_training
from projects.models import Project

_POLL_SECONDS = 0.02
_LONGEST_WAIT = 120.0
_CSRF = "a" * 32


def enqueue_encoding() -> dict[str, Any]:
    return {"job": request_encoding(Project.objects.get(slug=SLUG).pk).pk}


def train() -> dict[str, Any]:
    """One learning round; returns the CPU seconds of its parts."""
    project = Project.objects.get(slug=SLUG)
    run_job(request_training(project.pk).pk)
    version = ModelVersion.objects.filter(project=project).order_by("-number")[0]
    return {"number": version.number, "parts": version.metrics["seconds"], "trained_on": version.trained_on}


def label_and_wait(port: int, session: str, options: list[str]) -> dict[str, Any]:
    """Give the label that sets off a training; returns after how many seconds it was asked for, began, and served."""
    before = _active()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    work = _post(connection, session, f"projects/{SLUG}/queue/next/", {})
    body = {"key": str(uuid.uuid4()), "answers": {"topic": "banking"}, "submit": True}
    # more than are needed, for about one in twenty is of the holdout and does not count
    label_tasks(round(labels_until_next_training(before.trained_on) * 1.2), options)
    start = timezone.now()
    _post(connection, session, f"tasks/{work['task']['id']}/annotations/", body)
    while (timezone.now() - start).total_seconds() < _LONGEST_WAIT:
        if _active().number > before.number:
            job = Job.objects.filter(kind="train_model").order_by("-pk")[0]
            times = {"asked": job.created_at, "begun": job.started_at or start, "served": timezone.now()}
            return {name: (moment - start).total_seconds() for name, moment in times.items()}
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"No model after {before} within {_LONGEST_WAIT:g} s.")


def _active() -> ModelVersion:
    return ModelVersion.objects.get(project__slug=SLUG, state=ModelState.ACTIVE)


def _post(connection: http.client.HTTPConnection, session: str, path: str, body: dict[str, Any]) -> Any:
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={_CSRF}",
        "X-CSRFToken": _CSRF,
        "Content-Type": "application/json",
    }
    connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
    response = connection.getresponse()
    content = response.read()
    if response.status not in {200, 201}:
        raise RuntimeError(f"{path}: {response.status} {content[:300]!r}")
    return json.loads(content)
