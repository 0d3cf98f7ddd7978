"""Numbers with intervals, learned by ridge regression."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.number import NumberLearner
from models_app.learning.evaluation import Evaluation, agreement_of
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel
from models_app.learning.unseen import learn
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.values import mean_absolute_error
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.number import NumberQuestion
from projects.schema.questions.question import Question

_LEVEL = 0.8  # of the interval beside a number
_DIGITS = 6


@dataclass
class NumberModel(QuestionModel):
    """A fitted regression. Its ``confidence`` is how near people's numbers it came out of fold, on average."""

    question: Question
    fitted: NumberLearner
    confidence: float = 0.0

    learner: ClassVar[str] = "ridge"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        rows = inputs.pool.rows_at(labels.training.positions)
        y = np.array(labels.training.answers, dtype=np.float64)
        groups = labels.training.task_ids

        def make(places: np.ndarray) -> "NumberModel":
            return cls(question, NumberLearner(random_state=random_state).fit(rows[places], y[places], groups[places]))

        def answers(model: "NumberModel", held: np.ndarray) -> Sequence[AnsweredTask]:
            return model._answers(rows[held])

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        truth = [labels.training.answers[row] for row in refitted.unseen.rows]
        agreement = agreement_of(question, refitted.unseen.answers, truth)
        model.confidence = float(agreement.mean()) if len(agreement) else 0.0
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        answers = [answer for part in inputs.pool.parts for answer in self._answers(part.rows)]
        # the regression is as unsure of one task as of another, so that no strategy can prefer one
        return ListedAnswers(answers, np.full(len(answers), min(1.0, self.confidence), dtype=np.float32))

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        answers = self._answers(inputs.pool.rows_at(holdout.positions))
        truth = np.array(holdout.answers, dtype=np.float64)
        found = np.array([answer.value for answer in answers], dtype=np.float64)
        ends = np.array([(answer.detail or {}).get("interval", [np.nan, np.nan]) for answer in answers]).reshape(-1, 2)
        is_held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
        agreement = agreement_of(self.question, answers, holdout.answers)
        scores = {
            "agreement": mean_estimate(agreement),
            "coverage": wilson_interval(int(is_held.sum()), len(truth)),
            "mean_error": mean_absolute_error(truth, found),
        }
        return Evaluation(agreement, answers, "agreement", scores)

    def parameters(self) -> dict[str, Any]:
        return {"interval": _LEVEL}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"confidence": self.confidence}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        return cls(question, NumberLearner.from_state(arrays), float(meta["confidence"]))

    def _answers(self, rows: Any) -> list[AnsweredTask]:
        """The numbers as the question takes them, with intervals where there are labels enough to promise any."""
        if not rows.shape[0]:
            return []
        asked = cast("NumberQuestion", self.question)
        low, high = asked.minimum, asked.maximum

        def within(values: np.ndarray) -> np.ndarray:
            return np.clip(values, -np.inf if low is None else low, np.inf if high is None else high)

        values = within(self.fitted.predict(rows))
        try:
            ends = np.stack([within(end) for end in self.fitted.interval(rows, level=_LEVEL)], axis=1)
        except ValueError:
            ends = np.zeros((0, 2))
        intervals = ends.round(_DIGITS).tolist()
        return [
            AnsweredTask(
                round(value) if asked.whole else round(value, _DIGITS),
                min(1.0, self.confidence),
                detail={"interval": intervals[place]} if intervals else None,
            )
            for place, value in enumerate(values.tolist())
        ]
