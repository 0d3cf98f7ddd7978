"""Find the tasks most like one task, in the worker: exact, in one pass over what is encoded."""

from typing import Any

import numpy as np

from labelplatform.jobs.running import JobFailed, JobRun
from models_app.alike.similar_tasks import SHOWN_TASKS
from models_app.encoded.encoding import current_vocabulary, load_pool
from models_app.encoders.likeness import cosines_to, nearest
from models_app.rounds.learnable import learnable_questions, project_of
from projects.models import Project, Task

# Some of the nearest may be gone or taken out by the time they are looked at.
_SPARE = 10
# Tasks that are less alike have a common word or some letters in common, no more.
_LEAST_ALIKE = 0.1


def find_similar(run: JobRun) -> None:
    """Job kind: the tasks most like ``params["task"]``; the result holds their ids with the cosines."""
    project, task_id = project_of(run), run.params["task"]
    if not Task.objects.filter(project=project, pk=task_id).exists():
        raise JobFailed("The task is gone.")
    found = similar_to(project, task_id, SHOWN_TASKS + _SPARE)
    if found is None:
        raise JobFailed("The task is not encoded yet: new tasks are, a few seconds after their import. Try again then.")
    run.finish(result={"similar": found}, message=f"{len(found)} similar tasks.")


def similar_to(project: Project, task_id: int, n: int) -> list[tuple[int, float]] | None:
    """The ids of the ``n`` tasks most like one, with their cosines; None where the task is not encoded.

    Where several fields are encoded, the mean over the fields counts.
    """
    total: np.ndarray | None = None
    task_ids = np.zeros(0, dtype=np.int64)
    fields = sorted({question.field for question in learnable_questions(project)})
    for field in fields:
        vocabulary = current_vocabulary(project.pk, field)
        pool = load_pool(project.pk, field, vocabulary.file_name) if vocabulary else None
        position = pool.positions_of(np.array([task_id]))[0] if pool else -1
        if pool is None or position < 0:
            continue
        cosines = cosines_to(pool, pool.rows_at(np.array([position])))
        cosines[position] = 0
        if total is None:
            task_ids, total = pool.task_ids, cosines
        else:
            places = pool.positions_of(task_ids)
            total += np.where(places >= 0, cosines[places], 0)
    if total is None:
        return None
    return _as_pairs(task_ids, total / len(fields), n)


def _as_pairs(task_ids: np.ndarray, cosines: np.ndarray, n: int) -> list[tuple[Any, float]]:
    found = nearest(np.where(cosines >= _LEAST_ALIKE, cosines, 0), n)
    return list(zip(task_ids[found].tolist(), np.minimum(cosines[found], 1).round(4).tolist(), strict=True))
