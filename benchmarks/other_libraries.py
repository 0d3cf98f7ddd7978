"""How many labels active-learning loops made with other libraries need, on the same sets as ``active_learning``.

    python3 -m venv /somewhere && /somewhere/bin/pip install small-text scikit-activeml
    PYTHONPATH=. /somewhere/bin/python -m benchmarks.other_libraries [--seeds 5] [--output build/bench/others.json]

The project depends on neither library, so they are installed in an environment of their own. Each loop is what the
library's own guide leads to: TF-IDF of words and pairs of words, logistic regression, 20 random labels to begin with,
as many in each round as the product asks for. A library that is not there is left out.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.active_learning import RANDOM, SETS, read_texts, summary, table
from models_app.rounds.retraining import FIRST_TRAINING, labels_until_next_training

try:
    import small_text
except ImportError:  # the table says what is missing
    small_text = None
try:
    import skactiveml.classifier
    import skactiveml.pool
except ImportError:
    skactiveml = None


@dataclass(frozen=True)
class Pool:
    """Rows with their answers; ``n_classes`` counts all answers there are."""

    rows: sp.csr_matrix
    answers: np.ndarray
    test: sp.csr_matrix
    test_answers: np.ndarray
    n_classes: int

    def model(self) -> LogisticRegression:
        return LogisticRegression(C=10, max_iter=1000)

    def accuracy_after(self, labeled: np.ndarray) -> float | None:
        answers = self.answers[labeled]
        if len(np.unique(answers)) < 2:
            return None
        fitted = self.model().fit(self.rows[labeled], answers)
        return float((fitted.predict(self.test) == self.test_answers).mean())


class OnWhatIsThere(LogisticRegression):
    """The same regression for rows that came dense though nearly all of them is zero: they are made sparse again.

    With 150 options a fit on dense rows takes minutes, and the labels that it asks for are the same.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "OnWhatIsThere":
        return super().fit(sp.csr_matrix(X), y, sample_weight)

    def predict(self, X: Any) -> np.ndarray:
        return np.asarray(super().predict(sp.csr_matrix(X)))

    def predict_proba(self, X: Any) -> np.ndarray:
        return np.asarray(super().predict_proba(sp.csr_matrix(X)))


# A way to ask: the next ``n`` positions, from what is labeled so far.
Ask = Callable[[Pool, np.ndarray, int, int], np.ndarray]


def read_pool(name: str) -> Pool:
    texts = read_texts(name)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    rows = vectorizer.fit_transform(texts.pool)
    n_classes = int(texts.pool_answers.max()) + 1
    return Pool(rows, texts.pool_answers, vectorizer.transform(texts.test), texts.test_answers, n_classes)


def at_random(pool: Pool, labeled: np.ndarray, n: int, seed: int) -> np.ndarray:
    left = np.setdiff1d(np.arange(pool.rows.shape[0]), labeled)
    return np.random.default_rng(seed).permutation(left)[:n]


def plain_margin(pool: Pool, labeled: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The loop that everybody writes first."""
    left = np.setdiff1d(np.arange(pool.rows.shape[0]), labeled)
    probabilities = np.sort(pool.model().fit(pool.rows[labeled], pool.answers[labeled]).predict_proba(pool.rows[left]))
    return np.asarray(left[np.argsort(probabilities[:, -1] - probabilities[:, -2])[:n]])


def by_small_text(strategy: str) -> Ask:
    def ask(pool: Pool, labeled: np.ndarray, n: int, seed: int) -> np.ndarray:
        np.random.seed(seed)  # noqa: NPY002 (the library draws from the global generator)
        dataset = small_text.SklearnDataset(pool.rows, pool.answers, target_labels=np.arange(pool.n_classes))
        factory = small_text.SklearnClassifierFactory(pool.model(), pool.n_classes)
        learner = small_text.PoolBasedActiveLearner(factory, getattr(small_text, strategy)(), dataset)
        learner.initialize_data(labeled, pool.answers[labeled])
        return np.asarray(learner.query(num_samples=n))

    return ask


def by_scikit_activeml(method: str) -> Ask:
    def ask(pool: Pool, labeled: np.ndarray, n: int, seed: int) -> np.ndarray:
        known = np.full(len(pool.answers), np.nan)
        known[labeled] = pool.answers[labeled]
        dense = pool.rows.toarray()  # the library takes no sparse rows
        classes = np.arange(pool.n_classes)
        model = OnWhatIsThere(**pool.model().get_params())
        classifier = skactiveml.classifier.SklearnClassifier(model, classes=classes, missing_label=np.nan)
        strategy = skactiveml.pool.UncertaintySampling(method=method, random_state=seed)
        return np.asarray(strategy.query(X=dense, y=known, clf=classifier, batch_size=n))

    return ask


def loops() -> dict[str, Ask]:
    """Every loop that can be run here, random first."""
    found: dict[str, Ask] = {RANDOM: at_random, "scikit-learn, margin": plain_margin}
    if small_text is not None:
        for name in ("BreakingTies", "LeastConfidence", "PredictionEntropy"):
            found[f"small-text, {name}"] = by_small_text(name)
    if skactiveml is not None:
        for method in ("margin_sampling", "entropy"):
            found[f"scikit-activeml, {method.split('_')[0]}"] = by_scikit_activeml(method)
    return found


def play(pool: Pool, ask: Ask, *, seed: int, sizes: range) -> list[tuple[int, float]]:
    labeled = np.random.default_rng(seed).permutation(pool.rows.shape[0])[:FIRST_TRAINING]
    while len(labeled) < sizes[-1]:
        n = labels_until_next_training(len(labeled))
        is_begun = len(np.unique(pool.answers[labeled])) > 1
        asked = (ask if is_begun else at_random)(pool, labeled, n, seed + len(labeled))
        labeled = np.concatenate([labeled, asked])
    curve = ((size, pool.accuracy_after(labeled[:size])) for size in sizes)
    return [(size, accuracy) for size, accuracy in curve if accuracy is not None]


def measure(name: str, n_seeds: int, only: Sequence[str], bar: float | None) -> dict[str, Any]:
    """Curves and labels needed; ``bar`` is the accuracy with all labels that the shares are of."""
    pool = read_pool(name)
    sizes = range(SETS[name].every, SETS[name].budget + 1, SETS[name].every)
    everything = bar or pool.accuracy_after(np.arange(pool.rows.shape[0])) or 0.0
    result: dict[str, Any] = {"accuracy_with_all_labels": everything, "strategies": {}}
    for loop, ask in loops().items():
        if only and loop != RANDOM and not any(word in loop for word in only):
            continue
        start = time.process_time()
        curves = [play(pool, ask, seed=seed, sizes=sizes) for seed in range(n_seeds)]
        random = result["strategies"][RANDOM]["curves"] if loop != RANDOM else curves
        result["strategies"][loop] = summary(curves, random, everything, sizes) | {
            "cpu_seconds": time.process_time() - start
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Labels needed by loops made with other libraries.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["spam", "domains"])
    parser.add_argument("--only", nargs="+", default=[], help="loops whose names hold one of these words")
    parser.add_argument("--bar", type=float, help="the accuracy with all labels to measure shares of")
    parser.add_argument("--output", type=Path, default=Path("build/bench/other_libraries.json"))
    options = parser.parse_args()
    results = {name: measure(name, options.seeds, options.only, options.bar) for name in options.sets}
    sys.stdout.write(table(results) + "\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, "sets": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
