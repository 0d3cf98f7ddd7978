"""What a version may have accepted, for each target: worked out in its learning round, on the holdout alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models_app.acceptance.targets import TARGETS, why_not_acceptable
from models_app.encoded.array_files import DamagedFile
from models_app.learning.evaluation import Evaluation, agreement_of
from models_app.rounds.labels import labeled_tasks
from models_app.rounds.learnable import LearnableQuestion
from models_app.scoring.acceptance import OptionThreshold, option_thresholds
from models_app.versions import storage
from models_app.versions.predictions_file import OptionPredictions, PredictionsFile, open_predictions
from projects.models import Project

_SAME = 1e-9


def acceptance_as_json(
    project: Project, question: LearnableQuestion, evaluation: Evaluation, truth: Sequence[Any], predictions_file: str
) -> dict[str, Any]:
    """What a version's metrics keep as ``acceptance``: by target the thresholds of option groups, and how many of the
    tasks that wait lie above them. ``truth`` are people's answers on the holdout, in the order of the evaluation's."""
    if why_not_acceptable(question.asked):
        return {}
    answers = [_single(answer.value) for answer in evaluation.answers]
    confidences = np.array([answer.confidence for answer in evaluation.answers], dtype=np.float64)
    is_right = agreement_of(question.asked, evaluation.answers, truth) >= 1 - _SAME
    waiting = _waiting(project, question, predictions_file)
    by_target = {}
    for percent in TARGETS:
        groups = option_thresholds(answers, confidences, is_right, target=percent / 100)
        by_target[str(percent)] = {
            "groups": [_group_as_json(group) for group in groups],
            "n_tasks": sum(_above(group, groups, waiting) for group in groups),
        }
    return {"targets": by_target, "n_holdout": len(answers), "n_waiting": sum(map(len, waiting.values()))}


def _group_as_json(group: OptionThreshold) -> dict[str, Any]:
    found = group.found
    return {
        "options": None if group.options is None else list(group.options),
        "threshold": found.threshold,
        "accuracy": found.accuracy.as_json() if found.accuracy else None,
        "n": group.n,
        "shortfall": found.shortfall,
        "reason": found.reason,
    }


def _above(group: OptionThreshold, groups: Sequence[OptionThreshold], waiting: dict[Any, np.ndarray]) -> int:
    if group.found.threshold is None:
        return 0
    named = {option for one in groups for option in one.options or ()}
    options = (option for option in waiting if option not in named) if group.options is None else group.options
    return sum(int((waiting[option] >= group.found.threshold).sum()) for option in options if option in waiting)


def _single(value: Any) -> Any:
    """The option that an answer is, None where it is no single one."""
    return value if isinstance(value, str | int) else None


def _waiting(project: Project, question: LearnableQuestion, predictions_file: str) -> dict[Any, np.ndarray]:
    """How sure the model is of each answer to tasks without a label, by option."""
    try:
        file = open_predictions(storage.path_of(project.pk, predictions_file))
    except (OSError, DamagedFile):
        return {}
    task_ids, options, confidences = _first_answers(file)
    is_open = ~np.isin(task_ids, labeled_tasks(project, question.name))
    numbers: dict[Any, int] = {}
    numbered = np.array([numbers.setdefault(option, len(numbers)) for option in options[0]], dtype=np.int64)
    found = numbered[options[1]] if len(task_ids) else np.zeros(0, dtype=np.int64)
    return {option: confidences[is_open & (found == number)] for option, number in numbers.items()}


def _first_answers(file: PredictionsFile) -> tuple[np.ndarray, tuple[list[Any], np.ndarray], np.ndarray]:
    """Task ids, the likeliest options (a list and places in it), and confidences."""
    task_ids = np.frombuffer(file.task_ids, dtype=np.int64)
    if isinstance(file, OptionPredictions):
        top = np.frombuffer(file.top, dtype=np.uint16).reshape(len(task_ids), -1)
        confidences = np.frombuffer(file.confidences, dtype=np.float32).reshape(len(task_ids), -1)
        return task_ids, (list(file.options), top[:, 0].astype(np.int64)), confidences[:, 0]
    answers = [answer for _, answer in file.items()]
    return (
        task_ids,
        ([_single(answer.value) for answer in answers], np.arange(len(answers))),
        np.array([answer.confidence for answer in answers], dtype=np.float32),
    )
