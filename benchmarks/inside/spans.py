"""A project with spans and one task that somebody has half done."""

import random
import uuid
from typing import Any

from annotations.models import Annotation
from benchmarks.inside.project import sign_in_member
from labelplatform.accounts.models import User
from projects.creation import create_project
from projects.models import Task, TaskContent
from projects.queueing.lanes import lane_and_rank

_WORDS_A_LINE = 90
_SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {
            "name": "entities",
            "kind": "spans",
            "title": "Who is named?",
            "options": [{"value": f"label {number}", "colour": number} for number in range(1, 9)],
        }
    ],
}


def make_half_done(slug: str, words: int, spans: int) -> dict[str, Any]:
    """A text of that many words with that many spans in its draft; returns the session of who has it."""
    user = User.objects.create_user(f"{slug}@example.com")
    project = create_project(author=user, name=slug, slug=slug, schema=_SCHEMA, policies={"holdout_percent": 0})
    text, starts = _text(words)
    lane, rank = lane_and_rank(project.seed, "long", 0)
    task = Task.objects.create(project=project, external_id="long", lane=lane, rank=rank, open_slots=1)
    TaskContent.objects.create(task=task, project=project, data={"text": text}, content_hash="long")
    answers = {"entities": [_span(text, starts[number * words // spans], number) for number in range(spans)]}
    version = project.current_schema_version
    Annotation.objects.create(
        task=task, project=project, author=user, key=uuid.uuid4(), answers=answers, schema_version=version
    )
    return {"session": sign_in_member(user), "characters": len(text)}


def _text(words: int) -> tuple[str, list[int]]:
    """Words of three to eight letters, some with marks or beyond the first plane, in lines; and where each begins."""
    randomness = random.Random(7)
    letters = "abcdefghijklmnoprstuvwéü"
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for number in range(words):
        word = "😀" if number % 500 == 499 else "".join(randomness.choices(letters, k=randomness.randint(3, 8)))
        end = "\n" if number % _WORDS_A_LINE == _WORDS_A_LINE - 1 else " "
        starts.append(length)
        parts.append(word + end)
        length += len(word) + 1
    return "".join(parts), starts


def _span(text: str, start: int, number: int) -> dict[str, Any]:
    end = min(place for place in (text.find(" ", start), text.find("\n", start), len(text)) if place > 0)
    part = {"start": start, "end": end, "text": text[start:end]}
    return {"id": f"s{number + 1}", "parts": [part], "label": f"label {number % 8 + 1}"}
