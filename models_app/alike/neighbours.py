"""Labeled tasks as reasons: for tasks that people see soon, those most like them that were learned from.

Worked out in the learning round, so that a page only reads it.
"""

import numpy as np

from labelplatform.bulk_rows import one_of
from models_app.encoded.task_texts import text_of
from models_app.encoders.likeness import nearest_among
from models_app.encoders.pool import EncodedPool
from models_app.learning.question_model import LabelSet
from models_app.rounds.learnable import LearnableQuestion
from models_app.versions import storage
from models_app.versions.predictions_file import AnsweredTask, write_answers
from projects.models import Lane, Project, Stage, Task, TaskContent

NEIGHBOURS = 2
# Less alike than this, a task explains nothing.
LEAST_ALIKE = 0.3
_MOST_LABELS = 5_000
_READ_AHEAD = 100
_EXCERPT = 80


def may_be_quoted(project: Project, question: LearnableQuestion) -> bool:
    """Whether people at work may read bits of other tasks: of a field that all are shown, of nothing hard to look at.

    Answers that say more than a few words, such as spans, explain nothing at a glance.
    """
    return question.about.shown == "all" and not project.is_sensitive and question.is_told_at_a_glance


def save_neighbours(
    project: Project,
    question: LearnableQuestion,
    pool: EncodedPool,
    training: LabelSet,
    *,
    batch: list[int],
    predictions_file: str,
) -> None:
    """Write the neighbours of the batch and of what the queue gives next, beside the predictions they explain."""
    rows = _tasks_with_neighbours(project, pool, training, [*batch, *_next_in_queue(project)])
    wanted = sorted({task_id for found in rows.values() for task_id, _ in found})
    texts = _excerpts(project, question, wanted)
    answer_of = dict(zip(training.task_ids.tolist(), training.answers, strict=True))
    lines: dict[int, list[dict[str, object]]] = {}
    for task_id, found in rows.items():
        told = [
            {"task": pk, "text": texts[pk], "value": answer_of[pk], "alike": alike}
            for pk, alike in found
            if pk in texts
        ]
        if told:
            lines[task_id] = told[:NEIGHBOURS]
    task_ids = np.array(sorted(lines), dtype=np.int64)
    path = storage.path_of(project.pk, storage.neighbours_name(predictions_file))
    write_answers(
        path, {"question": question.name}, task_ids, [AnsweredTask(lines[pk], 0.0) for pk in task_ids.tolist()]
    )


def _tasks_with_neighbours(
    project: Project, pool: EncodedPool, training: LabelSet, task_ids: list[int]
) -> dict[int, list[tuple[int, float]]]:
    """By task, the labeled ones most like it. Of very many labels a random part is looked at."""
    rng = np.random.default_rng(project.seed)
    learned = np.sort(rng.permutation(training.task_ids)[:_MOST_LABELS])
    learned_at = pool.positions_of(learned)
    learned, learned_at = learned[learned_at >= 0], learned_at[learned_at >= 0]
    asked = np.unique(np.array(task_ids, dtype=np.int64))
    asked_at = pool.positions_of(asked)
    asked, asked_at = asked[asked_at >= 0], asked_at[asked_at >= 0]
    if not len(learned) or not len(asked):
        return {}
    places, cosines = nearest_among(pool.rows_at(asked_at), pool.rows_at(learned_at), NEIGHBOURS + 1)
    found: dict[int, list[tuple[int, float]]] = {}
    for task_id, row, alike in zip(asked.tolist(), places, cosines, strict=True):
        neighbours = zip(learned[row].tolist(), alike.round(4).tolist(), strict=True)
        found[task_id] = [(pk, cosine) for pk, cosine in neighbours if pk != task_id and cosine >= LEAST_ALIKE]
    return found


def _next_in_queue(project: Project) -> list[int]:
    waiting = Task.objects.filter(project=project, lane=Lane.BASE, open_slots__gt=0).order_by("rank", "pk")
    return list(waiting.values_list("pk", flat=True)[:_READ_AHEAD])


def _excerpts(project: Project, question: LearnableQuestion, task_ids: list[int]) -> dict[int, str]:
    """How tasks begin that nobody will be asked about any more: whoever still answers one must not read its label."""
    contents = TaskContent.objects.filter(one_of("task_id", task_ids), project=project, task__stage=Stage.DONE)
    texts = {
        task_id: " ".join(text_of(data, question.field, project.schema).split())
        for task_id, data in contents.values_list("task_id", "data")
    }
    return {
        pk: text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rstrip()} …" for pk, text in texts.items() if text
    }
