"""Any number of options per task, learned by one logistic regression per option."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.multi_label import MultiLabelLearner, indicators, normalised_margins
from models_app.learning.evaluation import Evaluation, agreement_of, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, OptionWeights, QuestionModel
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import wilson_interval
from models_app.scoring.multi_label import multi_label_counts, multi_label_macro_f1, multi_label_micro_f1
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask, Ranked
from projects.schema.questions.question import Question

_RANKED = 5


@dataclass
class ChoicesModel(QuestionModel):
    """A fitted learner; ``options`` give its classes' numbers their values, in the order of the schema."""

    question: Question
    fitted: MultiLabelLearner
    options: tuple[str, ...]
    recalibration: Recalibration = Recalibration()

    learner: ClassVar[str] = "one_vs_rest"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        options = tuple(question.known_values or ())
        rows = inputs.pool.rows_at(labels.training.positions)
        y = _numbers(options, labels.training.answers)

        def make(places: np.ndarray) -> "ChoicesModel":
            fitted = MultiLabelLearner(random_state=random_state)
            groups = labels.training.task_ids[places]
            fitted.fit(rows[places], [y[place] for place in places], labels.is_random[places], groups)
            return cls(question, fitted, options)

        def answers(model: "ChoicesModel", held: np.ndarray) -> Sequence[AnsweredTask]:
            return model._answers(model.fitted.predict_proba(rows[held]))

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        answers: list[AnsweredTask] = []
        margins = [np.zeros(0)]
        for part in inputs.pool.parts:
            probabilities = self.fitted.predict_proba(part.rows)
            answers += self._answers(probabilities)
            margins.append(normalised_margins(probabilities))
        certainties = np.concatenate(margins).clip(0, 1).astype(np.float32)
        return ListedAnswers(recalibrated(answers, self.recalibration), certainties)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        probabilities = self.fitted.predict_proba(inputs.pool.rows_at(holdout.positions))
        answers = recalibrated(self._answers(probabilities), self.recalibration)
        columns = np.arange(len(self.options))
        truth = indicators(_numbers(self.options, holdout.answers), columns)
        predicted = indicators(_numbers(self.options, [answer.value for answer in answers]), columns)
        is_exact = (truth == predicted).all(axis=1)
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        parts = multi_label_counts(truth, predicted)
        scores = {
            "micro_f1": multi_label_micro_f1(truth, predicted),
            "macro_f1": multi_label_macro_f1(truth, predicted),
            "exact": wilson_interval(int(is_exact.sum()), len(is_exact)),
        }
        agreement = agreement_of(self.question, answers, holdout.answers)
        return Evaluation(agreement, answers, "micro_f1", scores, calibration_details(confidences, is_exact), parts)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C, "options": list(self.options)}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta = {"options": list(self.options), "recalibration": recalibration_as_json(self.recalibration)}
        return meta, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        recalibration = recalibration_from(meta["recalibration"])
        return cls(question, MultiLabelLearner.from_state(arrays), tuple(meta["options"]), recalibration)

    def option_weights(self) -> OptionWeights:
        return OptionWeights([self.options[number] for number in self.fitted.classes_], self.fitted.sparse_coef())

    def _answers(self, probabilities: np.ndarray) -> list[AnsweredTask]:
        """As many options as the question wants, the likeliest; as sure as the least sure of all yeses and noes."""
        least, most = getattr(self.question, "least", 0), getattr(self.question, "most", 0) or len(self.options)
        values = [self.options[number] for number in self.fitted.classes_]
        places = {value: place for place, value in enumerate(self.options)}
        order = np.argsort(-probabilities, axis=1, kind="stable")
        is_chosen = probabilities >= self.fitted.thresholds_
        sure = np.maximum(probabilities, 1 - probabilities).min(axis=1) if len(values) else np.zeros(len(probabilities))
        answers = []
        for row in range(len(probabilities)):
            ranked = order[row].tolist()
            chosen = [column for column in ranked if is_chosen[row, column]][:most]
            chosen += [column for column in ranked if column not in chosen][: max(0, least - len(chosen))]
            shown = dict.fromkeys([*chosen, *ranked[:_RANKED]])
            answers.append(
                AnsweredTask(
                    sorted((values[column] for column in chosen), key=places.__getitem__),
                    float(sure[row]),
                    tuple(Ranked(values[column], float(probabilities[row, column])) for column in shown),
                )
            )
        return answers


def _numbers(options: Sequence[str], answers: Sequence[Sequence[str]]) -> list[list[int]]:
    numbers = {value: number for number, value in enumerate(options)}
    return [[numbers[value] for value in answer if value in numbers] for answer in answers]
