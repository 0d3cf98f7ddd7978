"""Predictions of a source, as an upload would bring them."""

from typing import Any

from benchmarks.inside.project import SLUG
from labelplatform import uploads
from models_app.sources.receiving import receive_file
from projects.models import Membership, Task

_ROWS_AT_ONCE = 100_000


def enqueue_predictions() -> dict[str, Any]:
    """Store a CSV file with a choice for every task and enqueue the job that reads it."""
    members = Membership.objects.select_related("project__schema_version", "user")
    admin = members.get(project__slug=SLUG, user__email="admin@example.com")
    question = admin.project.schema.questions[0]
    options = list(getattr(question, "open_values", ()))
    lines = ["external_id,question,value,confidence\n"]
    names = Task.objects.filter(project=admin.project).order_by("pk").values_list("external_id", flat=True)
    for number, name in enumerate(names.iterator(chunk_size=_ROWS_AT_ONCE)):
        lines.append(f"{name},{question.name},{options[number % len(options)]},0.{number % 90 + 10}\n")
    stored = uploads.store_bytes("".join(lines).encode())
    run, _ = receive_file(admin, source_name="benchmark", stored=stored, name="predictions.csv")
    return {"job": run.job_id}
