"""Final labels as arrays: what to learn from, and the holdout that only measures."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from annotations.models import FinalLabel
from models_app.encoders.pool import EncodedPool
from models_app.learning.question_model import Labels, LabelSet
from models_app.models import AcceptanceRun, SelectionRun
from models_app.rounds.learnable import LearnableQuestion
from projects.models import Lane, Project, TaskOrder

_REMEMBERED_RUNS = 2000


def read_labels(project: Project, question: LearnableQuestion, pool: EncodedPool) -> Labels:
    """The final labels of encoded tasks whose answer can still be given.

    Gold tasks are in neither part, nor is anything that was accepted from a model or audits it: a model that learned
    from itself would grow sure of its errors.
    """
    labels = FinalLabel.objects.filter(project=project, question=question.name).order_by("task_id")
    rows = list(labels.values_list("task_id", "value", "task__lane", "recorded_at"))
    task_ids = np.array([task_id for task_id, *_ in rows], dtype=np.int64)
    answers = [answer for _, answer, *_ in rows]
    lanes = np.array([lane for _, _, lane, _ in rows], dtype=str)
    positions = pool.positions_of(task_ids)
    is_current = np.fromiter((question.is_current(answer) for answer in answers), dtype=bool, count=len(answers))
    is_usable = is_current & (positions >= 0)
    random_ids = random_tasks(project.pk)
    is_drawn = np.isin(task_ids, np.fromiter(random_ids, dtype=np.int64, count=len(random_ids)))
    if project.task_order == TaskOrder.RANDOM:
        is_drawn |= lanes == Lane.BASE  # the base lane is served in random order
    accepting_since = _accepting_since(project)
    if accepting_since is not None:  # what people label since is what no model was sure of: it stands for nothing
        is_drawn &= np.array([at < accepting_since for *_, at in rows], dtype=bool)

    def part(which: np.ndarray) -> LabelSet:
        return LabelSet(task_ids[which], positions[which], [answers[place] for place in which])

    training = np.flatnonzero(is_usable & ((lanes == Lane.BASE) | (lanes == Lane.SELECTED)))
    holdout = np.flatnonzero(is_usable & (lanes == Lane.HOLDOUT))
    learned = part(training)
    return Labels(learned, is_drawn[training], part(holdout), _fingerprint(learned, question.options))


def random_tasks(project_id: int, last_runs: int = _REMEMBERED_RUNS) -> set[int]:
    """The tasks that the latest selections drew at random."""
    runs = SelectionRun.objects.filter(project=project_id).order_by("-pk")[:last_runs]
    return {task_id for drawn in runs.values_list("random_tasks", flat=True) for task_id in drawn}


def _accepting_since(project: Project) -> datetime | None:
    """When answers of a model were first accepted in place of people's."""
    first = AcceptanceRun.objects.filter(project=project).order_by("pk").values_list("created_at", flat=True).first()
    found: datetime | None = first
    return found


def labeled_tasks(project: Project, question: str) -> np.ndarray:
    """Every task with a final label for the question, whatever its lane."""
    found = FinalLabel.objects.filter(project=project, question=question).values_list("task_id", flat=True)
    return np.fromiter(found, dtype=np.int64)


def _fingerprint(labels: LabelSet, options: Sequence[Any]) -> str:
    digest = hashlib.sha256("\0".join(options).encode())
    digest.update(labels.task_ids.tobytes())
    digest.update(json.dumps(list(labels.answers), sort_keys=True).encode())
    return digest.hexdigest()[:32]
