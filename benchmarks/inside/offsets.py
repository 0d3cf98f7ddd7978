"""Projects with a spans question, and what is stored of the texts and spans that were sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.models import Annotation, FinalLabel
from benchmarks.inside.project import sign_in_member
from labelplatform.accounts.models import User
from projects.creation import create_project
from projects.models import Task

SCHEMA: dict[str, Any] = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [{"name": "parts", "kind": "spans", "options": ["one", "two", "three"]}],
}


def make_project(slug: str, kind: str = "spans") -> dict[str, Any]:
    """A project of the one admin, with a question of this kind; returns the admin's session."""
    admin, _ = User.objects.get_or_create(email="admin@example.com")
    schema = {**SCHEMA, "questions": [{**SCHEMA["questions"][0], "kind": kind}]}
    create_project(author=admin, name=slug, slug=slug, schema=schema, policies={"holdout_percent": 0})
    return {"session": sign_in_member(admin)}


def write_task_ids(slug: str, path: str) -> None:
    rows = Task.objects.filter(project__slug=slug).values_list("external_id", "pk")
    Path(path).write_text(json.dumps(dict(rows)))


def compare_stored(slug: str, sent: str) -> dict[str, Any]:
    """Count the tasks of ``sent`` whose text, answer or final label is another one."""
    wanted = {one["external_id"]: one for one in _lines(sent)}
    rows = Annotation.objects.filter(project__slug=slug).values_list(
        "task__external_id", "answers", "task__content__data"
    )
    stored = {name: (answers["parts"], data["text"]) for name, answers, data in rows.iterator(chunk_size=2000)}
    labels = dict(FinalLabel.objects.filter(project__slug=slug).values_list("task__external_id", "value"))
    right = ({"stored": (one["spans"], one["text"]), "label": one["spans"]} for one in wanted.values())
    found = ({"stored": stored.get(name), "label": labels.get(name)} for name in wanted)
    return {"differences": sum(one != other for one, other in zip(right, found, strict=True))}


def _lines(path: str) -> Iterator[dict[str, Any]]:
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
