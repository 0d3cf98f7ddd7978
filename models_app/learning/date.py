"""Dates, found among those that are written in a task: which one is meant is told by the words around it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.candidate_choice import CandidateChooser
from models_app.learners.written_dates import WrittenDate, find_dates
from models_app.learning.evaluation import Evaluation, agreement_of, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, NotLearnable, QuestionModel
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask, Ranked
from projects.schema.fields.field import Field, Part
from projects.schema.questions.date import DateQuestion
from projects.schema.questions.question import Question

_FEWEST_WRITTEN = 5  # labels whose date stands in the task: with fewer there is nothing to learn from
_WORD = re.compile(r"\w+|[^\w\s]")
_CONTEXT = 60  # characters on either side
_WORDS_BEFORE, _WORDS_AFTER = 4, 2
_MOST_RANKED = 3
_NONE = "none"


@dataclass(frozen=True)
class _Case:
    """The dates of a task with what is true of each; the last candidate stands for "none of them"."""

    dates: list[WrittenDate]
    quotes: list[str]
    candidates: list[list[str]]

    def right(self, answer: str) -> list[int]:
        places = [place for place, date in enumerate(self.dates) if date.value == answer]
        return places or [len(self.dates)]


@dataclass
class DateModel(QuestionModel):
    """A chooser among the dates that are written in the field; a date that is not written there it never says."""

    question: Question
    fitted: CandidateChooser
    recalibration: Recalibration = field(default_factory=Recalibration)

    learner: ClassVar[str] = "written_dates"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        training = labels.training
        cases = _read(question, inputs, training.task_ids)
        right = [case.right(answer) for case, answer in zip(cases, training.answers, strict=True)]
        n_written = sum(own[0] < len(case.dates) for case, own in zip(cases, right, strict=True))
        if n_written < _FEWEST_WRITTEN:
            raise NotLearnable(
                f"Of {len(cases):,} dates that people gave, {n_written:,} stand in “{question.on}”, and at least "
                f"{_FEWEST_WRITTEN} must: a model finds a date in the task, it makes up none."
            )

        def make(places: np.ndarray) -> "DateModel":
            own = places.tolist()
            chooser = CandidateChooser(random_state=random_state)
            return cls(question, chooser.fit([cases[at].candidates for at in own], [right[at] for at in own]))

        def answers(model: "DateModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            found = model._answers([cases[place] for place in held.tolist()])
            return [answer if answer.value is not None else None for answer, _ in found]

        model, refitted = learn(make, answers, labels, question, random_state=random_state)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        found = self._answers(_read(self.question, inputs, inputs.pool.task_ids[positions]))
        answers = recalibrated([answer for answer, _ in found], self.recalibration)
        certainties = np.array([certainty for _, certainty in found], dtype=np.float32)
        is_answered = np.array([answer.value is not None for answer in answers], dtype=bool)
        return ListedAnswers(answers, certainties, positions, is_answered)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        cases = _read(self.question, inputs, holdout.task_ids)
        answers = recalibrated([answer for answer, _ in self._answers(cases)], self.recalibration)
        pairs = list(zip(answers, holdout.answers, strict=True))
        is_right = np.array([answer.value == truth for answer, truth in pairs], dtype=bool)
        is_written = [
            truth in {date.value for date in case.dates} for case, truth in zip(cases, holdout.answers, strict=True)
        ]
        is_answered = np.array([answer.value is not None for answer in answers], dtype=bool)
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        scores = {
            "accuracy": wilson_interval(int(is_right.sum()), len(is_right)),
            "written": wilson_interval(sum(is_written), len(is_written)),
            "agreement": mean_estimate(agreement_of(self.question, answers, holdout.answers)),
        }
        calibration = calibration_details(confidences[is_answered], is_right[is_answered])
        return Evaluation(is_right, answers, "accuracy", scores, calibration)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"recalibration": recalibration_as_json(self.recalibration)}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        return cls(question, CandidateChooser.from_state(arrays), recalibration_from(meta["recalibration"]))

    def _answers(self, cases: Sequence[_Case]) -> list[tuple[AnsweredTask, float]]:
        """For each task the likeliest date, none where that is likelier, and how certain that is.

        Of a task without a date nothing can be learned, so that no strategy should ask for it: that is certain.
        """
        shares = self.fitted.predict_proba([case.candidates for case in cases])
        return [
            _answered(case, own) if case.dates else (AnsweredTask(None, 0.0), 1.0)
            for case, own in zip(cases, shares, strict=True)
        ]


def _answered(case: _Case, shares: np.ndarray) -> tuple[AnsweredTask, float]:
    likely: dict[str, float] = {}
    quotes: dict[str, str] = {}
    for date, quote, share in zip(case.dates, case.quotes, shares.tolist(), strict=False):
        likely[date.value] = likely.get(date.value, 0.0) + share
        quotes.setdefault(date.value, quote)
    ranked = sorted(likely, key=lambda value: -likely[value])
    best, none = ranked[0], float(shares[-1])
    rest = max([none, *(likely[value] for value in ranked[1:2])])
    if likely[best] < none:
        return AnsweredTask(None, 0.0), min(1.0, none - likely[best])
    answer = AnsweredTask(
        best,
        min(1.0, likely[best]),
        tuple(Ranked(value, min(1.0, likely[value])) for value in ranked[:_MOST_RANKED]),
        {"words": [quotes[best]]},
    )
    return answer, min(1.0, max(0.0, likely[best] - rest))


def _read(question: Question, inputs: Inputs, task_ids: np.ndarray) -> list[_Case]:
    with_time = cast("DateQuestion", question).with_time
    return [_case(_pieces(data.get(inputs.field.name), inputs.field), with_time) for data in inputs.data_of(task_ids)]


def _pieces(value: Any, about: Field) -> list[Part]:
    """What of a field is read by itself: each turn, candidate or column, else its whole text."""
    if value is None:
        return []
    return about.parts(value) or [Part("", about.text(value) or "", "")]


def _case(pieces: Sequence[Part], with_time: bool) -> _Case:
    found = [(piece, date) for piece in pieces for date in find_dates(piece.text, with_time=with_time)]
    days = sorted({date.value for _, date in found})
    describe = partial(_features, days=days, n=len(found))
    candidates = [describe(piece, date, place) for place, (piece, date) in enumerate(found)]
    none = [_NONE, f"{_NONE} of {min(len(days), 4)}"]
    return _Case(
        [date for _, date in found], [piece.text[date.start : date.end] for piece, date in found], [*candidates, none]
    )


def _features(piece: Part, date: WrittenDate, place: int, *, days: Sequence[str], n: int) -> list[str]:
    """What is true of a date: the words around it, whose turn or which column it stands in, its place, its reading."""
    before = [word.casefold() for word in _WORD.findall(piece.text[max(0, date.start - _CONTEXT) : date.start])]
    after = [word.casefold() for word in _WORD.findall(piece.text[date.end : date.end + _CONTEXT])]
    before, after = before[-_WORDS_BEFORE:], after[:_WORDS_AFTER]
    features = [f"before {word}" for word in before] + [f"after {word}" for word in after]
    features += [f"at {' '.join(before[-2:])}", f"just before {' '.join(before[-1:])}", f"reading {date.reading}"]
    features += [f"in {piece.kin}"] if piece.kin else []
    features += ["first"] if place == 0 else []
    features += ["last"] if place == n - 1 else []
    if len(days) > 1:
        features += ["earliest"] if date.value == days[0] else []
        features += ["latest"] if date.value == days[-1] else []
    return features
