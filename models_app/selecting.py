"""Put the next batch into the queue: a few hundred tasks move between the lanes *selected* and *base*."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.labels import labeled_tasks
from models_app.learnable import LearnableQuestion
from models_app.learners.top_options import TopOptions
from models_app.models import ModelVersion, SelectionRun
from models_app.registries import strategies
from models_app.retraining import FIRST_TRAINING
from models_app.selection.batches import next_batch
from models_app.selection.cold_start import SAMPLE, cold_start
from models_app.selection.strategies import shortlist
from models_app.triggers import batch_size
from projects.lanes import lane_and_rank
from projects.models import Lane, Project, Task, TaskOrder

COLD_START = "cold_start"


@dataclass(frozen=True)
class ChosenBatch:
    """Tasks to ask for next, the most wanted first."""

    strategy: str
    task_ids: list[int]
    random_tasks: list[int] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)


def choose_batch(
    project: Project, question: LearnableQuestion, pool: EncodedPool, top: TopOptions, *, seed: int
) -> ChosenBatch:
    """Choose by the project's strategy among the tasks that nobody has touched yet."""
    rng = np.random.default_rng(seed)
    batch = next_batch(
        strategies.get(project.strategy)(),
        top,
        _is_unlabeled(project, question, pool),
        pool.rows_at,
        n=batch_size(project.pk),
        rng=rng,
        still_open=_still_open(project, pool),
    )
    task_ids = pool.task_ids[batch.positions]
    margins = top.margins[batch.positions]
    return ChosenBatch(
        project.strategy,
        task_ids.tolist(),
        task_ids[batch.is_random].tolist(),
        {
            "mean_margin": float(margins[~batch.is_random].mean()) if (~batch.is_random).any() else None,
            "mean_margin_of_pool": float(top.margins.mean()) if len(top) else None,
        },
    )


def choose_first_batch(
    project: Project, question: LearnableQuestion, pool: EncodedPool, vocabulary: Vocabulary, *, seed: int
) -> ChosenBatch:
    """Choose typical tasks of every kind, before there is a model; twenty at a time, for twenty make a model."""
    rng = np.random.default_rng(seed)
    is_open = _is_unlabeled(project, question, pool)
    sample = shortlist(rng.random(len(pool), dtype=np.float32), is_open, SAMPLE, rng)
    left = np.sort(_still_open(project, pool)(sample))
    chosen: list[int] = []
    wanted = batch_size(project.pk)
    if project.strategy == "random":
        drawn = pool.task_ids[rng.permutation(left)[:wanted]].tolist()
        return ChosenBatch(project.strategy, drawn, drawn)
    while len(chosen) < wanted and len(left):
        picked = left[cold_start(pool.rows_at(left), vocabulary.topics, min(FIRST_TRAINING, wanted - len(chosen)), rng)]
        chosen += pool.task_ids[picked].tolist()
        left = np.setdiff1d(left, picked)
    return ChosenBatch(COLD_START, chosen)


def put_into_queue(
    project: Project, question: LearnableQuestion, batch: ChosenBatch, version: ModelVersion | None
) -> SelectionRun:
    """Make the batch the selected lane, in its order; call it in the round's last transaction.

    What was selected before and is still untouched goes back to its old place in the base lane. Tasks that somebody
    holds or has answered stay where they are.
    """
    rank_of = {task_id: float(rank) for rank, task_id in enumerate(batch.task_ids)}
    moves = []
    selected = Task.objects.filter(project=project, lane=Lane.SELECTED, open_slots__gt=0)
    ids = {*rank_of, *selected.values_list("pk", flat=True)}
    # rows that are locked belong to people who are answering them right now: they stay as they are
    for task in _untouched(project).select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk"):
        if task.pk in rank_of:
            moves.append((Lane.SELECTED.value, rank_of[task.pk], task.pk))
        elif task.lane == Lane.SELECTED:
            moves.append((Lane.BASE.value, _base_rank(project, task), task.pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE projects_task SET lane = %s, rank = %s WHERE id = %s", moves)
    return SelectionRun.objects.create(
        project=project,
        question=question.name,
        model_version=version,
        strategy=batch.strategy,
        n_tasks=len(batch.task_ids),
        random_tasks=batch.random_tasks,
        statistics=batch.statistics,
    )


def _is_unlabeled(project: Project, question: LearnableQuestion, pool: EncodedPool) -> np.ndarray:
    is_unlabeled = ~pool.is_reserved
    positions = pool.positions_of(labeled_tasks(project, question.name))
    is_unlabeled[positions[positions >= 0]] = False
    return is_unlabeled


def _still_open(project: Project, pool: EncodedPool) -> Callable[[np.ndarray], np.ndarray]:
    def still_open(positions: np.ndarray) -> np.ndarray:
        task_ids = pool.task_ids[positions]
        found = _untouched(project).filter(pk__in=task_ids.tolist()).values_list("pk", flat=True)
        return positions[np.isin(task_ids, np.fromiter(found, dtype=np.int64))]

    return still_open


def _untouched(project: Project) -> Any:
    return Task.objects.untouched(project).filter(lane__in=[Lane.BASE, Lane.SELECTED])


def _base_rank(project: Project, task: Task) -> float:
    if project.task_order == TaskOrder.IMPORT:
        return float(task.pk)
    return lane_and_rank(project.seed, task.external_id, project.holdout_percent)[1]
