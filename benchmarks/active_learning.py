"""How many labels each query strategy needs, beside random, on the demo sets.

    python -m benchmarks.active_learning [--seeds 5] [--strategies all] [--output build/bench/active_learning.json]

Each run plays a project: encode the pool, ask for a first batch, fit, ask for the next one, as the product does,
with the product's own modules and defaults. The bar is a share of the accuracy on the test part that the same model
reaches when it has all labels of the pool. "over random" is the mean accuracy along the way less that of random with
the same seed, in points, with the interval that holds the truth in 95 of 100 cases.
"""

import argparse
import csv
import gzip
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from models_app.encoders.counting import TokenCounter
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary, fit_vocabulary
from models_app.learners.logistic import LogisticLearner
from models_app.learners.top_options import top_options_of_parts
from models_app.registries import strategies
from models_app.rounds.calibration import softmax
from models_app.rounds.retraining import BATCH, FIRST_TRAINING, labels_until_next_training
from models_app.selection.batches import Pool, next_batch
from models_app.selection.cold_start import cold_start
from models_app.selection.committee import bootstrap_committee
from models_app.selection.strategies import CloseLook


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
    "intents": DemoSet("clinc150.csv.gz", column="intent", budget=1500, every=50),
}
RANDOM = "random"
USUAL = (RANDOM, "margin", "kmeans_margin")
SHARES = (0.90, 0.95, 0.98)


@dataclass(frozen=True)
class LabeledSet:
    """A pool with its answers and a test part, as rows."""

    vocabulary: Vocabulary
    pool: Rows
    pool_answers: np.ndarray
    test: Rows
    test_answers: np.ndarray

    def accuracy_after(self, positions: np.ndarray) -> float | None:
        """Accuracy on the test part of a model that knows the answers at ``positions``; None before two options."""
        answers = self.pool_answers[positions]
        if len(np.unique(answers)) < 2:
            return None
        learner = LogisticLearner(self.vocabulary.topics).fit(self.pool[positions], answers)
        return float((learner.predict(self.test) == self.test_answers).mean())


@dataclass(frozen=True)
class Texts:
    """The texts of a set and the numbers of their answers."""

    pool: list[str]
    pool_answers: np.ndarray
    test: list[str]
    test_answers: np.ndarray


def read_texts(name: str) -> Texts:
    return read_file(DATA / SETS[name].file_name, SETS[name].column)


def read_file(path: Path, column: str) -> Texts:
    """A set with the columns ``split`` (pool or test), ``text`` and ``column``."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    options = {option: number for number, option in enumerate(sorted({row[column] for row in rows}))}
    pool, test = ([row for row in rows if row["split"] == split] for split in ("pool", "test"))
    return Texts(
        [row["text"] for row in pool],
        np.array([options[row[column]] for row in pool]),
        [row["text"] for row in test],
        np.array([options[row[column]] for row in test]),
    )


def read_set(name: str) -> LabeledSet:
    return encoded(read_texts(name))


def encoded(texts: Texts) -> LabeledSet:
    """The texts as the product encodes them by their words."""
    counter = TokenCounter()
    counts = counter.count(texts.pool)
    vocabulary = fit_vocabulary([counts.document_frequencies()], len(counts))
    pool = vocabulary.transform(counts)
    test = vocabulary.transform(counter.count(texts.test))
    return LabeledSet(vocabulary.with_topics(pool), Rows(pool), texts.pool_answers, Rows(test), texts.test_answers)


def play(data: LabeledSet, strategy: str, *, seed: int, sizes: range) -> list[tuple[int, float]]:
    """The learning curve of one project: (labels, accuracy) for some numbers of labels."""
    rng = np.random.default_rng(seed)
    if strategy == RANDOM:
        labeled = rng.permutation(data.pool.shape[0])[:FIRST_TRAINING]
    else:
        typical = strategies.get(strategy).starts_typical
        labeled = cold_start(data.pool, data.vocabulary.topics, FIRST_TRAINING, rng, typical=typical)
    while len(labeled) < sizes[-1]:
        asked = _ask(data, strategy, labeled, rng)
        if not len(asked):
            break
        labeled = np.concatenate([labeled, asked])
    curve = ((size, data.accuracy_after(labeled[:size])) for size in sizes if size <= len(labeled))
    return [(size, accuracy) for size, accuracy in curve if accuracy is not None]


def _ask(data: LabeledSet, name: str, labeled: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = labels_until_next_training(len(labeled))
    is_open = np.ones(data.pool.shape[0], dtype=bool)
    is_open[labeled] = False
    answers = data.pool_answers[labeled]
    if len(np.unique(answers)) < 2:
        return rng.permutation(np.flatnonzero(is_open))[:n]
    learner = LogisticLearner(data.vocabulary.topics).fit(data.pool[labeled], answers)
    strategy = strategies.get(name)()
    coef, intercept, classes = learner.coef_, learner.intercept_, learner.classes_
    top = top_options_of_parts([data.pool], coef, intercept, classes, 1.0, strategy.measures)
    pool = Pool(is_open, lambda positions: data.pool[positions])
    batch = next_batch(strategy, top.doubts, pool, n=BATCH, rng=rng, look=_look(data, learner, labeled, rng))
    return batch.positions[:n]  # the next training comes before the batch is used up


def _look(data: LabeledSet, learner: LogisticLearner, labeled: np.ndarray, rng: np.random.Generator) -> CloseLook:
    answers, rows_of_labels = data.pool_answers[labeled], data.pool[labeled]

    def committee(rows: Rows) -> list[np.ndarray]:
        def fit(draw: np.ndarray) -> LogisticLearner:
            return LogisticLearner(data.vocabulary.topics).fit(rows_of_labels[draw], answers[draw])

        return [softmax(one.decision_function(rows)) for one in bootstrap_committee(fit, answers, rng)]

    return CloseLook(lambda rows: softmax(learner.decision_function(rows)), committee, labeled)


def labels_to_reach(curves: list[list[tuple[int, float]]], accuracy: float, sizes: range) -> int | None:
    """The fewest labels at which the mean curve reaches ``accuracy``; None when it does not."""
    known = [dict(curve) for curve in curves]
    return next((size for size in sizes if np.mean([curve.get(size, 0.0) for curve in known]) >= accuracy), None)


def over_random(curves: list[list[tuple[int, float]]], random: list[list[tuple[int, float]]]) -> dict[str, float]:
    """The gain over random in mean accuracy along the way, seed by seed, with its 95 % interval (Student's t).

    >>> gain = over_random([[(10, 0.6)], [(10, 0.8)]], [[(10, 0.5)], [(10, 0.5)]])
    >>> round(gain["value"], 3)
    0.2
    """
    gains = [_area(one) - _area(other) for one, other in zip(curves, random, strict=True)]
    mean, n = float(np.mean(gains)), len(gains)
    reach = float(student.ppf(0.975, n - 1) * np.std(gains, ddof=1) / np.sqrt(n)) if n > 1 else float("inf")
    return {"value": mean, "low": mean - reach, "high": mean + reach}


def _area(curve: list[tuple[int, float]]) -> float:
    return float(np.mean([accuracy for _, accuracy in curve]))


def measure(name: str, n_seeds: int, names: Sequence[str]) -> dict[str, Any]:
    """Curves, labels needed and the gain over random on one set for some strategies."""
    data = read_set(name)
    demo_set = SETS[name]
    sizes = range(demo_set.every, demo_set.budget + 1, demo_set.every)
    everything = data.accuracy_after(np.arange(data.pool.shape[0])) or 0.0
    result: dict[str, Any] = {"accuracy_with_all_labels": everything, "pool": data.pool.shape[0], "strategies": {}}
    for strategy in dict.fromkeys([RANDOM, *names]):
        start = time.process_time()
        curves = [play(data, strategy, seed=seed, sizes=sizes) for seed in range(n_seeds)]
        random = result["strategies"][RANDOM]["curves"] if strategy != RANDOM else curves
        result["strategies"][strategy] = summary(curves, random, everything, sizes) | {
            "cpu_seconds": time.process_time() - start
        }
    return result


def summary(
    curves: list[list[tuple[int, float]]], random: list[list[tuple[int, float]]], everything: float, sizes: range
) -> dict[str, Any]:
    """What the table says of some runs, beside random ones of the same seeds."""
    return {
        "labels_to": {f"{share:.0%}": labels_to_reach(curves, share * everything, sizes) for share in SHARES},
        "mean_accuracy": float(np.mean([_area(curve) for curve in curves])),
        "over_random": over_random(curves, random),
        "curves": curves,
    }


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"{'set':9}{'strategy':26}" + "".join(f"{f'to {share:.0%}':>9}" for share in SHARES) + "    mean  over random"
    ]
    for name, result in results.items():
        for strategy, measured in result["strategies"].items():
            needed = "".join(f"{count or f'>{SETS[name].budget}':>9}" for count in measured["labels_to"].values())
            gain = "".join(f"{100 * measured['over_random'][part]:+7.1f}" for part in ("value", "low", "high"))
            lines.append(f"{name:9}{strategy:26}{needed}{measured['mean_accuracy']:8.3f}{gain}")
        lines.append(f"{name:9}{'all labels':26}{result['accuracy_with_all_labels']:35.3f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Labels needed by each query strategy on the demo sets.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["spam", "domains"])
    parser.add_argument("--strategies", nargs="+", choices=["all", *strategies], default=USUAL)
    parser.add_argument("--output", type=Path, default=Path("build/bench/active_learning.json"))
    options = parser.parse_args(arguments)
    names = list(strategies) if "all" in options.strategies else options.strategies
    results = {name: measure(name, options.seeds, names) for name in options.sets}
    sys.stdout.write(table(results) + "\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, "sets": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
