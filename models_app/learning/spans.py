"""Spans with labels, learned by conditional random fields from the texts themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from models_app.encoders.tfidf import Vocabulary
from models_app.learners.crf import LBFGS, FoundSpan, Span, SpanLearner, TaggedText
from models_app.learning.answer_evaluation import evaluate_spans, span_places
from models_app.learning.evaluation import Evaluation, calibration_details
from models_app.learning.pool_answers import ListedAnswers, PoolAnswers
from models_app.learning.question_model import (
    Fit,
    Inputs,
    Labels,
    LabelSet,
    NotLearnable,
    QuestionModel,
    Unseen,
    texts_of,
)
from models_app.learning.unseen import recalibration_as_json, recalibration_from
from models_app.rounds.metrics import wilson_interval
from models_app.scoring.recalibration import Recalibration, log_odds
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question

_FOLDS = 3
_MOST_FOR_FOLDS = 600  # texts: more make the one temperature no better and the round longer


@dataclass
class SpansModel(QuestionModel):
    """A fitted tagger, and what makes confidences of spans mean what they say."""

    question: Question
    fitted: SpanLearner
    recalibration: Recalibration

    learner: ClassVar[str] = "crf"

    @classmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        texts = texts_of(inputs, labels.training.task_ids)
        spans = [span_places(answer) for answer in labels.training.answers]
        try:
            fitted = SpanLearner(LBFGS, random_state=random_state).fit(texts, spans)
        except ValueError as refusal:
            raise NotLearnable(str(refusal)) from refusal
        # spans of tasks drawn at random stand for the pool; of chosen ones only where there are too few
        order = np.argsort(~labels.is_random, kind="stable")[:_MOST_FOR_FOLDS]
        order = np.random.default_rng(random_state).permutation(order)
        tagged = _out_of_fold([texts[row] for row in order], [spans[row] for row in order], random_state)
        confidences, are_right, exact = [], [], {"random": [0, 0], "chosen": [0, 0]}
        for row, found in tagged.items():
            own, source = set(spans[order[row]]), "random" if labels.is_random[order[row]] else "chosen"
            confidences += [span.confidence for span in found.spans]
            are_right += [span[:3] in own for span in found.spans]
            exact[source][0] += {span[:3] for span in found.spans} == own
            exact[source][1] += 1
        recalibration = Recalibration.fit(log_odds(np.array(confidences)), np.array(are_right, dtype=bool))
        shares = {source: wilson_interval(right, n).as_json() for source, (right, n) in exact.items()}
        model = cls(question, fitted, recalibration)
        rows = sorted(tagged, key=lambda row: order[row])
        answers = [model._answered(texts[order[row]], tagged[row]) for row in rows]
        return Fit(model, shares, Unseen(order[rows], answers))

    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        positions = np.arange(len(inputs.pool)) if positions is None else positions
        tagged = self.fitted.tag(texts := texts_of(inputs, inputs.pool.task_ids[positions]))
        answers = [self._answered(text, found) for text, found in zip(texts, tagged, strict=True)]
        certainties = np.exp(-np.array([found.uncertainty for found in tagged], dtype=np.float32))
        return ListedAnswers(answers, certainties, positions)

    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        texts = texts_of(inputs, holdout.task_ids)
        tagged = self.fitted.tag(texts)
        answers = [self._answered(text, found) for text, found in zip(texts, tagged, strict=True)]
        found = evaluate_spans(self.question, answers, holdout.answers)
        true = [set(span_places(answer)) for answer in holdout.answers]
        confidences = [span.confidence for text in tagged for span in text.spans]
        are_right = [span[:3] in own for text, own in zip(tagged, true, strict=True) for span in text.spans]
        calibrated = self.recalibration.apply(log_odds(np.array(confidences, dtype=np.float64)))
        calibration = calibration_details(calibrated, np.array(are_right, dtype=bool))
        return replace(found, details={**found.details, **calibration})

    def parameters(self) -> dict[str, Any]:
        return {"algorithm": self.fitted.algorithm, "options": self.fitted.labels_}

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"recalibration": recalibration_as_json(self.recalibration)}, self.fitted.state()

    @classmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        return cls(question, SpanLearner.from_state(arrays), recalibration_from(meta["recalibration"]))

    def _answered(self, text: str, found: TaggedText) -> AnsweredTask:
        """The spans in wire format. The answer is as sure as its least sure span; without spans, as its tagging."""
        spans = self._allowed(found.spans)
        sure = self.recalibration.apply(log_odds(np.array([span.confidence for span in spans], dtype=np.float64)))
        value = [
            {
                "id": f"m{number}",
                "parts": [{"start": span.start, "end": span.end, "text": text[span.start : span.end]}],
                "label": span.label,
                "confidence": round(float(confidence), 3),
            }
            for number, (span, confidence) in enumerate(zip(spans, sure, strict=True), start=1)
        ]
        words = {"words": found.words} if value and found.words else None
        return AnsweredTask(value, float(sure.min()) if len(sure) else found.probability, (), words)

    def _allowed(self, spans: Sequence[FoundSpan]) -> list[FoundSpan]:
        """What the question takes: labels that can be given, and where spans must not overlap, the surer ones."""
        labels = set(getattr(self.question, "open_values", ()))
        kept: list[FoundSpan] = []
        for span in sorted(set(spans), key=lambda span: -span.confidence):
            overlaps = any(span.start < other.end and other.start < span.end for other in kept)
            if span.label in labels and (getattr(self.question, "overlapping", True) or not overlaps):
                kept.append(span)
        return sorted(kept)


def _out_of_fold(texts: Sequence[str], spans: Sequence[Sequence[Span]], random_state: int) -> dict[int, TaggedText]:
    """What taggers find that were fitted on the other folds, by row; rows of folds that nothing can be learned from
    are missing."""
    found: dict[int, TaggedText] = {}
    for fold in range(_FOLDS):
        held = range(fold, len(texts), _FOLDS)
        rest = [row for row in range(len(texts)) if row % _FOLDS != fold]
        try:
            learner = SpanLearner(LBFGS, random_state=random_state)
            learner.fit([texts[row] for row in rest], [spans[row] for row in rest])
        except ValueError:
            continue
        found.update(zip(held, learner.tag([texts[row] for row in held]), strict=True))
    return found
