"""What a strategy may ask about the few rows on its short list, answered by the model at work and its labels."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import clone

from models_app.learning.question_model import Inputs, QuestionModel
from models_app.rounds.calibration import softmax
from models_app.rounds.labels import labeled_tasks, read_labels
from models_app.rounds.learnable import LearnableQuestion
from models_app.selection.committee import bootstrap_committee
from models_app.selection.strategies import CloseLook, Rows
from projects.models import Project


def close_look(
    project: Project, question: LearnableQuestion, inputs: Inputs, model: QuestionModel, rng: np.random.Generator
) -> CloseLook:
    """The doors to the model and the labels; which of them is opened, and so paid for, is the strategy's choice."""
    pool, classifier = inputs.pool, model.classifier()
    positions = pool.positions_of(labeled_tasks(project, question.name))
    labeled = positions[positions >= 0]
    if classifier is None:
        return CloseLook(labeled=labeled)

    def committee(rows: Rows) -> list[np.ndarray]:
        labels = read_labels(project, question, pool).training
        labeled_rows, y = pool.rows_at(labels.positions), classifier.classes_of(labels.answers)

        def fit(draw: np.ndarray) -> Any:
            return clone(classifier.fitted).fit(labeled_rows[draw], y[draw])

        return [_probabilities_by(member)(rows) for member in bootstrap_committee(fit, y, rng)]

    return CloseLook(_probabilities_by(classifier.fitted), committee, labeled)


def _probabilities_by(learner: Any) -> Callable[[Rows], np.ndarray]:
    return lambda rows: softmax(learner.decision_function(rows))
