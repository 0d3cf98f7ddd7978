"""Final labels as arrays: what to learn from, and the holdout that only measures."""

import hashlib
from dataclasses import dataclass

import numpy as np

from annotations.models import FinalLabel
from models_app.encoders.pool import EncodedPool
from models_app.learnable import LearnableQuestion
from models_app.models import SelectionRun
from projects.models import Lane, Project, TaskOrder

_REMEMBERED_RUNS = 2000


@dataclass(frozen=True)
class LabelSet:
    """Labeled tasks by ascending id: their positions in the pool and their options' numbers."""

    task_ids: np.ndarray
    positions: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Labels:
    """``is_random`` says which of ``training`` were drawn at random, so that they stand for the pool."""

    training: LabelSet
    is_random: np.ndarray
    holdout: LabelSet
    fingerprint: str


def read_labels(project: Project, question: LearnableQuestion, pool: EncodedPool) -> Labels:
    """The final labels of encoded tasks whose option can still be answered; gold tasks are in neither part."""
    labels = FinalLabel.objects.filter(project=project, question=question.name).order_by("task_id")
    rows = list(labels.values_list("task_id", "value_text", "task__lane"))
    numbers = {value: number for number, value in enumerate(question.options)}
    task_ids = np.array([task_id for task_id, _, _ in rows], dtype=np.int64)
    y = np.array([numbers.get(value, -1) for _, value, _ in rows], dtype=np.int64)
    lanes = np.array([lane for _, _, lane in rows], dtype=str)
    positions = pool.positions_of(task_ids)
    is_usable = (y >= 0) & (positions >= 0)
    is_training = is_usable & ((lanes == Lane.BASE) | (lanes == Lane.SELECTED))
    is_holdout = is_usable & (lanes == Lane.HOLDOUT)
    random_ids = random_tasks(project.pk)
    is_drawn = np.isin(task_ids, np.fromiter(random_ids, dtype=np.int64, count=len(random_ids)))
    if project.task_order == TaskOrder.RANDOM:
        is_drawn |= lanes == Lane.BASE  # the base lane is served in random order
    return Labels(
        LabelSet(task_ids[is_training], positions[is_training], y[is_training]),
        is_drawn[is_training],
        LabelSet(task_ids[is_holdout], positions[is_holdout], y[is_holdout]),
        _fingerprint(task_ids[is_training], y[is_training], question.options),
    )


def random_tasks(project_id: int, last_runs: int = _REMEMBERED_RUNS) -> set[int]:
    """The tasks that the latest selections drew at random."""
    runs = SelectionRun.objects.filter(project=project_id).order_by("-pk")[:last_runs]
    return {task_id for drawn in runs.values_list("random_tasks", flat=True) for task_id in drawn}


def labeled_tasks(project: Project, question: str) -> np.ndarray:
    """Every task with a final label for the question, whatever its lane."""
    found = FinalLabel.objects.filter(project=project, question=question).values_list("task_id", flat=True)
    return np.fromiter(found, dtype=np.int64)


def _fingerprint(task_ids: np.ndarray, y: np.ndarray, options: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(options).encode())
    digest.update(task_ids.tobytes())
    digest.update(y.tobytes())
    return digest.hexdigest()[:32]
