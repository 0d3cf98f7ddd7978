"""Names of given regions: what stands in a box on a picture, what is heard in a range of a sound.

Where there are any is not learned here: people say it, or a source proposes it. What is learned from are the regions
of final labels; what is measured is the naming of those that people drew in the holdout. A task for which nobody has
proposed a region is not answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar, Protocol, Self, cast

import numpy as np

from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary
from models_app.learners.labelled_rows import LabelledRows
from models_app.learners.logistic import LogisticLearner
from models_app.learning.choice import folds_for, numbers_of, plain_parameters
from models_app.learning.evaluation import Evaluation, agreement_of, evaluate_numbers
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, NotLearnable, QuestionModel, Unseen
from models_app.learning.unseen import (
    recalibrated,
    recalibration_as_json,
    recalibration_from,
    unseen_shares,
    worth_keeping,
)
from models_app.rounds.calibration import fit_temperature, out_of_fold_scores, softmax
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.naming import naming_accuracy
from models_app.scoring.recalibration import Recalibration, log_odds
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question
from projects.schema.questions.regions import RegionsQuestion

Regions = Sequence[Mapping[str, Any]]

_MOST_REGIONS = 20_000  # that are learned from: of more, those of tasks drawn at random
_REGIONS_AT_ONCE = 2_000
_FEWEST_RANDOM = 50  # tasks
_MOST_DOUBTFUL = 3  # regions, which a task is as doubtful as
_MOST_EXPLAINED = 3
_N_ALIKE = 5


class RegionInputs(Inputs, Protocol):
    """What else a model of regions looks at."""

    def region_rows(self, task_ids: np.ndarray, regions: Sequence[Regions]) -> Rows:
        """A row for each region, one task after the other."""
        ...

    def proposed_regions(self, question: str, task_ids: np.ndarray) -> list[Regions | None]:
        """The regions that a source has proposed for each task; None where there are none."""
        ...


@dataclass
class RegionsModel(QuestionModel):
    """A classifier of regions with its temperature. A whole answer is as sure as all its names together, put right by
    how often whole answers out of fold were the same as people's."""

    question: Question
    fitted: LogisticLearner
    temperature: float
    options: tuple[str, ...]
    labelled: LabelledRows
    recalibration: Recalibration = field(default_factory=Recalibration)

    learner: ClassVar[str] = "regions"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        used = _tasks_within(labels.training.answers, np.random.default_rng(random_state))
        answers = [labels.training.answers[place] for place in used.tolist()]
        task_ids, is_random = labels.training.task_ids[used], labels.is_random[used]
        rows = cast("RegionInputs", inputs).region_rows(task_ids, answers)
        options = tuple(cast("RegionsQuestion", question).open_values)
        y = numbers_of(options, [region["label"] for answer in answers for region in answer])
        owner = np.repeat(np.arange(len(answers)), [len(answer) for answer in answers])

        def make_learner() -> LogisticLearner:
            return LogisticLearner(random_state=random_state)

        try:
            fitted = make_learner().fit(rows, y)
        except ValueError as refusal:
            raise NotLearnable(str(refusal)) from refusal
        n_folds = folds_for(len(y), len(fitted.classes_))
        scores = out_of_fold_scores(
            make_learner, rows, y, n_folds=n_folds, random_state=random_state, groups=task_ids[owner]
        )
        temperature = _temperature(scores, np.searchsorted(fitted.classes_, y), is_random[owner])
        labelled = LabelledRows.drawn(_dense_of(rows), y, random_state=random_state)
        model = cls(question, fitted, temperature, options, labelled)
        shares, unseen = model._calibrate(scores, owner, answers, is_random)
        return Fit(model, shares, Unseen(used[unseen.rows], unseen.answers))

    def _calibrate(
        self, scores: np.ndarray, owner: np.ndarray, answers: Sequence[Regions], is_random: np.ndarray
    ) -> tuple[dict[str, Any], Unseen]:
        """From answers out of fold about whole tasks; a task without regions says nothing."""
        is_known = ~np.isnan(scores).all(axis=1)
        tasks = np.array(
            [place for place in np.unique(owner).tolist() if is_known[owner == place].all()], dtype=np.int64
        )
        found, _ = self._named([answers[place] for place in tasks.tolist()], scores[np.isin(owner, tasks)])
        is_same = np.array(
            [_names(one.value) == _names(answers[place]) for one, place in zip(found, tasks.tolist(), strict=True)],
            dtype=bool,
        )
        random = is_random[tasks]
        confidences = np.array([one.confidence for one in found], dtype=np.float64)
        use = random if random.sum() >= _FEWEST_RANDOM else np.ones(len(tasks), dtype=bool)
        if len(tasks):
            self.recalibration = Recalibration.fit(log_odds(confidences[use]), is_same[use])
        sure = recalibrated(found, self.recalibration)
        wanted = worth_keeping(is_same, np.array([one.confidence for one in sure], dtype=np.float64), random)
        kept = Unseen(tasks[wanted], [sure[place] for place in wanted.tolist()])
        return unseen_shares(is_same, np.ones(len(tasks), dtype=bool), random), kept

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        looked = cast("RegionInputs", inputs)
        task_ids = inputs.pool.task_ids[positions]
        proposed = looked.proposed_regions(self.question.name, task_ids)
        found, certainties = self._answers(looked, task_ids, [regions or [] for regions in proposed])
        is_answered = np.array([bool(regions) for regions in proposed], dtype=bool)
        return ListedAnswers(found, np.where(is_answered, certainties, 1), positions, is_answered)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        looked = cast("RegionInputs", inputs)
        found, _ = self._answers(looked, holdout.task_ids, holdout.answers)
        given = [region for answer in holdout.answers for region in answer]
        probabilities = self._probabilities(
            self.fitted.decision_function(looked.region_rows(holdout.task_ids, holdout.answers))
        )
        predicted = self.fitted.classes_[probabilities.argmax(axis=1)] if len(given) else np.zeros(0, dtype=np.int64)
        truth = numbers_of(self.options, [region["label"] for region in given])
        one_by_one = evaluate_numbers([], predicted, truth, probabilities.max(axis=1) if len(given) else np.zeros(0))
        lengths = np.array([len(answer) for answer in holdout.answers], dtype=np.int64)
        right = _sums(predicted == truth, lengths)
        parts = np.stack([right, lengths, lengths], axis=1).astype(np.float64)
        agreement = agreement_of(self.question, found, holdout.answers)
        is_exact = right == lengths
        scores = {
            "naming_accuracy": naming_accuracy(right, lengths),
            "macro_f1": one_by_one.scores["macro_f1"],
            "agreement": mean_estimate(agreement),
            "exact": wilson_interval(int(is_exact.sum()), len(is_exact)),
        }
        details = {**one_by_one.details, "n_regions": len(given)}
        per_task = np.where(lengths > 0, right / np.maximum(1, lengths), 1.0)
        return Evaluation(per_task, found, "naming_accuracy", scores, details, parts)

    def parameters(self) -> dict[str, Any]:
        return {**plain_parameters(self.fitted), "options": list(self.options)}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta = {
            "temperature": self.temperature,
            "options": list(self.options),
            "recalibration": recalibration_as_json(self.recalibration),
        }
        return meta, {**self.fitted.state(), **self.labelled.state()}

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        fitted = LogisticLearner.from_state(arrays)
        recalibration = recalibration_from(meta["recalibration"])
        labelled = LabelledRows.from_state(arrays)
        return cls(question, fitted, float(meta["temperature"]), tuple(meta["options"]), labelled, recalibration)

    def _answers(
        self, inputs: RegionInputs, task_ids: np.ndarray, regions: Sequence[Regions]
    ) -> tuple[list[AnsweredTask], np.ndarray]:
        """For each task its regions with names, and how certain the most doubtful of them are."""
        answers: list[AnsweredTask] = []
        certainties: list[np.ndarray] = [np.zeros(0, dtype=np.float32)]
        for start, end in _blocks(regions):
            rows = inputs.region_rows(task_ids[start:end], regions[start:end])
            found, sure = self._named(regions[start:end], self.fitted.decision_function(rows))
            found = self._explained(found, regions[start:end], rows)
            answers += recalibrated(found, self.recalibration) if found else []
            certainties.append(sure)
        return answers, np.concatenate(certainties)

    def _explained(self, found: Sequence[AnsweredTask], regions: Sequence[Regions], rows: Rows) -> list[AnsweredTask]:
        """Beside each answer, of its least sure names first: how many of the labeled regions that are most like the
        region are called so."""
        asked = cast("RegionsQuestion", self.question)
        near = self.labelled.classes_near(_dense_of(rows), _N_ALIKE)
        if not near.shape[1]:
            return list(found)
        explained, start = [], 0
        for answer, own in zip(found, regions, strict=True):
            places = {region["id"]: start + place for place, region in enumerate(own)}
            start += len(own)
            least_sure = sorted(answer.value, key=lambda region: region["confidence"])[:_MOST_EXPLAINED]
            said = [
                f"{asked.in_words(region)}: {self._n_alike(near[places[region['id']]], region)} of the "
                f"{near.shape[1]} most alike labeled {asked.geometry.nouns} are too"
                for region in least_sure
            ]
            explained.append(replace(answer, detail={"because": said}) if said else answer)
        return explained

    def _n_alike(self, near: np.ndarray, region: Mapping[str, Any]) -> int:
        return sum(self.options[number] == region["label"] for number in near.tolist())

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        return softmax(np.nan_to_num(scores, nan=-1e9, neginf=-1e9), self.temperature) if len(scores) else scores

    def _named(self, regions: Sequence[Regions], scores: np.ndarray) -> tuple[list[AnsweredTask], np.ndarray]:
        asked = cast("RegionsQuestion", self.question)
        probabilities = self._probabilities(scores)
        answers: list[AnsweredTask] = []
        certainties = np.ones(len(regions), dtype=np.float32)
        starts = np.concatenate([[0], np.cumsum([len(own) for own in regions])]).astype(np.int64)
        for place, (start, end) in enumerate(pairwise(starts.tolist())):
            shares = probabilities[start:end]
            best = shares.argmax(axis=1) if end > start else np.zeros(0, dtype=np.int64)
            sure = shares[np.arange(end - start), best]
            value = [
                {
                    "id": region["id"],
                    "label": self.options[self.fitted.classes_[number]],
                    **{side: region[side] for side in asked.geometry.sides},
                    "confidence": round(float(confidence), 3),
                }
                for region, number, confidence in zip(regions[place], best.tolist(), sure.tolist(), strict=True)
            ]
            once = {asked.key_of(region): region for region in value}  # one place under two names was proposed
            answers.append(AnsweredTask([*once.values()], float(np.prod(sure))))
            if end > start:
                certainties[place] = np.sort(sure)[:_MOST_DOUBTFUL].mean()
        return answers, certainties


def _dense_of(rows: Rows) -> np.ndarray:
    return rows.dense if rows.dense is not None else np.zeros((len(rows), 0), dtype=np.float16)


def _tasks_within(answers: Sequence[Regions], rng: np.random.Generator) -> np.ndarray:
    """The places of all tasks, ascending, or of as many at random as have so many regions together; one at least."""
    lengths = np.array([len(answer) for answer in answers], dtype=np.int64)
    if lengths.sum() <= _MOST_REGIONS:
        return np.arange(len(answers))
    order = rng.permutation(len(answers))
    n_tasks = max(1, int(np.searchsorted(np.cumsum(lengths[order]), _MOST_REGIONS, side="right")))
    return np.sort(order[:n_tasks])


def _blocks(regions: Sequence[Regions]) -> list[tuple[int, int]]:
    """Bounds of tasks in a row, each with so many regions that their rows fit in memory."""
    bounds, start, n = [], 0, 0
    for place, own in enumerate(regions):
        if n and n + len(own) > _REGIONS_AT_ONCE:
            bounds.append((start, place))
            start, n = place, 0
        n += len(own)
    return [*bounds, (start, len(regions))] if len(regions) else bounds


def _temperature(scores: np.ndarray, y: np.ndarray, is_random: np.ndarray) -> float:
    """Of random tasks where there are enough: chosen ones are the hard ones."""
    use = is_random if is_random.sum() >= _FEWEST_RANDOM else np.ones(len(y), dtype=bool)
    return fit_temperature(scores[use], y[use])


def _names(regions: Regions) -> dict[str, str]:
    return {region["id"]: region["label"] for region in regions}


def _sums(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The sum of each task's own values."""
    ends = np.cumsum(lengths)
    total = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(total[ends] - total[ends - lengths], dtype=np.int64)
