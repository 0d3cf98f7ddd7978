"""How a model's answers for the holdout compare with those of people, for any kind of question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models_app.rounds.calibration import softmax
from models_app.rounds.metrics import (
    Estimate,
    confusion_matrix,
    macro_f1_estimate,
    mean_estimate,
    option_scores,
    reliability,
    wilson_interval,
)
from models_app.scoring.confidences import calibration_error, error_by_chance
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question


@dataclass(frozen=True)
class Evaluation:
    """``per_task`` says in [0, 1] how good each answer is: what two models are compared by.

    ``answers`` are the model's own, task by task; ``scores`` are figures with intervals, ``main`` names the one that
    stands for all; ``details`` are plain JSON. ``parts`` are what the main figure is made of, where that is not the
    mean of ``per_task``: a row per task, its score, or how much was rightly found, found and there.
    """

    per_task: np.ndarray
    answers: Sequence[AnsweredTask]
    main: str
    scores: Mapping[str, Estimate]
    details: Mapping[str, Any] = field(default_factory=dict)
    parts: np.ndarray | None = None

    @property
    def main_parts(self) -> np.ndarray:
        """What ``scoring.slices`` makes the main figure of any tasks from."""
        return np.asarray(self.per_task if self.parts is None else self.parts, dtype=np.float64)

    def as_json(self) -> dict[str, Any]:
        scores = {name: score.as_json() for name, score in self.scores.items()}
        return {"main": self.main, "score": scores[self.main], **scores, **self.details}


def evaluate_options(
    scores: np.ndarray, classes: np.ndarray, truth: np.ndarray, *, options: Sequence[Any], temperature: float
) -> Evaluation:
    """One of ``options`` for each task: ``scores`` have a column per entry of ``classes``; these and ``truth`` are
    options' numbers. The details name the options that occur; the tables follow them.
    """
    best = scores.argmax(axis=1) if len(scores) else np.zeros(0, dtype=np.int64)
    confidences = softmax(scores, temperature).max(axis=1) if len(scores) else np.zeros(0)
    predicted = np.asarray(classes)[best]
    pairs = zip(predicted.tolist(), confidences.tolist(), strict=True)
    answers = [AnsweredTask(options[number], confidence) for number, confidence in pairs]
    return evaluate_numbers(answers, predicted, np.asarray(truth), confidences)


def evaluate_numbers(
    answers: Sequence[AnsweredTask], predicted: np.ndarray, truth: np.ndarray, confidences: np.ndarray | None
) -> Evaluation:
    """One option for each task, by its number; ``confidences`` are of the predicted ones, None where there are none."""
    is_right = truth == predicted
    occurring, numbered = np.unique(np.concatenate([truth, predicted]), return_inverse=True)
    numbered_truth, numbered_predicted = numbered[: len(truth)], numbered[len(truth) :]
    confusion = confusion_matrix(numbered_truth, numbered_predicted, len(occurring))
    return Evaluation(
        is_right,
        answers,
        "accuracy",
        {
            "accuracy": wilson_interval(int(is_right.sum()), len(truth)),
            "macro_f1": macro_f1_estimate(numbered_truth, numbered_predicted, len(occurring)),
        },
        {
            "options": occurring.tolist(),
            "option_scores": option_scores(confusion),
            "confusion": confusion.tolist(),
            **({} if confidences is None else calibration_details(confidences, is_right)),
        },
    )


def calibration_details(confidences: np.ndarray, is_right: np.ndarray) -> dict[str, Any]:
    """How far confidence and accuracy are apart, how far they would seem to be by chance, and the picture of it."""
    error = calibration_error(confidences, is_right)
    return {
        "calibration_error": error.value,
        "calibration": {**error.as_json(), "by_chance": error_by_chance(confidences)},
        "reliability": reliability(confidences, is_right),
    }


def agreement_of(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> np.ndarray:
    """For each task one minus the question's distance between the model's answer and that of people; 0 for none."""
    return np.array(
        [
            0.0 if answer.value is None else 1.0 - question.distance(answer.value, right)
            for answer, right in zip(answers, truth, strict=True)
        ],
        dtype=np.float64,
    )


def evaluate_agreement(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> Evaluation:
    """Answers of any form, compared as those of two people are."""
    agreement = agreement_of(question, answers, truth)
    exact = int((agreement >= 1.0).sum())
    scores = {"agreement": mean_estimate(agreement), "exact": wilson_interval(exact, len(agreement))}
    return Evaluation(agreement, answers, "agreement", scores)
