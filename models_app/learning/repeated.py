"""A question about each part of a task: every part is an example of its own, but a task is never split up.

What is learned about a part is up to the model of the question that is asked about each; this puts together what that
says about the parts of a task. Folds, the holdout and the intervals of figures go by tasks, for the parts of one task
are alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learning.evaluation import Evaluation, agreement_of
from models_app.learning.parts import PartEncoder, PartInputs, TaskParts, part_labels
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, OptionWeights, QuestionModel
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.registries import question_models
from models_app.rounds.metrics import Estimate, mean_estimate, wilson_interval
from models_app.scoring.bootstrap import f1_from_sums
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask
from models_app.versions.scores import score_name
from projects.schema.questions.question import Question
from projects.schema.repeated import RepeatedQuestion

_SAME = 1e-9
# A task is as doubtful as its few most doubtful parts: the mean of all would never ask for a long dialogue with one
# hard turn, the worst alone is often a turn that nobody could decide.
_MOST_DOUBTFUL = 3
_MOST_PARTS = 100_000  # that are learned from: of more, those of tasks drawn at random
_TASKS_AT_ONCE = 200  # whose parts are in memory as rows
# What the figure that stands for a model of parts is called, by what the model of one part calls it.
_MAIN = {"accuracy": "part_accuracy"}


@dataclass
class RepeatedModel(QuestionModel):
    """``model`` answers about one part. A whole answer is as sure as all its parts together, put right by how often
    whole answers out of fold were the same as people's."""

    question: Question
    model: QuestionModel
    encoder: PartEncoder
    recalibration: Recalibration = field(default_factory=Recalibration)

    learner: ClassVar[str] = "parts"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        asked = cast("RepeatedQuestion", question)
        training = labels.training
        parts = TaskParts.read(asked, inputs, training.task_ids, training.answers)
        used = parts.tasks_within(_MOST_PARTS, np.random.default_rng(random_state))
        answered = [training.answers[place] for place in used.tolist()]
        training = LabelSet(training.task_ids[used], training.positions[used], answered)
        labels = replace(labels, training=training, is_random=labels.is_random[used])
        parts = parts.at(used)
        encoder = PartEncoder.of(parts)
        rows = encoder.rows(inputs, parts)
        pool = PartInputs.of(inputs, rows)
        nothing = LabelSet(training.task_ids[:0], training.positions[:0], [])

        def make(places: np.ndarray) -> "RepeatedModel":
            own = part_labels(parts, training, places)
            part_of_task = Labels(own, labels.is_random[parts.tasks[own.positions]], nothing, labels.fingerprint)
            fit = _class_for(asked).fit(asked.single, pool, part_of_task, random_state=random_state)
            return cls(question, fit.model, encoder)

        def answers(model: "RepeatedModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            return [answer for answer, _ in model._answered(inputs, parts.at(held))]

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, replace(refitted.unseen, rows=used[refitted.unseen.rows]))

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        parts = TaskParts.read(cast("RepeatedQuestion", self.question), inputs, inputs.pool.task_ids[positions])
        found = self._answered(inputs, parts)
        answers = recalibrated([answer for answer, _ in found], self.recalibration)
        certainties = np.array([certainty for _, certainty in found], dtype=np.float32)
        has_parts = np.diff(parts.starts) > 0
        return ListedAnswers(answers, np.where(has_parts, certainties, 1), positions, has_parts)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        parts = TaskParts.read(
            cast("RepeatedQuestion", self.question), inputs, holdout.task_ids, answers=holdout.answers
        )
        own = part_labels(parts, holdout, np.arange(len(holdout)))
        one_by_one = self.model.evaluate(PartInputs.of(inputs, self.encoder.rows(inputs, parts)), own)
        answers = [_joined(one, list(parts.of(one_by_one.answers, place))) for place, one in enumerate(parts.by_task())]
        answers = recalibrated(answers, self.recalibration)
        main = _MAIN.get(one_by_one.main, one_by_one.main)
        by_task = _by_task(one_by_one.main_parts, parts)
        agreement = agreement_of(self.question, answers, holdout.answers)
        is_exact = agreement >= 1 - _SAME
        score = mean_estimate(by_task) if by_task.ndim == 1 else f1_from_sums(by_task)
        scores = {
            "agreement": mean_estimate(agreement),
            **_widened(one_by_one, score),
            main: score,
            "exact": wilson_interval(int(is_exact.sum()), len(is_exact)),
        }
        details = {**one_by_one.details, "n_parts": len(parts)}
        return Evaluation(by_task if by_task.ndim == 1 else agreement, answers, main, scores, details, by_task)

    def parameters(self) -> dict[str, Any]:
        per = cast("RepeatedQuestion", self.question).per
        return {**self.model.parameters(), "learner": self.model.learner, "per": per}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta, arrays = self.model.state()
        return {
            "part": meta,
            "kins": list(self.encoder.kins),
            "reads_before": self.encoder.reads_before,
            "recalibration": recalibration_as_json(self.recalibration),
        }, arrays

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        asked = cast("RepeatedQuestion", question)
        model = _class_for(asked).from_state(asked.single, meta["part"], arrays, vocabulary)
        encoder = PartEncoder(tuple(meta["kins"]), bool(meta["reads_before"]))
        return cls(question, model, encoder, recalibration_from(meta["recalibration"]))

    def option_weights(self) -> OptionWeights | None:
        return self.model.option_weights()

    def _answered(self, inputs: Inputs, parts: TaskParts) -> list[tuple[AnsweredTask, float]]:
        """For each task the answer about all its parts, and how certain its most doubtful ones are."""
        if not len(parts):
            return [(AnsweredTask({}, 0.0), 1.0)] * parts.n_tasks
        if parts.n_tasks > _TASKS_AT_ONCE:
            blocks = np.array_split(np.arange(parts.n_tasks), -(-parts.n_tasks // _TASKS_AT_ONCE))
            return [one for block in blocks for one in self._answered(inputs, parts.at(block))]
        found = self.model.answer(PartInputs.of(inputs, self.encoder.rows(inputs, parts)))
        answers, margins = found.listed(), found.doubts.margins
        joined = []
        for place, own in enumerate(parts.by_task()):
            certainties = np.asarray(parts.of(margins, place), dtype=np.float64)
            lowest = np.sort(certainties)[:_MOST_DOUBTFUL]
            answer = _joined(own, list(parts.of(answers, place)), certainties)
            joined.append((answer, float(lowest.mean().clip(0, 1)) if len(lowest) else 1.0))
        return joined


def _class_for(question: RepeatedQuestion) -> type[QuestionModel]:
    found: type[QuestionModel] = question_models.get(question.single.kind)
    return found


def _joined(
    parts: Sequence[Any], answers: Sequence[AnsweredTask], certainties: np.ndarray | None = None
) -> AnsweredTask:
    """One answer about all parts of a task. Its detail holds by part how sure that is and what else might be, and which
    part is the most ``doubtful`` where they differ."""
    by_part = {
        part.id: {
            "confidence": round(answer.confidence, 4),
            **({"ranked": [[one.value, round(one.confidence, 4)] for one in answer.ranked]} if answer.ranked else {}),
            **(answer.detail or {}),
        }
        for part, answer in zip(parts, answers, strict=True)
    }
    detail: dict[str, Any] = {"parts": by_part}
    if certainties is not None and len(certainties) and certainties.min() < certainties.max():
        detail["doubtful"] = parts[int(certainties.argmin())].id
    value = {part.id: answer.value for part, answer in zip(parts, answers, strict=True)}
    sure = float(np.prod([answer.confidence for answer in answers])) if answers else 0.0
    return AnsweredTask(value, sure, detail=detail)


def _by_task(values: np.ndarray, parts: TaskParts) -> np.ndarray:
    """A row for each task: the mean of its parts' scores, or what was found and there in all its parts together."""
    sums = np.stack([values[start:end].sum(axis=0) for start, end in parts.bounds()]) if parts.n_tasks else values[:0]
    if values.ndim > 1:
        return np.asarray(sums, dtype=np.float64)
    return np.asarray(sums / np.maximum(1, np.diff(parts.starts)), dtype=np.float64)


def _widened(one_by_one: Evaluation, score: Estimate) -> dict[str, Estimate]:
    """The other figures of single parts, with intervals as much wider as that of the main one is when tasks, not
    parts, are drawn anew.

    References
    ----------
    Kish (1965), Survey sampling: the design effect of clusters.
    """
    as_if_free = one_by_one.scores[one_by_one.main]
    width = as_if_free.high - as_if_free.low
    factor = max(1.0, (score.high - score.low) / width) if width > 0 else 1.0
    others = {
        name: one for name, one in one_by_one.scores.items() if name not in {one_by_one.main, "agreement", "exact"}
    }
    return {
        name: Estimate(
            one.value,
            max(0.0, one.value - factor * (one.value - one.low)),
            min(1.0 if score_name(name).is_share else np.inf, one.value + factor * (one.high - one.value)),
            score.n,
        )
        for name, one in others.items()
    }
