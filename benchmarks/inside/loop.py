"""The labeling loop inside one process, where its queries can be counted."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.inside.project import SLUG, sign_in

_ENDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def count_queries() -> dict[str, Any]:
    """The most queries of twenty submits that bring the next task."""
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in("annotator", 1)["sessions"][0]
    work = _post(client, f"projects/{SLUG}/queue/next/", {})
    counted = []
    for _ in range(20):
        body = {"key": str(uuid.uuid4()), "answers": {"topic": "banking"}, "submit": True, "next": True}
        with CaptureQueriesContext(connection) as captured:
            work = _post(client, f"tasks/{work['task']['id']}/annotations/", body)["next"]
        statements = [query["sql"] for query in captured]
        counted.append((sum(not sql.startswith(_ENDS) for sql in statements), len(statements)))
    return {"queries": max(queries for queries, _ in counted), "statements": max(every for _, every in counted)}


def _post(client: Client, path: str, body: dict[str, Any]) -> Any:
    response = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    if response.status_code not in {200, 201}:
        raise RuntimeError(f"{path}: {response.status_code} {response.content[:300]!r}")
    return response.json()
