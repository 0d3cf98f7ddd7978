"""Whether the strategy for questions with any number of options beats random at every budget.

    python -m benchmarks.multi_label_learning FILE [--seeds 3]

FILE is a gzipped CSV with the columns ``split`` (pool, test), ``text`` and ``label`` (options joined by |), such as
GoEmotions. As part of ``python -m benchmarks`` the variable BENCH_MULTI_LABEL names it; without it, nothing is run.
"""

import argparse
import csv
import gzip
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks.figures import Figure, line
from models_app.encoders.counting import TokenCounter
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import fit_vocabulary
from models_app.learners.linear import rows_at
from models_app.learners.multi_label import MultiLabelLearner, indicators, normalised_margins
from models_app.rounds.retraining import BATCH, FIRST_TRAINING, labels_until_next_training
from models_app.scoring.multi_label import multi_label_micro_f1
from models_app.selection.batches import Pool, next_batch
from models_app.selection.cold_start import cold_start
from models_app.selection.doubts import Doubts
from models_app.selection.kmeans_margin import KMeansMargin
from models_app.selection.random_order import RandomOrder

BUDGETS = range(100, 1001, 100)
_Rows = tuple[sp.csr_matrix, np.ndarray]


@dataclass(frozen=True)
class MultiLabelSet:
    """A pool and a test part: words and topics of each text, and its options by number."""

    pool: _Rows
    pool_answers: list[list[int]]
    test: _Rows
    test_chosen: np.ndarray

    def learner(self, labeled: np.ndarray, seed: int) -> MultiLabelLearner:
        answers = [self.pool_answers[position] for position in labeled]
        return MultiLabelLearner(random_state=seed).fit(rows_at(self.pool, labeled), answers)

    def micro_f1(self, learner: MultiLabelLearner) -> float:
        predicted = indicators(learner.predict(self.test), np.arange(self.test_chosen.shape[1]))
        return multi_label_micro_f1(self.test_chosen, predicted).value


def read_set(path: Path) -> MultiLabelSet:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    options = sorted({option for row in rows for option in row["label"].split("|")})
    pool, test = ([row for row in rows if row["split"] == split] for split in ("pool", "test"))
    counter = TokenCounter()
    counts = counter.count([row["text"] for row in pool])
    vocabulary = fit_vocabulary([counts.document_frequencies()], len(counts))
    pool_rows = vocabulary.transform(counts)
    topics = vocabulary.with_topics(pool_rows).topics
    test_rows = vocabulary.transform(counter.count([row["text"] for row in test]))
    pool_answers, test_answers = (
        [[options.index(option) for option in row["label"].split("|")] for row in part] for part in (pool, test)
    )
    return MultiLabelSet(
        (pool_rows, pool_rows @ topics),
        pool_answers,
        (test_rows, test_rows @ topics),
        indicators(test_answers, np.arange(len(options))),
    )


def play(data: MultiLabelSet, *, is_random: bool, seed: int, budgets: range = BUDGETS) -> list[float]:
    """Micro-F1 on the test part at each budget, of a project that begins and goes on as the product does."""
    rng = np.random.default_rng(seed)
    words, topics = data.pool
    if is_random:
        labeled = rng.permutation(len(data.pool_answers))[:FIRST_TRAINING]
    else:
        labeled = cold_start(Rows(words, topics), np.zeros((0, 0)), FIRST_TRAINING, rng)
    while len(labeled) < budgets[-1]:
        labeled = np.concatenate([labeled, _ask(data, data.learner(labeled, seed), labeled, is_random, rng)])
    return [data.micro_f1(data.learner(labeled[:budget], seed)) for budget in budgets]


def _ask(
    data: MultiLabelSet, learner: MultiLabelLearner, labeled: np.ndarray, is_random: bool, rng: np.random.Generator
) -> np.ndarray:
    n = len(data.pool_answers)
    doubts = Doubts.of_certainty(normalised_margins(learner.predict_proba(data.pool)))
    is_open = np.ones(n, dtype=bool)
    is_open[labeled] = False
    pool = Pool(is_open, lambda positions: data.pool[0][positions])
    batch = next_batch(RandomOrder() if is_random else KMeansMargin(), doubts, pool, n=BATCH, rng=rng)
    return batch.positions[: labels_until_next_training(len(labeled))]


def figures(path: Path, *, n_seeds: int) -> list[Figure]:
    data = read_set(path)
    by_random, by_strategy = (
        np.mean([play(data, is_random=is_random, seed=seed) for seed in range(n_seeds)], axis=0)
        for is_random in (True, False)
    )
    found = []
    for budget, random_f1, strategy_f1 in zip(BUDGETS, by_random, by_strategy, strict=True):
        name = f"options, micro-F1 with {budget} labels"
        found.append(Figure(f"{name}, random", round(float(random_f1), 4), "F1"))
        found.append(
            Figure(
                f"{name}, normalised margin",
                round(float(strategy_f1), 4),
                "F1",
                round(float(random_f1), 4),
                at_least=True,
            )
        )
    return found


def measure() -> list[Figure]:
    path = os.environ.get("BENCH_MULTI_LABEL")
    if not path:
        sys.stdout.write("Options: left out, BENCH_MULTI_LABEL names no file.\n")
        return []
    return figures(Path(path), n_seeds=3)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Micro-F1 of the strategy for many options, against random.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    for figure in figures(options.file, n_seeds=options.seeds):
        sys.stdout.write(line("", 0, figure) + "\n")


if __name__ == "__main__":
    main()
