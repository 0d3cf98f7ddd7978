"""Free answers, suggested from what was answered to the most similar text before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.text_memory import Remembered, TextMemory
from models_app.learning.evaluation import Evaluation, evaluate_agreement
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel, texts_of
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question

_NO_IDEA = AnsweredTask("", 0.0)


@dataclass
class TextModel(QuestionModel):
    """Remembered answers; ``task_ids`` are the tasks that were answered so."""

    question: Question
    fitted: TextMemory
    task_ids: np.ndarray
    recalibration: Recalibration = Recalibration()

    learner: ClassVar[str] = "memory"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        training = labels.training
        rows, texts = inputs.pool.rows_at(training.positions), texts_of(inputs, training.task_ids)

        def make(places: np.ndarray) -> "TextModel":
            own = places.tolist()
            memory = TextMemory().fit(
                rows[places], [texts[place] for place in own], [training.answers[place] for place in own]
            )
            return cls(question, memory, training.task_ids[places])

        def answers(model: "TextModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            return model._answers(rows[held], [texts[place] for place in held.tolist()])

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        found = self._answers(inputs.pool.rows_at(positions), texts_of(inputs, inputs.pool.task_ids[positions]))
        answers = recalibrated([answer or _NO_IDEA for answer in found], self.recalibration)
        certainties = [answer.confidence if had else 0.0 for answer, had in zip(answers, found, strict=True)]
        return ListedAnswers(
            answers,
            np.array(certainties, dtype=np.float32),
            positions,
            np.array([had is not None for had in found], dtype=bool),
        )

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        rows, texts = inputs.pool.rows_at(holdout.positions), texts_of(inputs, holdout.task_ids)
        answers = [answer or _NO_IDEA for answer in self._answers(rows, texts)]
        return evaluate_agreement(self.question, recalibrated(answers, self.recalibration), holdout.answers)

    def parameters(self) -> dict[str, Any]:
        return {"least_similarity": self.fitted.least_similarity}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta = {"recalibration": recalibration_as_json(self.recalibration)}
        return meta, {**self.fitted.state(), "task_ids": self.task_ids}

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        memory = TextMemory.from_state(arrays)
        return cls(question, memory, np.asarray(arrays["task_ids"]), recalibration_from(meta["recalibration"]))

    def _answers(self, rows: Any, texts: Sequence[str]) -> list[AnsweredTask | None]:
        return [self._answered(found) for found in self.fitted.predict(rows, texts)] if texts else []

    def _answered(self, found: Remembered | None) -> AnsweredTask | None:
        if found is None:
            return None
        like = {"task": int(self.task_ids[found.position]), "similarity": round(found.similarity, 3)}
        return AnsweredTask(found.answer, min(1.0, found.similarity), detail={"like": like})
