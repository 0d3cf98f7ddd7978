"""Chains of spans that speak of the same: each span's likeliest earlier span, or none, and so chain by chain."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.candidate_choice import CandidateChooser
from models_app.learners.mentions import Mention, chains_of, mentions, what_ties
from models_app.learning.evaluation import Evaluation, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, NotLearnable, QuestionModel, texts_of
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.bootstrap import f1_from_sums
from models_app.scoring.chains import b_cubed, link_counts
from models_app.scoring.recalibration import Recalibration
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.chains import ChainsQuestion
from projects.schema.questions.question import Question

_SAME = 1e-9
_MOST_DOUBTFUL = 3  # spans, which a task is as doubtful as
_MOST_EXPLAINED = 3  # spans, of which it is said what ties them to an earlier one
_MOST_QUOTED = 40  # characters of a span


@dataclass(frozen=True)
class _Case:
    """A task's spans as answers have them, and as mentions; ``is_known`` says no where nobody has marked any yet."""

    spans: Sequence[Mapping[str, Any]]
    mentions: list[Mention]
    is_known: bool

    @property
    def ids(self) -> list[str]:
        return [span["id"] for span in self.spans]

    def places(self, answer: Sequence[Mapping[str, Any]]) -> list[list[int]]:
        """An answer's chains as places in the list of spans, in reading order."""
        numbers = {one: place for place, one in enumerate(self.ids)}
        order = {mention.place: number for number, mention in enumerate(self.mentions)}
        known = [[numbers[one] for one in chain["members"] if one in numbers] for chain in answer]
        return [sorted(places, key=order.__getitem__) for places in known]

    def right(self, answer: Sequence[Mapping[str, Any]]) -> list[list[int]]:
        """For each mention its right candidates: all earlier members of its chain, else "none of them"."""
        chain_of = {place: set(places) for places in self.places(answer) for place in places}
        found = []
        for mention in self.mentions:
            own = chain_of.get(mention.place, set())
            right = [number for number, place in enumerate(mention.earlier) if place in own]
            found.append(right or [len(mention.earlier)])
        return found


@dataclass
class ChainsModel(QuestionModel):
    """A chooser of antecedents. ``labels`` say how chains that begin with a span of some label are called."""

    question: Question
    fitted: CandidateChooser
    labels: Mapping[str, str]
    recalibration: Recalibration = field(default_factory=Recalibration)

    learner: ClassVar[str] = "antecedents"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        asked, training = cast("ChainsQuestion", question), labels.training
        cases = _read(asked, inputs, training.task_ids)
        right = [case.right(answer) for case, answer in zip(cases, training.answers, strict=True)]
        if not any(training.answers):
            raise NotLearnable(f"At least one chain must have been marked; there is none in {len(training):,} tasks.")

        def make(places: np.ndarray) -> "ChainsModel":
            own = places.tolist()
            candidates = [mention.candidates for place in own for mention in cases[place].mentions]
            chooser = CandidateChooser(random_state=random_state).fit(
                candidates, [one for at in own for one in right[at]]
            )
            called = _labels_of([cases[at] for at in own], [training.answers[at] for at in own])
            return cls(question, chooser, called)

        def answers(model: "ChainsModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            return [answer for answer, _ in model._answers([cases[place] for place in held.tolist()])]

        def compared(answer: Any, row: int) -> Any:
            return question.compared(answer, {asked.of: cases[row].spans})

        model, refitted = learn(make, answers, labels, question, random_state=random_state, compared=compared)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        cases = _read(cast("ChainsQuestion", self.question), inputs, inputs.pool.task_ids[positions])
        found = self._answers(cases)
        answers = recalibrated([answer for answer, _ in found], self.recalibration)
        certainties = np.array([certainty for _, certainty in found], dtype=np.float32)
        is_known = np.array([case.is_known for case in cases], dtype=bool)
        return ListedAnswers(answers, np.where(is_known, certainties, 1), positions, is_known)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        asked = cast("ChainsQuestion", self.question)
        cases = _read(asked, inputs, holdout.task_ids)
        answers = recalibrated([answer for answer, _ in self._answers(cases)], self.recalibration)
        rows = list(zip(cases, answers, holdout.answers, strict=True))
        found = [case.places(answer.value) for case, answer, _ in rows]
        true = [case.places(truth) for case, _, truth in rows]
        parts = np.array([link_counts(*pair) for pair in zip(true, found, strict=True)], dtype=np.float64).reshape(
            -1, 3
        )
        distances = [
            asked.distance(*(asked.compared(one, {asked.of: case.spans}) for one in (answer.value, truth)))
            for case, answer, truth in rows
        ]
        agreement = 1 - np.array(distances, dtype=np.float64)
        is_exact = agreement >= 1 - _SAME
        scores = {
            "link_f1": f1_from_sums(parts),
            "b_cubed": b_cubed(true, found, [range(len(case.spans)) for case in cases]),
            "agreement": mean_estimate(agreement),
            "exact": wilson_interval(int(is_exact.sum()), len(is_exact)),
        }
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        return Evaluation(agreement, answers, "link_f1", scores, calibration_details(confidences, is_exact), parts)

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        meta = {"labels": dict(self.labels), "recalibration": recalibration_as_json(self.recalibration)}
        return meta, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        fitted = CandidateChooser.from_state(arrays)
        return cls(question, fitted, dict(meta["labels"]), recalibration_from(meta["recalibration"]))

    def _answers(self, cases: Sequence[_Case]) -> list[tuple[AnsweredTask, float]]:
        """For each task its chains, as sure as the least sure choice of an antecedent, and how certain the most
        doubtful choices are."""
        shares = self.fitted.predict_proba([mention.candidates for case in cases for mention in case.mentions])
        found, start = [], 0
        for case in cases:
            own = shares[start : start + len(case.mentions)]
            start += len(case.mentions)
            chains, sure = chains_of(case.mentions, own)
            value = [self._chain(case, number, chain) for number, chain in enumerate(chains, 1)]
            lowest = np.sort(sure)[:_MOST_DOUBTFUL]
            certainty = float(lowest.mean().clip(0, 1)) if len(lowest) else 1.0
            answer = AnsweredTask(value, float(sure.min()) if len(sure) else 1.0, detail=self._reasons(case, own, sure))
            found.append((answer, certainty))
        return found

    def _reasons(self, case: _Case, shares: Sequence[np.ndarray], sure: np.ndarray) -> dict[str, Any] | None:
        """What ties spans to the earlier one that they go with, the least sure first: these people should look at."""
        said = []
        for number in np.argsort(sure, kind="stable").tolist():
            mention, best = case.mentions[number], int(shares[number].argmax())
            if best == len(mention.earlier):
                continue
            later, earlier = (_quote(case.spans[place]) for place in (mention.place, mention.earlier[best]))
            if why := what_ties(mention, shares[number], self.fitted.weights_of):
                said.append(f"“{later}” goes with “{earlier}”: {' and '.join(why)}")
        return {"because": said[:_MOST_EXPLAINED]} if said else None

    def _chain(self, case: _Case, number: int, places: Sequence[int]) -> dict[str, Any]:
        chain = {"id": f"m{number}", "members": [case.ids[place] for place in places]}
        options = cast("ChainsQuestion", self.question).open_values
        if not options:
            return chain
        label = self.labels.get(case.spans[places[0]]["label"], self.labels.get("", options[0]))
        return {**chain, "label": label if label in options else options[0]}


def _read(asked: ChainsQuestion, inputs: Inputs, task_ids: np.ndarray) -> list[_Case]:
    texts, spans = texts_of(inputs, task_ids), inputs.answers_of(asked.of, task_ids)
    return [
        _Case(own or [], mentions(text, [_place(span) for span in own or []]), own is not None)
        for text, own in zip(texts, spans, strict=True)
    ]


def _place(span: Mapping[str, Any]) -> tuple[int, int, str]:
    return span["parts"][0]["start"], span["parts"][-1]["end"], span["label"]


def _quote(span: Mapping[str, Any]) -> str:
    text = " ".join(part["text"] for part in span["parts"])
    return text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}…"


def _labels_of(cases: Sequence[_Case], answers: Sequence[Any]) -> dict[str, str]:
    """What chains are most often called, by the label of their first span; "" stands for any other."""
    counts: dict[str, Counter[str]] = {}
    for case, answer in zip(cases, answers, strict=True):
        for chain, places in zip(answer, case.places(answer), strict=True):
            if chain.get("label") and places:
                for name in (case.spans[places[0]]["label"], ""):
                    counts.setdefault(name, Counter())[chain["label"]] += 1
    return {name: own.most_common(1)[0][0] for name, own in counts.items()}
