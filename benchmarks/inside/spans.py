"""Projects with spans: one task that somebody has half done, or many that a source has suggested spans for."""

import random
import uuid
from typing import Any

from annotations.models import Annotation
from benchmarks.inside.project import sign_in_member
from labelplatform.accounts.models import User
from models_app.models import PredictionSource
from models_app.sources.choosing import choose_source
from models_app.sources.receiving import receive_list
from projects.creation import create_project
from projects.models import Membership, Task, TaskContent
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


def make_suggested(slug: str, words: int, spans: int, tasks: int) -> dict[str, Any]:
    """Texts of that many words with that many suggested spans each; returns who labels and the storing job."""
    user = User.objects.create_user(f"{slug}@example.com")
    project = create_project(author=user, name=slug, slug=slug, schema=_SCHEMA, policies={"holdout_percent": 0})
    predictions = []
    for number in range(tasks):
        name = f"text {number}"
        text, starts = _text(words, seed=number)
        lane, rank = lane_and_rank(project.seed, name, 0)
        task = Task.objects.create(project=project, external_id=name, lane=lane, rank=rank, open_slots=1)
        TaskContent.objects.create(task=task, project=project, data={"text": text}, content_hash=name)
        value = [_span(text, starts[place * words // spans], place) for place in range(spans)]
        predictions.append({"external_id": name, "question": "entities", "value": value, "confidence": 0.9})
    member = Membership.objects.select_related("project__schema_version", "user").get(project=project, user=user)
    run, _ = receive_list(member, source_name="suggested", predictions=predictions)
    return {"session": sign_in_member(user), "job": run.job_id}


def show_suggested(slug: str) -> None:
    """People see what the source has suggested, once it is stored."""
    member = Membership.objects.select_related("project__schema_version", "user").get(project__slug=slug)
    choose_source(member, "entities", PredictionSource.objects.get(project=member.project))


def _text(words: int, *, seed: int = 7) -> tuple[str, list[int]]:
    """Words of three to eight letters, some with marks or beyond the first plane, in lines; and where each begins."""
    randomness = random.Random(seed)
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
