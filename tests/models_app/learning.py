"""What tests of learning share: a project with texts that can be learned, labels, and a worker's turn."""

from collections.abc import Iterable
from typing import Any

from annotations.conclusions.label_values import value_text_of
from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from models_app.rounds.triggers import request_encoding, request_training
from projects.models import Lane, Project, Stage, Task
from tests.factories import make_project, make_tasks

WORDS = {
    "sports": ["goal", "match", "team", "league", "coach"],
    "politics": ["vote", "senate", "law", "minister", "party"],
    "music": ["song", "guitar", "concert", "album", "singer"],
}
# words that say nothing about the topic, and keep texts from being near copies of each other
OTHERS = ["apple", "brick", "cloud", "daisy", "eagle", "flame", "grape", "honey", "ivory", "jolly", "kayak", "lemon"]
OTHERS += ["maple", "noble", "ocean", "pearl", "quiet", "river"]


def texts(n: int) -> list[str]:
    """Texts in turn about sports, politics and music, no two alike."""
    kinds = list(WORDS.values())
    return [
        f"{kinds[i % 3][i % 5]} and {kinds[i % 3][(i // 3) % 5]} number {i} {OTHERS[i % 17]} {OTHERS[i // 17 % 18]}"
        for i in range(n)
    ]


def topic_of(text: str) -> str:
    return next(topic for topic, words in WORDS.items() if text.split()[0] in words)


def make_learning_project(n_tasks: int = 90, n_holdout: int = 0, **fields: Any) -> tuple[Project, list[Task]]:
    """A project whose tasks are encoded; the first ``n_holdout`` of them measure models."""
    project = make_project(**fields)
    written = texts(n_tasks)
    tasks = make_tasks(project, texts=written[:n_holdout], lane=Lane.HOLDOUT) if n_holdout else []
    tasks += make_tasks(project, texts=written[n_holdout:], lane=Lane.BASE)
    encode(project)
    return project, tasks


def label(tasks: Iterable[Task], value: str = "") -> None:
    """Conclude tasks as people would: with their true topic, or with ``value``."""
    for task in tasks:
        conclude(task, "topic", value or topic_of(task.content.data["text"]))


def run_jobs(kind: str | None = None) -> list[Job]:
    """Give waiting jobs a worker until none waits; returns those that ran, as they ended."""
    ran: list[Job] = []
    while True:
        waiting = Job.objects.filter(state="queued").order_by("pk")
        job = (waiting.filter(kind=kind) if kind else waiting).first()
        if job is None:
            return ran
        run_job(job.pk)
        job.refresh_from_db()
        ran.append(job)


def train(project: Project, **options: Any) -> Job:
    """One learning round, as a person would ask for it."""
    job = request_training(project.pk, **options)
    run_job(job.pk)
    job.refresh_from_db()
    return job


def encode(project: Project) -> None:
    """Have all tasks of a project encoded."""
    request_encoding(project.pk)
    run_jobs(kind="encode_tasks")


def conclude(task: Task, question: str, answer: Any) -> None:
    """Record a final label as people would have concluded it, and be done with the task."""
    schema_version = task.project.schema_version
    assert schema_version is not None
    FinalLabel.objects.create(
        task=task,
        project=task.project,
        question=question,
        value=answer,
        value_text=value_text_of(task.project.schema.questions_by_name[question], answer),
        method="single",
        confidence=1.0,
        schema_version=schema_version,
    )
    Task.objects.filter(pk=task.pk).update(stage=Stage.DONE, open_slots=0)
