"""Measure live whether the project's strategy pays, beside the model versions that it makes."""

from typing import Any

import numpy as np
from sklearn.base import clone

from annotations.models import FinalLabel
from models_app.learning.question_model import Inputs, Labels, QuestionModel
from models_app.models import ModelVersion, SelectionRun
from models_app.rounds.learnable import LearnableQuestion
from models_app.selection.advantage import MOST_LABELS, measure_advantage, not_decidable
from projects.models import Lane, Project

# Measured anew only when a fifth more labels can be compared: each time costs about a dozen small fits.
_GROWTH = 1.2


def advantage_as_json(
    project: Project, question: LearnableQuestion, inputs: Inputs, labels: Labels, model: QuestionModel, *, seed: int
) -> dict[str, Any]:
    """What a version's metrics keep as ``advantage``: the comparison, or ``because``, why there is none yet.

    ``model`` is any of the question's; its classifier is fitted anew. ``strategies`` names all that chose tasks.
    """
    classifier = model.classifier()
    if classifier is None:
        return {"because": "a dozen models of this kind would take too long to fit in every round"}
    chosen, random = _by_kind(project, question, labels)
    because = not_decidable(len(random), len(chosen), len(labels.holdout))
    if because:
        return {"because": because, "n_random": len(random), "n_chosen": len(chosen), "n_holdout": len(labels.holdout)}
    former = _latest(project, question)
    if min(len(chosen), len(random), MOST_LABELS) < _GROWTH * former.get("n_labels", 0):
        return former
    rows, y = inputs.pool.rows_at(labels.training.positions), classifier.classes_of(labels.training.answers)
    holdout, truth = inputs.pool.rows_at(labels.holdout.positions), classifier.classes_of(labels.holdout.answers)

    def rightness(numbers: np.ndarray) -> np.ndarray:
        known = np.unique(y[numbers])
        if len(known) == 1:  # nothing to tell apart: such a model gives the one answer it knows
            return np.asarray(truth == known[0], dtype=np.float64)
        predicted = clone(classifier.fitted).fit(rows[numbers], y[numbers]).predict(holdout)
        return np.asarray(predicted == truth, dtype=np.float64)

    measured = measure_advantage(rightness, chosen, random, rng=np.random.default_rng(seed))
    chose = SelectionRun.objects.filter(project=project, question=question.name).order_by("strategy")
    return {**measured.as_json(), "strategies": list(chose.values_list("strategy", flat=True).distinct())}


def _by_kind(project: Project, question: LearnableQuestion, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the training labels of chosen tasks and of random ones, each from the earliest to the latest."""
    rows = FinalLabel.objects.filter(project=project, question=question.name).order_by("pk")
    given = list(rows.values_list("task_id", "task__lane"))
    task_ids = np.array([task_id for task_id, _ in given], dtype=np.int64)
    is_selected = np.array([lane == Lane.SELECTED for _, lane in given], dtype=bool)
    numbers = np.searchsorted(labels.training.task_ids, task_ids)
    is_known = np.isin(task_ids, labels.training.task_ids)
    numbers, is_selected = numbers[is_known], is_selected[is_known]
    is_random = labels.is_random[numbers]
    return numbers[is_selected & ~is_random], numbers[is_random]


def _latest(project: Project, question: LearnableQuestion) -> dict[str, Any]:
    version = ModelVersion.objects.of_question(project.pk, question.name).first()
    if version is None or version.schema_version_id != project.schema_version_id:
        return {}
    found: dict[str, Any] = version.metrics.get("advantage", {})
    return found
