"""How many labels the default strategy needs, beside margin and random, on the two demo sets.

    python -m benchmarks.active_learning [--seeds 5] [--output build/bench/active_learning.json]

Each run plays a project: encode the pool, ask for a first batch, fit, ask for the next one, as the product does,
with the product's own modules and defaults. The bar is a share of the accuracy on the test part that the same model
reaches when it has all labels of the pool.
"""

import argparse
import csv
import gzip
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from models_app.encoders.counting import TokenCounter
from models_app.encoders.tfidf import Vocabulary, fit_vocabulary
from models_app.learners.logistic import LogisticLearner
from models_app.learners.top_options import top_options_of_parts
from models_app.retraining import BATCH, FIRST_TRAINING, labels_until_next_training
from models_app.selection.batches import next_batch
from models_app.selection.cold_start import cold_start
from models_app.selection.kmeans_margin import KMeansMargin
from models_app.selection.margin import Margin
from models_app.selection.random_order import RandomOrder
from models_app.selection.strategies import Strategy


@dataclass(frozen=True)
class DemoSet:
    """A file, its column of answers, how many labels a run may ask for, and how often it is measured."""

    file_name: str
    column: str
    budget: int
    every: int


DATA = Path(__file__).resolve().parent.parent / "projects" / "demo"
SETS = {
    "spam": DemoSet("sms_spam.csv.gz", column="label", budget=400, every=5),
    "domains": DemoSet("clinc150.csv.gz", column="domain", budget=1200, every=20),
}
STRATEGIES: dict[str, Strategy] = {"random": RandomOrder(), "margin": Margin(), "kmeans_margin": KMeansMargin()}
DEFAULT = "kmeans_margin"
SHARES = (0.90, 0.95, 0.98)


@dataclass(frozen=True)
class LabeledSet:
    """A pool with its answers and a test part, as rows."""

    vocabulary: Vocabulary
    pool: sp.csr_matrix
    pool_answers: np.ndarray
    test: sp.csr_matrix
    test_answers: np.ndarray

    def accuracy_after(self, positions: np.ndarray) -> float | None:
        """Accuracy on the test part of a model that knows the answers at ``positions``; None before two options."""
        answers = self.pool_answers[positions]
        if len(np.unique(answers)) < 2:
            return None
        learner = LogisticLearner(self.vocabulary.topics).fit(self.pool[positions], answers)
        return float((learner.predict(self.test) == self.test_answers).mean())


def read_set(name: str) -> LabeledSet:
    column = SETS[name].column
    with gzip.open(DATA / SETS[name].file_name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    options = sorted({row[column] for row in rows})
    counter = TokenCounter()
    pool_rows, test_rows = ([row for row in rows if row["split"] == split] for split in ("pool", "test"))
    counts = counter.count([row["text"] for row in pool_rows])
    vocabulary = fit_vocabulary([counts.document_frequencies()], len(counts))
    pool = vocabulary.transform(counts)
    return LabeledSet(
        vocabulary.with_topics(pool),
        pool,
        np.array([options.index(row[column]) for row in pool_rows]),
        vocabulary.transform(counter.count([row["text"] for row in test_rows])),
        np.array([options.index(row[column]) for row in test_rows]),
    )


def play(data: LabeledSet, strategy_name: str, *, seed: int, sizes: range) -> list[tuple[int, float]]:
    """The learning curve of one project: (labels, accuracy) for some numbers of labels."""
    rng = np.random.default_rng(seed)
    n_pool = data.pool.shape[0]
    if strategy_name == DEFAULT:
        labeled = cold_start(data.pool, data.vocabulary.topics, FIRST_TRAINING, rng)
    else:
        labeled = rng.permutation(n_pool)[:FIRST_TRAINING]
    while len(labeled) < sizes[-1]:
        labeled = np.concatenate([labeled, _ask(data, STRATEGIES[strategy_name], labeled, rng)])
    curve = ((size, data.accuracy_after(labeled[:size])) for size in sizes)
    return [(size, accuracy) for size, accuracy in curve if accuracy is not None]


def _ask(data: LabeledSet, strategy: Strategy, labeled: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = labels_until_next_training(len(labeled))
    is_open = np.ones(data.pool.shape[0], dtype=bool)
    is_open[labeled] = False
    answers = data.pool_answers[labeled]
    if len(np.unique(answers)) < 2:
        return rng.permutation(np.flatnonzero(is_open))[:n]
    learner = LogisticLearner(data.vocabulary.topics).fit(data.pool[labeled], answers)
    top = top_options_of_parts([data.pool], learner.coef_, learner.intercept_, learner.classes_, 1.0)
    batch = next_batch(strategy, top, is_open, lambda positions: data.pool[positions], n=BATCH, rng=rng)
    return batch.positions[:n]  # the next training comes before the batch is used up


def labels_to_reach(curves: list[list[tuple[int, float]]], accuracy: float, sizes: range) -> int | None:
    """The fewest labels at which the mean curve reaches ``accuracy``; None when it does not."""
    known = [dict(curve) for curve in curves]
    return next((size for size in sizes if np.mean([curve.get(size, 0.0) for curve in known]) >= accuracy), None)


def measure(name: str, n_seeds: int) -> dict[str, Any]:
    """Curves and labels needed on one set for every strategy."""
    data = read_set(name)
    demo_set = SETS[name]
    sizes = range(demo_set.every, demo_set.budget + 1, demo_set.every)
    everything = data.accuracy_after(np.arange(data.pool.shape[0])) or 0.0
    result: dict[str, Any] = {"accuracy_with_all_labels": everything, "pool": data.pool.shape[0], "strategies": {}}
    for strategy in STRATEGIES:
        start = time.process_time()
        curves = [play(data, strategy, seed=seed, sizes=sizes) for seed in range(n_seeds)]
        result["strategies"][strategy] = {
            "labels_to": {f"{share:.0%}": labels_to_reach(curves, share * everything, sizes) for share in SHARES},
            "mean_accuracy": float(np.mean([accuracy for curve in curves for _, accuracy in curve])),
            "curves": curves,
            "cpu_seconds": time.process_time() - start,
        }
    return result


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = [f"{'set':9}{'strategy':15}" + "".join(f"{f'to {share:.0%}':>9}" for share in SHARES) + f"{'mean':>8}"]
    for name, result in results.items():
        for strategy, measured in result["strategies"].items():
            needed = "".join(f"{count or f'>{SETS[name].budget}':>9}" for count in measured["labels_to"].values())
            lines.append(f"{name:9}{strategy:15}{needed}{measured['mean_accuracy']:8.3f}")
        lines.append(f"{name:9}{'all labels':15}{result['accuracy_with_all_labels']:35.3f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Labels needed by each query strategy on the demo sets.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--output", type=Path, default=Path("build/bench/active_learning.json"))
    options = parser.parse_args(arguments)
    results = {name: measure(name, options.seeds) for name in options.sets}
    sys.stdout.write(table(results) + "\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, "sets": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
