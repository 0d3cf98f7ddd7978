"""How few labels tell dense rows apart, in the default order and at random: what benchmarks of files share."""

import numpy as np
import scipy.sparse as sp

from benchmarks.active_learning import RANDOM, LabeledSet, play
from benchmarks.figures import Figure
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary

DEFAULT = "kmeans_margin"
_TEST_SHARE = 3  # one in three
_NO_WORDS = Vocabulary(
    np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32), 0
)


def accuracies(name: str, dense: np.ndarray, answers: np.ndarray, *, seeds: int, sizes: range) -> list[Figure]:
    """Mean accuracy on rows that were never asked about, by order and number of labels."""
    curves: dict[tuple[str, int], list[float]] = {}
    for seed in range(seeds):
        data = _split(dense, answers, seed)
        for strategy in (RANDOM, DEFAULT):
            for size, accuracy in play(data, strategy, seed=seed, sizes=sizes):
                curves.setdefault((strategy, size), []).append(accuracy)
    return [
        Figure(f"{name}: accuracy, {strategy}, {size} labels", round(float(np.mean(scores)), 3), "")
        for (strategy, size), scores in curves.items()
    ]


def _split(dense: np.ndarray, answers: np.ndarray, seed: int) -> LabeledSet:
    order = np.random.default_rng(seed).permutation(len(answers))
    test, pool = np.split(order, [len(order) // _TEST_SHARE])
    rows = [Rows(sp.csr_matrix((len(part), 0), dtype=np.float32), dense[part]) for part in (pool, test)]
    return LabeledSet(_NO_WORDS, rows[0], answers[pool], rows[1], answers[test])
