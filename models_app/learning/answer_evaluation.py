"""How answers that came from elsewhere compare with those of people: one function per kind of question.

Each takes the question, the answers (of value None where there is none) and the truth; kinds without one of their own
are compared as two people's answers are.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from models_app.learning.evaluation import Evaluation, agreement_of, evaluate_agreement, evaluate_numbers
from models_app.rounds.metrics import mean_estimate, wilson_interval
from models_app.scoring.bootstrap import f1_from_sums
from models_app.scoring.spans import score_spans
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.questions.question import Question
from projects.schema.questions.region_matching import SAME_OVERLAP, matched
from projects.schema.questions.regions import RegionsQuestion

# How sure a source is that told no confidence.
UNTOLD = -1.0


def answers_of(values: Sequence[Any], confidences: Sequence[float | None]) -> list[AnsweredTask]:
    """Stored predictions as answers."""
    pairs = zip(values, confidences, strict=True)
    return [AnsweredTask(value, UNTOLD if confidence is None else confidence) for value, confidence in pairs]


def evaluate_answers(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> Evaluation:
    """Answers of any form."""
    return evaluate_agreement(question, answers, truth)


def evaluate_choices(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> Evaluation:
    """One option for each task. The details' options are places in the list of all that can be answered now.

    An answer that is none of them is wrong, whatever people said.
    """
    numbers = {value: number for number, value in enumerate(getattr(question, "open_values", ()))}
    predicted = np.array([numbers.get(answer.value, len(numbers)) for answer in answers], dtype=np.int64)
    true = np.array([numbers[answer] for answer in truth], dtype=np.int64)
    sure = np.array([answer.confidence for answer in answers], dtype=np.float64)
    return evaluate_numbers(answers, predicted, true, None if (sure == UNTOLD).any() else sure)


def evaluate_spans(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> Evaluation:
    """Spans, by whether both ends and the label are right."""
    found = [set(span_places(answer.value or [])) for answer in answers]
    true = [set(span_places(answer)) for answer in truth]
    spans = score_spans([sorted(one) for one in true], [sorted(one) for one in found])
    agreement = agreement_of(question, answers, truth)
    scores = {
        "span_f1": spans.micro_f1(),
        "macro_f1": spans.macro_f1(),
        "agreement": mean_estimate(agreement),
        "exact": wilson_interval(sum(map(set.__eq__, found, true)), len(true)),
    }
    details = {"label_scores": spans.by_label()}
    return Evaluation(agreement, answers, "span_f1", scores, details, spans.by_text())


def evaluate_regions(question: Question, answers: Sequence[AnsweredTask], truth: Sequence[Any]) -> Evaluation:
    """Regions, by whether the label is right and they overlap by half."""
    asked = cast("RegionsQuestion", question)
    pairs = [(list(answer.value or []), right) for answer, right in zip(answers, truth, strict=True)]
    same = [matched(found, right, asked.geometry, least=SAME_OVERLAP) for found, right in pairs]
    counts = [(len(one), len(found), len(right)) for one, (found, right) in zip(same, pairs, strict=True)]
    parts = np.array(counts, dtype=np.float64).reshape(-1, 3)
    agreement = agreement_of(question, answers, truth)
    is_exact = (parts[:, 0] == parts[:, 1]) & (parts[:, 0] == parts[:, 2])
    scores = {
        "region_f1": f1_from_sums(parts),
        "agreement": mean_estimate(agreement),
        "exact": wilson_interval(int(is_exact.sum()), len(pairs)),
    }
    return Evaluation(agreement, answers, "region_f1", scores, parts=parts)


def span_places(answer: Any) -> list[tuple[int, int, str]]:
    """Each part of each span with its label."""
    return [(part["start"], part["end"], span["label"]) for span in answer for part in span["parts"]]
