"""Answers about labels by models that had not seen them: what confidences are calibrated by, and people look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from models_app.learners.folds import even_folds
from models_app.learning.question_model import Labels, NotLearnable, QuestionModel, Unseen
from models_app.rounds.metrics import wilson_interval
from models_app.scoring.recalibration import Recalibration, log_odds
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question

ModelT = TypeVar("ModelT", bound=QuestionModel)

_FOLDS = 2
_MOST = 1_000  # labels: more make one slope and offset no better, and the round longer
_FEWEST_RANDOM = 50
_KEPT_RANDOM, _KEPT_WRONG = 5_000, 1_000
_SAME = 1e-9

# (places of labels to learn from, places of labels to answer) -> answers; ``ValueError`` when nothing can be learned
_Refit = Callable[[np.ndarray, np.ndarray], Sequence[AnsweredTask | None]]


@dataclass(frozen=True)
class Refitted:
    """How right answers out of fold are, for random and for chosen tasks, and what makes confidences mean that."""

    shares: dict[str, Any]
    unseen: Unseen
    recalibration: Recalibration


# (answer, place of its label) -> the form in which the question's distance takes it
_Compared = Callable[[Any, int], Any]


def _as_it_is(answer: Any, row: int) -> Any:
    return answer


def _refit_without(
    labels: Labels, question: Question, refit: _Refit, compared: _Compared, *, random_state: int
) -> Refitted:
    """Answer each of at most a thousand labels by a model of the other half of them.

    A confidence is calibrated to how often such an answer is the same as people's; on random tasks where there are
    enough, for chosen ones are the hard ones.
    """
    order = np.argsort(~labels.is_random, kind="stable")[:_MOST]
    folds = even_folds(labels.training.task_ids[order], _FOLDS, np.random.default_rng(random_state))
    found: dict[int, AnsweredTask] = {}
    for fold in range(_FOLDS):
        is_held = folds == fold
        learned, held = order[~is_held], order[is_held]
        if not len(learned) or not len(held):
            continue
        try:
            answers = refit(learned, held)
        except ValueError:
            continue
        found.update((int(row), answer) for row, answer in zip(held, answers, strict=True) if answer is not None)
    rows = np.array(sorted(found), dtype=np.int64)
    distances = [
        question.distance(compared(found[row].value, row), compared(labels.training.answers[row], row))
        for row in rows.tolist()
    ]
    is_same = np.array(distances, dtype=np.float64) <= _SAME
    confidences = np.array([found[row].confidence for row in rows.tolist()], dtype=np.float64)
    is_random = labels.is_random[rows]
    use = is_random if is_random.sum() >= _FEWEST_RANDOM else np.ones(len(rows), dtype=bool)
    recalibration = Recalibration.fit(log_odds(confidences[use]), is_same[use])
    sure = recalibration.apply(log_odds(confidences))
    wanted = worth_keeping(is_same, sure, is_random)
    kept = [replace(found[int(rows[place])], confidence=float(sure[place])) for place in wanted]
    return Refitted(
        unseen_shares(is_same, np.ones(len(rows), dtype=bool), is_random), Unseen(rows[wanted], kept), recalibration
    )


def learn(
    make: Callable[[np.ndarray], ModelT],
    answers: Callable[[ModelT, np.ndarray], Sequence[AnsweredTask | None]],
    labels: Labels,
    question: Question,
    *,
    random_state: int,
    compared: _Compared = _as_it_is,
) -> tuple[ModelT, Refitted]:
    """The model of all labels, and what models of each half of them say about the other half.

    ``make`` fits a model on the labels at some places (``ValueError`` where nothing can be learned, of all labels:
    ``NotLearnable``); ``answers`` asks one about the labels at other places. ``compared`` is for answers that
    point into other answers of their task.
    """
    try:
        model = make(np.arange(len(labels.training)))
    except ValueError as refusal:
        raise NotLearnable(str(refusal)) from refusal

    def refit(learned: np.ndarray, held: np.ndarray) -> Sequence[AnsweredTask | None]:
        return answers(make(learned), held)

    return model, _refit_without(labels, question, refit, compared, random_state=random_state)


def worth_keeping(is_right: np.ndarray, confidences: np.ndarray, is_random: np.ndarray) -> np.ndarray:
    """Places of what stands for the pool, and of the surest disagreements, ascending."""
    random = np.flatnonzero(is_random)[-_KEPT_RANDOM:]
    wrong = np.flatnonzero(~is_right)
    return np.union1d(random, wrong[np.argsort(-confidences[wrong], kind="stable")[:_KEPT_WRONG]])


def unseen_shares(is_right: np.ndarray, is_scored: np.ndarray, is_random: np.ndarray) -> dict[str, Any]:
    """How often a model was right about labels it had not seen, for random and for chosen tasks."""
    return {
        name: wilson_interval(int(is_right[which & is_scored].sum()), int((which & is_scored).sum())).as_json()
        for name, which in {"random": is_random, "chosen": ~is_random}.items()
    }


def recalibrated(answers: Sequence[AnsweredTask], recalibration: Recalibration) -> list[AnsweredTask]:
    """The same answers with confidences that mean what they say."""
    sure = recalibration.apply(log_odds(np.array([answer.confidence for answer in answers], dtype=np.float64)))
    return [replace(answer, confidence=float(value)) for answer, value in zip(answers, sure, strict=True)]


def recalibration_as_json(recalibration: Recalibration) -> dict[str, float]:
    return {"slope": recalibration.slope, "offset": recalibration.offset}


def recalibration_from(meta: Mapping[str, Any]) -> Recalibration:
    return Recalibration(float(meta["slope"]), float(meta["offset"]))
