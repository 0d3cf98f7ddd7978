"""Rankings and preferences among a task's candidates: one reward for each, learned from comparisons."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, cast

import numpy as np
from scipy.special import expit

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.bradley_terry import Comparison, RewardLearner, comparisons_of_ranking
from models_app.learners.candidate_cues import CandidateCues
from models_app.learning.evaluation import Evaluation, evaluate_agreement
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import wilson_interval
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.preference import TIE, PreferenceQuestion
from projects.schema.questions.question import Question
from projects.schema.questions.ranking import RankingQuestion

_AS_WHOLES = "what the candidates mean as wholes says more than any of their words"


@dataclass(frozen=True)
class _Candidates:
    """The candidates of some tasks: their ids task by task, and texts and rows of all of them one after the other."""

    ids: list[list[str]]
    texts: list[str]
    rows: Any

    @property
    def starts(self) -> list[int]:
        return [0, *np.cumsum([len(own) for own in self.ids]).tolist()]


@dataclass
class RewardModel(QuestionModel):
    """A fitted reward; what a question makes of rewards is its kind's."""

    question: Question
    fitted: RewardLearner
    recalibration: Recalibration = Recalibration()

    learner: ClassVar[str] = "bradley_terry"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        training = labels.training
        candidates = _read(inputs, training.task_ids)
        starts = candidates.starts
        pairs = [
            cls._comparisons({one: starts[place] + row for row, one in enumerate(candidates.ids[place])}, answer)
            for place, answer in enumerate(training.answers)
        ]

        def make(places: np.ndarray) -> "RewardModel":
            comparisons = [pair for place in places.tolist() for pair in pairs[place]]
            return cls(question, RewardLearner(random_state=random_state).fit(candidates.rows, comparisons))

        def answers(model: "RewardModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            return model._answers(_read(inputs, training.task_ids[held]))

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        candidates = _read(inputs, inputs.pool.task_ids[positions])
        found = self._with_reasons(self._answers(candidates), candidates, inputs.vocabulary)
        has_answer = np.array([answer is not None for answer in found], dtype=bool)
        answers = recalibrated([answer or AnsweredTask(None, 0.0) for answer in found], self.recalibration)
        certainties = np.array([answer.confidence for answer in answers], dtype=np.float32)
        return ListedAnswers(answers, np.where(has_answer, certainties, 1), positions, has_answer)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        found = self._answers(_read(inputs, holdout.task_ids))
        answers = [answer or self._no_idea() for answer in found]
        evaluation = evaluate_agreement(self.question, recalibrated(answers, self.recalibration), holdout.answers)
        pairs = zip(answers, holdout.answers, strict=True)
        n_same = sum(self._best(answer.value) == self._best(truth) for answer, truth in pairs)
        scores = {"accuracy": wilson_interval(n_same, len(answers)), **evaluation.scores}
        return Evaluation(evaluation.per_task, evaluation.answers, "agreement", scores)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"recalibration": recalibration_as_json(self.recalibration)}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        return cls(question, RewardLearner.from_state(arrays), recalibration_from(meta["recalibration"]))

    def _answers(self, candidates: _Candidates) -> list[AnsweredTask | None]:
        rewards = self.fitted.predict(candidates.rows) if candidates.rows.shape[0] else np.zeros(0)
        starts = candidates.starts
        return [
            self._answered(ids, rewards[starts[place] : starts[place + 1]]) if len(ids) > 1 else None
            for place, ids in enumerate(candidates.ids)
        ]

    def _with_reasons(
        self, found: Sequence[AnsweredTask | None], candidates: _Candidates, vocabulary: Vocabulary
    ) -> list[AnsweredTask | None]:
        """The same answers with the words that speak for the best candidate, and against the others."""
        cues, starts = CandidateCues(self.fitted.weights, vocabulary), candidates.starts
        explained: list[AnsweredTask | None] = []
        for place, answer in enumerate(found):
            if answer is not None:
                own = np.arange(starts[place], starts[place + 1])
                best = candidates.ids[place].index(self._best(answer.value))
                said = cues.said(candidates.rows[own], [candidates.texts[row] for row in own.tolist()], best)
                against = ", ".join(f"“{word}”" for word in said.of_others)
                because = [f"{against} speaks against what is not the best" if against else ""]
                because += [_AS_WHOLES if said.is_whole else ""]
                detail = {"words": said.of_best, "because": [why for why in because if why]}
                answer = replace(answer, detail={name: own for name, own in detail.items() if own} or None)
            explained.append(answer)
        return explained

    @staticmethod
    @abstractmethod
    def _comparisons(rows: Mapping[str, int], answer: Any) -> list[Comparison]:
        """What an answer says about candidates, whose rows are given by id."""

    @abstractmethod
    def _answered(self, ids: Sequence[str], rewards: np.ndarray) -> AnsweredTask:
        """The answer that rewards speak for."""

    @abstractmethod
    def _no_idea(self) -> AnsweredTask:
        """What is compared where a task has nothing to choose from."""

    @abstractmethod
    def _best(self, answer: Any) -> Any:
        """The candidate that an answer prefers."""


class RankingModel(RewardModel):
    """The order of the rewards; as sure as the least sure of the neighbours in it."""

    @staticmethod
    def _comparisons(rows: Mapping[str, int], answer: Any) -> list[Comparison]:
        ranked = [rows[one] for one in answer if one in rows]
        behind = [row for one, row in rows.items() if one not in answer]
        pairs = comparisons_of_ranking(ranked) if len(ranked) > 1 else []
        share = 2 / max(2, len(rows))
        return [*pairs, *(Comparison(better, worse, share) for better in ranked for worse in behind)]

    def _answered(self, ids: Sequence[str], rewards: np.ndarray) -> AnsweredTask:
        order = np.argsort(-rewards, kind="stable")
        gaps = expit(-np.diff(rewards[order]))
        top = cast("RankingQuestion", self.question).top or len(ids)
        return AnsweredTask([ids[place] for place in order[:top].tolist()], float(gaps[:top].min()))

    def _no_idea(self) -> AnsweredTask:
        return AnsweredTask([], 0.0)

    def _best(self, answer: Any) -> Any:
        return answer[0] if answer else None


class PreferenceModel(RewardModel):
    """The candidate with the highest reward, as much better as the model is sure of it."""

    @staticmethod
    def _comparisons(rows: Mapping[str, int], answer: Any) -> list[Comparison]:
        better = answer["better"]
        if better == TIE:
            first, *others = rows.values()
            return [Comparison(first, other, is_tie=True) for other in others]
        if better not in rows:
            return []
        strength = float(answer.get("strength", 1))
        return [Comparison(rows[better], row, strength) for one, row in rows.items() if one != better]

    def _answered(self, ids: Sequence[str], rewards: np.ndarray) -> AnsweredTask:
        order = np.argsort(-rewards, kind="stable")
        sure = float(expit(rewards[order[0]] - rewards[order[1]]))
        steps = cast("PreferenceQuestion", self.question).steps
        strength = {"strength": min(steps, 1 + int((2 * sure - 1) * steps))} if steps > 1 else {}
        best = ids[int(order[0])]
        return AnsweredTask({"better": best, **strength}, sure)

    def _no_idea(self) -> AnsweredTask:
        return AnsweredTask({"better": TIE}, 0.0)

    def _best(self, answer: Any) -> Any:
        return answer["better"]


def _read(inputs: Inputs, task_ids: np.ndarray) -> _Candidates:
    """The candidates of some tasks, encoded each for itself."""
    values = [data.get(inputs.field.name) or [] for data in inputs.data_of(task_ids)]
    ids = [inputs.field.ids(value) for value in values]
    texts = [one["text"] for value in values for one in value]
    return _Candidates(ids, texts, inputs.encode(texts))
