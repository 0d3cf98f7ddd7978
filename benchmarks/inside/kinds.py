"""Projects of one question each, with short texts to answer it about."""

from typing import Any

from benchmarks.inside.project import sign_in_member
from labelplatform.accounts.models import User
from projects.creation import create_project
from projects.models import Task, TaskContent
from projects.queueing.lanes import lane_and_rank

_OPTIONS = ["billing", "delivery", "refund", "complaint", "praise", "question", "urgent", "spam", "legal", "other"]
_KINDS = ("Steel", "Rubber", "Paper", "Garden", "Kitchen", "Office", "Fresh", "Frozen", "Used", "New")
_THINGS = ("pump", "valve", "chair", "table", "hose", "lamp", "tray", "bolt", "cable", "glove")
_QUESTIONS: dict[str, dict[str, Any]] = {
    "choice": {"name": "answer", "kind": "choice", "title": "What is it about?", "options": _OPTIONS},
    "choices": {"name": "answer", "kind": "choices", "title": "What is it about?", "options": _OPTIONS},
    "taxonomy": {"name": "answer", "kind": "taxonomy", "title": "Which part?", "options": []},
}


def make_project(slug: str, kind: str, tasks: int) -> dict[str, Any]:
    """Returns the session of somebody who may label there."""
    user = User.objects.create_user(f"{slug}@example.com")
    question = _QUESTIONS[kind] | ({"options": _tree()} if kind == "taxonomy" else {})
    schema = {"fields": [{"name": "text", "kind": "text"}], "questions": [question]}
    project = create_project(author=user, name=slug, slug=slug, schema=schema, policies={"holdout_percent": 0})
    rows = []
    for number in range(tasks):
        lane, rank = lane_and_rank(project.seed, f"text {number}", 0)
        rows.append(Task(project=project, external_id=f"text {number}", lane=lane, rank=rank, open_slots=1))
    Task.objects.bulk_create(rows, batch_size=500)
    contents = [
        TaskContent(
            task=task,
            project=project,
            data={"text": f"Message {number}: where is the order that I placed on the website last week?"},
            content_hash=task.external_id,
        )
        for number, task in enumerate(rows)
    ]
    TaskContent.objects.bulk_create(contents, batch_size=500)
    return {"session": sign_in_member(user)}


def _tree() -> list[dict[str, Any]]:
    """Ten thousand options in three levels, many with like names."""
    return [
        {
            "value": f"{kind}",
            "children": [
                {"value": f"{kind} {thing}", "children": [f"{kind} {thing} {number}" for number in range(100)]}
                for thing in _THINGS
            ],
        }
        for kind in _KINDS
    ]
