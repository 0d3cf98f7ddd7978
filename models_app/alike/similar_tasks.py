"""Tasks like one task, as its story and the API show them: asked for, looked up by a job, kept for a while.

Light: the web process imports this, and ``similar_search`` does the work.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from annotations.conclusions.shown_labels import shown_labels
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Refusal
from models_app.models import EncodingVocabulary
from projects.browsing.data_page import Mark
from projects.models import Membership, Stage, Task
from projects.panels import Panel, Place
from projects.shown_data import task_picture, visible_data

KIND = "find_similar"
SHOWN_TASKS = 10
_SHOWN_CHARACTERS = 200
# So long the same question gets the same answer.
_KEPT = timedelta(minutes=10)
_LOOKED_AT = 20


@dataclass(frozen=True)
class SimilarTask:
    """``alike`` is the cosine of the two encoded tasks: 1 is the same words. ``picture`` is an address, or ""."""

    task_id: int
    external_id: str
    url: str
    text: str
    alike: float
    labels: list[Mark]
    final_labels: dict[str, Any]
    picture: str


@dataclass(frozen=True)
class SimilarTasks:
    """``job`` is the search, None where nobody has asked for it lately."""

    job: Job | None = None
    tasks: list[SimilarTask] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        return self.job is not None and not self.job.is_over


def search_similar(member: Membership, task: Task) -> Job:
    """Have the tasks most like this one looked up; a search of the last minutes is the answer again."""
    if not can_search(task.project_id):
        raise Refusal("No task of this project is encoded, so none can be compared. Its Models page says what is.")
    job = _latest(task)
    if job is not None and job.state not in {JobState.FAILED, JobState.CANCELLED}:
        return job
    return enqueue_job(KIND, project_id=task.project_id, params={"task": task.pk}, requested_by=member.user)


def similar_tasks(member: Membership, task: Task) -> SimilarTasks:
    """What the latest search found, of tasks that are still there, with the final labels that the member may see."""
    job = _latest(task)
    if job is None or job.state != JobState.DONE:
        return SimilarTasks(job)
    alike = dict(job.result.get("similar", []))
    found = Task.objects.filter(project=task.project_id, pk__in=list(alike)).exclude(stage=Stage.EXCLUDED)
    rows = sorted(found.select_related("content"), key=lambda one: -alike[one.pk])[:SHOWN_TASKS]
    labels: dict[int, dict[str, Any]] = {}
    concluded = shown_labels(member).filter(task_id__in=[one.pk for one in rows])
    for task_id, question, value in concluded.values_list("task_id", "question", "value"):
        labels.setdefault(task_id, {})[question] = value
    return SimilarTasks(job, [_line(member, one, alike[one.pk], labels.get(one.pk, {})) for one in rows])


def similar_panel(member: Membership, task: Task) -> Panel:
    """The part of a task's story that shows them."""
    can = can_search(task.project_id)
    found = similar_tasks(member, task) if can else SimilarTasks()
    return Panel(Place.BELOW, "models_app/_similar.html", {"can_search": can, "found": found})


def can_search(project_id: int) -> bool:
    return EncodingVocabulary.objects.filter(project=project_id).exists()


def _latest(task: Task) -> Job | None:
    jobs = Job.objects.for_project(task.project_id).filter(kind=KIND, created_at__gt=timezone.now() - _KEPT)
    return next((job for job in jobs[:_LOOKED_AT] if job.params.get("task") == task.pk), None)


def _line(member: Membership, task: Task, alike: float, labels: dict[str, Any]) -> SimilarTask:
    schema = member.project.schema
    known = schema.questions_by_name
    return SimilarTask(
        task_id=task.pk,
        external_id=task.external_id,
        url=reverse("annotations:task-story", args=[member.project.slug, task.pk]),
        text=schema.search_text(visible_data(member, task.content.data))[:_SHOWN_CHARACTERS],
        alike=alike,
        labels=[_mark(known[name], value) for name, value in labels.items() if name in known],
        final_labels=labels,
        picture=task_picture(member, task.pk, task.content.data),
    )


def _mark(question: Any, value: Any) -> Mark:
    colours = {option.value: option.colour for option in getattr(question, "options", ())}
    return Mark(question.summarize(value), colour=colours.get(value, 0) if isinstance(value, str) else 0)
