"""How many sentences the strategy for spans needs for the F1 that random reaches with 2,000.

    python -m benchmarks.span_learning FOLDER [--seeds 3]

FOLDER holds ``wnut17_train.jsonl.gz`` and ``wnut17_test.jsonl.gz``: ``{"tokens": [...], "tags": [BIO]}`` a line. As
part of ``python -m benchmarks`` the variable BENCH_SPANS names it; without it, nothing is run. The set is hard: what
is to be found in the test part was never seen in training, and F1 stays near .17 with any model of this kind.
"""

import argparse
import gzip
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks.figures import Figure, line
from models_app.encoders.counting import TokenCounter
from models_app.encoders.tfidf import fit_vocabulary
from models_app.learners.crf import LBFGS, SpanLearner
from models_app.learners.span_tokens import token_offsets
from models_app.scoring.spans import Span, score_spans, spans_of_tags
from models_app.selection.batches import Pool, next_batch
from models_app.selection.doubts import Doubts
from models_app.selection.margin import Margin

_FIRST, _BATCH = 100, 100
_RANDOM_BUDGET, _SHARE = 2000, 0.6
_BUDGETS = range(200, _RANDOM_BUDGET + 1, 200)


@dataclass(frozen=True)
class SpanSet:
    """Sentences with their spans, to learn from and to test on."""

    texts: list[str]
    spans: list[list[Span]]
    test_texts: list[str]
    test_spans: list[list[Span]]
    rows: sp.csr_matrix  # by which near copies are known

    def micro_f1(self, labeled: np.ndarray, seed: int) -> float:
        """F1 on the test part of the model that pre-labels, once the sentences at ``labeled`` are known."""
        learner = SpanLearner(random_state=seed).fit(*self.at(labeled))
        return score_spans(self.test_spans, learner.predict(self.test_texts)).micro_f1().value

    def at(self, positions: np.ndarray) -> tuple[list[str], list[list[Span]]]:
        return [self.texts[position] for position in positions], [self.spans[position] for position in positions]


def read_sentences(path: Path) -> tuple[list[str], list[list[Span]]]:
    """Tokens joined by blanks, and the spans of their tags in code points."""
    texts, spans = [], []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            begins = np.cumsum([0, *(len(token) + 1 for token in row["tokens"])])
            texts.append(" ".join(row["tokens"]))
            found = spans_of_tags(row["tags"])
            spans.append([(int(begins[first]), int(begins[behind]) - 1, label) for first, behind, label in found])
    return texts, spans


def play(data: SpanSet, *, is_random: bool, seed: int) -> dict[int, float]:
    """F1 on the test part by number of sentences labeled."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data.texts))
    labeled = order if is_random else order[:_FIRST]
    while len(labeled) < _RANDOM_BUDGET:
        labeled = np.concatenate([labeled, _ask(data, labeled, rng)])
    return {budget: data.micro_f1(labeled[:budget], seed) for budget in _BUDGETS}


def _ask(data: SpanSet, labeled: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rest = np.setdiff1d(np.arange(len(data.texts)), labeled)
    learner = SpanLearner(LBFGS).fit(*data.at(labeled))
    tagged = learner.tag([data.texts[position] for position in rest])
    doubts = Doubts.of_certainty(np.exp(-np.array([text.uncertainty for text in tagged])))
    pool = Pool(np.ones(len(rest), dtype=bool), lambda positions: data.rows[rest[positions]])
    asked = rest[next_batch(Margin(), doubts, pool, n=_BATCH, rng=rng).positions]
    return asked if len(asked) else rng.permutation(rest)[:_BATCH]  # nothing but near copies is left


def figures(folder: Path, *, n_seeds: int) -> list[Figure]:
    texts, spans = read_sentences(folder / "wnut17_train.jsonl.gz")
    counts = TokenCounter().count(texts)
    rows = fit_vocabulary([counts.document_frequencies()], len(counts)).transform(counts)
    data = SpanSet(texts, spans, *read_sentences(folder / "wnut17_test.jsonl.gz"), rows)
    curves = {
        name: [play(data, is_random=is_random, seed=seed) for seed in range(n_seeds)]
        for name, is_random in (("random", True), ("least confidence", False))
    }
    means = {
        name: {budget: float(np.mean([curve[budget] for curve in played])) for budget in _BUDGETS}
        for name, played in curves.items()
    }
    bar = means["random"][_RANDOM_BUDGET]
    found = [
        Figure(f"spans, F1 with {budget} sentences, {name}", round(means[name][budget], 4), "F1")
        for budget in _BUDGETS
        for name in means
    ]
    needed = next((budget for budget in _BUDGETS if means["least confidence"][budget] >= bar), None)
    what = f"spans, sentences to random's F1 at {_RANDOM_BUDGET:,}{'' if needed else ' (not reached)'}"
    found.append(Figure(what, needed or 2 * _RANDOM_BUDGET, "sentences", _SHARE * _RANDOM_BUDGET))
    return found + _speed(data)


def _speed(data: SpanSet) -> list[Figure]:
    positions = np.arange(min(_RANDOM_BUDGET, len(data.texts)))
    began = time.process_time()
    learner = SpanLearner().fit(*data.at(positions))
    fitted = time.process_time()
    tagged = learner.predict(data.test_texts)
    done = time.process_time()
    learner.tag(data.test_texts[:50])
    n_tokens = sum(len(token_offsets(text)) for text in data.test_texts)
    f1 = score_spans(data.test_spans, tagged).micro_f1()
    return [
        Figure(f"spans, fitting {len(positions):,} sentences", round(fitted - began, 2), "CPU s"),
        Figure("spans, tagging", round(n_tokens / (done - fitted)), "tokens/s", 100_000, at_least=True),
        Figure("spans, 50 sentences tagged with confidences", round(time.process_time() - done, 3), "CPU s", 1.0),
        Figure(f"spans, lower end of the interval of F1 {f1.value:.3f}", round(f1.low, 3), "F1"),
        Figure(f"spans, upper end of the interval of F1 {f1.value:.3f}", round(f1.high, 3), "F1"),
    ]


def measure() -> list[Figure]:
    folder = os.environ.get("BENCH_SPANS")
    if not folder:
        sys.stdout.write("Learning of spans: left out, BENCH_SPANS names no folder.\n")
        return []
    return figures(Path(folder), n_seeds=3)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Sentences needed for random's F1 at 2,000.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    for figure in figures(options.folder, n_seeds=options.seeds):
        sys.stdout.write(line("", 0, figure) + "\n")


if __name__ == "__main__":
    main()
