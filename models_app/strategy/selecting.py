"""Put the next batch into the queue: a few hundred tasks move between the lanes *selected* and *base*."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.learning.pool_answers import PoolAnswers
from models_app.learning.question_model import Inputs, QuestionModel
from models_app.models import ModelVersion, SelectionRun
from models_app.registries import strategies
from models_app.rounds.labels import labeled_tasks
from models_app.rounds.learnable import LearnableQuestion, learnable_questions
from models_app.rounds.retraining import FIRST_TRAINING
from models_app.rounds.triggers import batch_size
from models_app.selection.batches import Pool, next_batch
from models_app.selection.clustering import inner_products
from models_app.selection.cold_start import SAMPLE, cold_start
from models_app.selection.near_copies import is_first_of_its_kind
from models_app.selection.strategies import shortlist
from models_app.strategy.close_looks import close_look
from projects.models import Assignment, Lane, Project, Task
from projects.queueing.lanes import rank_at_import

COLD_START = "cold_start"
# Of a model that reads task by task: how many it may choose from, and how many of the queue's next it answers anyhow.
_READ_FOR_CHOICE = 3_000
_READ_AHEAD = 300
_MOST_IN_WORK = 200


@dataclass(frozen=True)
class ChosenBatch:
    """Tasks to ask for next, the most wanted first."""

    strategy: str
    task_ids: list[int]
    random_tasks: list[int] = field(default_factory=list)
    statistics: dict[str, Any] = field(default_factory=dict)


def choose_batch(
    project: Project,
    question: LearnableQuestion,
    inputs: Inputs,
    model: QuestionModel,
    answers: PoolAnswers,
    *,
    seed: int,
) -> ChosenBatch:
    """Choose by the project's strategy among the tasks that nobody has touched yet and that the model answered."""
    rng, pool, doubts = np.random.default_rng(seed), inputs.pool, answers.doubts
    is_open = _is_unlabeled(project, question, pool)
    if answers.positions is not None:
        is_answered = np.zeros(len(pool), dtype=bool)
        is_answered[answers.positions] = True
        is_open &= is_answered
        doubts = doubts.spread(answers.positions, len(pool))
    batch = next_batch(
        strategies.get(project.strategy)(),
        doubts,
        Pool(is_open, pool.rows_at, still_open=_still_open(project, pool), in_work=_in_work(project, pool)),
        n=batch_size(project),
        rng=rng,
        look=close_look(project, question, inputs, model, rng),
    )
    task_ids = pool.task_ids[batch.positions]
    margins = doubts.margins[batch.positions]
    return ChosenBatch(
        project.strategy,
        task_ids.tolist(),
        task_ids[batch.is_random].tolist(),
        {
            "mean_margin": float(margins[~batch.is_random].mean()) if (~batch.is_random).any() else None,
            "mean_margin_of_pool": float(answers.doubts.margins.mean()) if len(answers.doubts) else None,
        },
    )


def choose_first_batch(
    project: Project, question: LearnableQuestion, pool: EncodedPool, vocabulary: Vocabulary, *, seed: int
) -> ChosenBatch:
    """Choose typical tasks of every kind, before there is a model; twenty at a time, for twenty make a model."""
    rng = np.random.default_rng(seed)
    is_open = _is_unlabeled(project, question, pool)
    sample = shortlist(rng.random(len(pool), dtype=np.float32), is_open, SAMPLE, rng)
    left = _still_open(project, pool)(sample)
    left = np.sort(left[is_first_of_its_kind(inner_products(pool.rows_at(left)))])
    chosen: list[int] = []
    wanted = batch_size(project)
    if project.strategy == "random":
        drawn = pool.task_ids[rng.permutation(left)[:wanted]].tolist()
        return ChosenBatch(project.strategy, drawn, drawn)
    typical = strategies.get(project.strategy).starts_typical
    while len(chosen) < wanted and len(left):
        n = min(FIRST_TRAINING, wanted - len(chosen))
        picked = left[cold_start(pool.rows_at(left), vocabulary.topics, n, rng, typical=typical)]
        chosen += pool.task_ids[picked].tolist()
        left = np.setdiff1d(left, picked)
    return ChosenBatch(COLD_START, chosen)


def positions_to_read(project: Project, question: LearnableQuestion, pool: EncodedPool, *, seed: int) -> np.ndarray:
    """Which tasks a model reads that cannot answer for a whole pool at once, ascending.

    Those that are asked next, so that they have a suggestion, and a random sample that the strategy chooses from.
    """
    rng = np.random.default_rng(seed)
    is_open = _is_unlabeled(project, question, pool)
    sample = shortlist(rng.random(len(pool), dtype=np.float32), is_open, _READ_FOR_CHOICE, rng)
    lanes = [Lane.SELECTED, Lane.BASE]
    waiting = [
        Task.objects.filter(project=project, lane=lane, open_slots__gt=0).order_by("rank", "pk") for lane in lanes
    ]
    soon = [task_id for tasks in waiting for task_id in tasks.values_list("pk", flat=True)[:_READ_AHEAD]]
    asked = pool.positions_of(np.array(soon, dtype=np.int64))
    return np.union1d(sample, asked[asked >= 0])


def put_into_queue(
    project: Project, question: LearnableQuestion, batch: ChosenBatch, version: ModelVersion | None
) -> SelectionRun:
    """Make the batch the selected lane, in its order; call it in the round's last transaction.

    What was selected before for this question and is still untouched goes back to its old place in the base lane; what
    other questions ask for stays, in turn with this batch. Tasks that somebody holds or has answered do not move.
    """
    rank_of = {task_id: float(rank) for rank, task_id in enumerate(batch.task_ids)}
    wanted_by_others = _asked_for_by_others(project, question)
    moves = []
    selected = Task.objects.filter(project=project, lane=Lane.SELECTED, open_slots__gt=0)
    ids = {*rank_of, *selected.values_list("pk", flat=True)}
    # rows that are locked belong to people who are answering them right now: they stay as they are
    for task in _untouched(project).select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk"):
        if task.pk in rank_of:
            moves.append((Lane.SELECTED.value, rank_of[task.pk], task.pk))
        elif task.lane == Lane.SELECTED and task.pk not in wanted_by_others:
            moves.append((Lane.BASE.value, rank_at_import(project, task), task.pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE projects_task SET lane = %s, rank = %s WHERE id = %s", moves)
    return SelectionRun.objects.create(
        project=project,
        question=question.name,
        model_version=version,
        strategy=batch.strategy,
        n_tasks=len(batch.task_ids),
        random_tasks=batch.random_tasks,
        statistics={**batch.statistics, "tasks": batch.task_ids},
    )


def _asked_for_by_others(project: Project, question: LearnableQuestion) -> set[int]:
    """The tasks of the latest batch of each other question that is learned."""
    wanted: set[int] = set()
    for other in learnable_questions(project):
        if other.name != question.name:
            last = SelectionRun.objects.filter(project=project, question=other.name).order_by("-pk").first()
            wanted.update(last.statistics.get("tasks", []) if last else [])
    return wanted


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


def _in_work(project: Project, pool: EncodedPool) -> np.ndarray:
    """Tasks that people are answering right now: no near copy of them is asked for."""
    held = Assignment.objects.leased().filter(project=project).order_by("-pk").values_list("task_id", flat=True)
    positions = pool.positions_of(np.fromiter(held[:_MOST_IN_WORK], dtype=np.int64))
    return positions[positions >= 0]


def _untouched(project: Project) -> Any:
    return Task.objects.untouched(project).filter(lane__in=[Lane.BASE, Lane.SELECTED])
