"""Relations between the spans of another question: each pair of spans that may be related is classified."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, cast

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.relations import FoundRelation, Relation, RelationLearner, Span
from models_app.learners.span_cues import name_words
from models_app.learning.evaluation import Evaluation, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import Fit, Inputs, Labels, LabelSet, QuestionModel, texts_of
from models_app.learning.unseen import learn, recalibrated, recalibration_as_json, recalibration_from
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.recalibration import Recalibration
from models_app.scoring.spans import score_spans
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.problems import SchemaProblems
from projects.schema.questions.question import Question
from projects.schema.questions.relations import RelationsQuestion

_NO_WORDS = "by the labels of the spans and how near they are, by no word between them"


@dataclass(frozen=True)
class _Texts:
    """Texts with the spans that relations are between, as answers have them; None where no spans are known."""

    texts: list[str]
    spans: list[Sequence[Mapping[str, Any]] | None]

    def at(self, places: np.ndarray) -> "_Texts":
        own = places.tolist()
        return _Texts([self.texts[place] for place in own], [self.spans[place] for place in own])

    def places(self) -> list[list[Span]]:
        return [[_place(span) for span in own or ()] for own in self.spans]


@dataclass
class RelationsModel(QuestionModel):
    """A fitted classifier of pairs. What it is measured by is the relations between people's own spans."""

    question: Question
    fitted: RelationLearner
    recalibration: Recalibration = field(default_factory=Recalibration)

    learner: ClassVar[str] = "pairs"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        asked = cast("RelationsQuestion", question)
        known = _read(asked, inputs, labels.training.task_ids)
        related = [
            _relations(spans or (), answer) for spans, answer in zip(known.spans, labels.training.answers, strict=True)
        ]

        def make(places: np.ndarray) -> "RelationsModel":
            some = known.at(places)
            learner = RelationLearner(is_directed=asked.directed, random_state=random_state)
            return cls(question, learner.fit(some.texts, some.places(), [related[place] for place in places.tolist()]))

        def answers(model: "RelationsModel", held: np.ndarray) -> Sequence[AnsweredTask | None]:
            return [answer for answer, _ in model._answers(known.at(held))]

        def compared(answer: Any, row: int) -> Any:
            return question.compared(answer, {asked.between: known.spans[row] or ()})

        model, refitted = learn(make, answers, labels, question, random_state=random_state, compared=compared)
        model.recalibration = refitted.recalibration
        return Fit(model, refitted.shares, refitted.unseen)

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        known = _read(cast("RelationsQuestion", self.question), inputs, inputs.pool.task_ids[positions])
        found = self._answers(known)
        answers = recalibrated([answer for answer, _ in found], self.recalibration)
        is_answered = np.array([spans is not None for spans in known.spans], dtype=bool)
        certainties = np.array([certainty for _, certainty in found], dtype=np.float32)
        return ListedAnswers(answers, np.where(is_answered, certainties, 1), positions, is_answered)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        known = _read(cast("RelationsQuestion", self.question), inputs, holdout.task_ids)
        answers = recalibrated([answer for answer, _ in self._answers(known)], self.recalibration)
        rows = list(zip(known.spans, answers, holdout.answers, strict=True))
        found = [_relations(spans or (), answer.value) for spans, answer, _ in rows]
        true = [_relations(spans or (), answer) for spans, _, answer in rows]
        pairs = list(zip(map(set, found), map(set, true), strict=True))
        shares = [len(one & other) / len(one | other) if one | other else 1.0 for one, other in pairs]
        per_task = np.array(shares, dtype=np.float64)
        is_exact = np.array([one == other for one, other in pairs], dtype=bool)
        counted = score_spans(true, found)
        scores = {
            "relation_f1": counted.micro_f1(),
            "agreement": mean_estimate(per_task),
            "exact": wilson_interval(int(is_exact.sum()), len(pairs)),
        }
        confidences = np.array([answer.confidence for answer in answers], dtype=np.float64)
        details = calibration_details(confidences, is_exact)
        return Evaluation(per_task, answers, "relation_f1", scores, details, counted.by_text())

    def parameters(self) -> dict[str, Any]:
        return {"C": self.fitted.C, "options": self.fitted.labels_}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"recalibration": recalibration_as_json(self.recalibration)}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        is_measured = "recalibration" in meta  # older models say how sure they are of pairs, as it is
        recalibration = recalibration_from(meta["recalibration"]) if is_measured else Recalibration()
        return cls(question, RelationLearner.from_state(arrays), recalibration)

    def _answers(self, known: _Texts) -> list[tuple[AnsweredTask, float]]:
        """Relations that the question allows, as sure as the least sure pair is, related or not. Beside each how much
        people need not look at it: as sure as the least sure of its relations, and quite unsure of none."""
        answers = []
        related, least_sure = self.fitted.relate_surely(known.texts, known.places())
        rows = zip(known.texts, known.spans, related, least_sure.tolist(), strict=True)
        for text, spans, found, whole in rows:
            own = list(spans or ())
            value = [
                {"id": f"m{number}", "from": own[one.source]["id"], "to": own[one.target]["id"], "label": one.label}
                for number, one in enumerate(found, start=1)
            ]
            allowed = [relation for relation in value if self._is_allowed(relation, own)]
            ids = {relation["id"] for relation in allowed}
            kept = [one for number, one in enumerate(found, start=1) if f"m{number}" in ids]
            answer = AnsweredTask(allowed, whole, detail=self._reasons(text, own, kept))
            answers.append((answer, min((one.confidence for one in kept), default=0.5)))
        return answers

    def _reasons(
        self, text: str, spans: Sequence[Mapping[str, Any]], found: Sequence[FoundRelation]
    ) -> dict[str, Any] | None:
        """The words between spans that speak for how they are related, or are not; where no word does, what does."""
        if len(spans) < 2:
            return None
        words = name_words(self.fitted.words_for(text, [_place(span) for span in spans], found), text.casefold())
        return {"words": words} if words else {"because": [_NO_WORDS]}

    def _is_allowed(self, relation: Mapping[str, Any], spans: Sequence[Mapping[str, Any]]) -> bool:
        try:
            cast("RelationsQuestion", self.question).check_relation(relation, spans)
        except SchemaProblems:
            return False
        return True


def _read(asked: RelationsQuestion, inputs: Inputs, task_ids: np.ndarray) -> _Texts:
    return _Texts(texts_of(inputs, task_ids), list(inputs.answers_of(asked.between, task_ids)))


def _place(span: Mapping[str, Any]) -> Span:
    """From where a span begins to where its last part ends."""
    return span["parts"][0]["start"], span["parts"][-1]["end"], span["label"]


def _relations(spans: Sequence[Mapping[str, Any]], answer: Sequence[Mapping[str, Any]]) -> list[Relation]:
    """An answer's relations by the places of their spans in the list."""
    places = {span["id"]: place for place, span in enumerate(spans)}
    return [
        (places[one["from"]], places[one["to"]], one["label"])
        for one in answer
        if one["from"] in places and one["to"] in places
    ]
