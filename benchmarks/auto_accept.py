"""How much auto-accept takes off people, and how right it is, on the demo sets.

    python -m benchmarks.auto_accept [--seeds 5] [--sets spam domains intents] [--output build/bench/auto_accept.json]

Each run plays a project with the product's own modules: some tasks drawn at random are held out, labels are asked for
at random or by the default strategy, a model is fitted and calibrated, thresholds are found on the holdout, and all
tasks that still wait and lie above them are accepted. Whether these are right is known, so the accuracy is that of
everything that was accepted. The calibration error is that of the test part, a random slice that nothing has seen.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.active_learning import SETS, LabeledSet, read_set
from benchmarks.figures import Figure
from models_app.encoders.rows import Rows
from models_app.learners.logistic import LogisticLearner
from models_app.learners.top_options import top_options_of_parts
from models_app.learning.choice import ChoiceModel
from models_app.learning.question_model import Inputs, Labels, LabelSet
from models_app.registries import strategies
from models_app.rounds.calibration import softmax
from models_app.rounds.metrics import expected_calibration_error, wilson_interval
from models_app.rounds.retraining import BATCH, FIRST_TRAINING
from models_app.scoring.acceptance import OptionThreshold, option_thresholds
from models_app.selection.batches import Pool, next_batch
from models_app.selection.cold_start import cold_start
from projects.schema import parse_schema

TARGET = 0.95
HOLDOUTS = (200, 400)  # labels: the usual number, and what it becomes when people go on
ASKED = ("random", "kmeans_margin")


@dataclass(frozen=True)
class _Rows:
    """The pool as a learning round sees it."""

    rows: Rows

    def rows_at(self, positions: np.ndarray) -> Rows:
        return self.rows[positions]


@dataclass(frozen=True)
class _Inputs:
    pool: _Rows
    vocabulary: Any


@dataclass(frozen=True)
class Asked:
    """Which tasks were labeled, in order, and which of them were drawn at random."""

    positions: np.ndarray
    is_random: np.ndarray


def ask(data: LabeledSet, strategy: str, is_free: np.ndarray, budget: int, rng: np.random.Generator) -> Asked:
    """The labels of a project, asked for a batch at a time among the tasks that are free."""
    free = np.flatnonzero(is_free)
    if strategy == "random":
        return Asked(rng.permutation(free)[:budget], np.ones(budget, dtype=bool))
    started = cold_start(data.pool[free], data.vocabulary.topics, FIRST_TRAINING, rng)
    positions, is_random = free[started], np.zeros(len(started), dtype=bool)
    while len(positions) < budget:
        learner = LogisticLearner(data.vocabulary.topics).fit(data.pool[positions], data.pool_answers[positions])
        is_open = is_free.copy()
        is_open[positions] = False
        chosen = strategies.get(strategy)()
        top = top_options_of_parts(
            [data.pool], learner.coef_, learner.intercept_, learner.classes_, 1.0, chosen.measures
        )
        batch = next_batch(chosen, top.doubts, Pool(is_open, lambda at: data.pool[at]), n=BATCH, rng=rng)
        positions = np.concatenate([positions, batch.positions])
        is_random = np.concatenate([is_random, batch.is_random])
    return Asked(positions[:budget], is_random[:budget])


def play(data: LabeledSet, strategy: str, *, seed: int, budget: int) -> dict[str, Any]:
    """One project: what its model would have accepted with each size of holdout, and how calibrated it is."""
    rng = np.random.default_rng(seed)
    held = rng.permutation(len(data.pool_answers))[: max(HOLDOUTS)]
    is_free = np.ones(len(data.pool_answers), dtype=bool)
    is_free[held] = False
    asked = ask(data, strategy, is_free, budget, rng)
    model = _fit(data, asked, seed)
    is_free[asked.positions] = False
    waiting = np.flatnonzero(is_free)
    options, confidences, is_right = _answers(model, data.pool[waiting], data.pool_answers[waiting])
    _, sure, right = _answers(model, data.test, data.test_answers)
    found: dict[str, Any] = {"calibration_error": expected_calibration_error(sure, right), "accepted": {}}
    for n in HOLDOUTS:
        on_holdout = _answers(model, data.pool[held[:n]], data.pool_answers[held[:n]])
        groups = option_thresholds(on_holdout[0].tolist(), on_holdout[1], on_holdout[2], target=TARGET)
        is_accepted = confidences >= _thresholds(groups, options)
        accuracy = wilson_interval(int(is_right[is_accepted].sum()), int(is_accepted.sum()))
        found["accepted"][str(n)] = {"share": float(is_accepted.mean()), "accuracy": accuracy.as_json()}
    return found


def _fit(data: LabeledSet, asked: Asked, seed: int) -> ChoiceModel:
    """The model as a learning round makes it, with its temperature."""
    n_options = int(data.pool_answers.max()) + 1
    definition = {"name": "label", "kind": "choice", "on": "text", "options": [str(one) for one in range(n_options)]}
    schema = parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [definition]})
    answers = [str(answer) for answer in data.pool_answers[asked.positions]]
    training = LabelSet(asked.positions, asked.positions, answers)
    nothing = np.zeros(0, dtype=np.int64)
    labels = Labels(training, asked.is_random, LabelSet(nothing, nothing, []), "")
    inputs = cast("Inputs", _Inputs(_Rows(data.pool), data.vocabulary))
    return cast("ChoiceModel", ChoiceModel.fit(schema.questions[0], inputs, labels, random_state=seed).model)


def _answers(model: ChoiceModel, rows: Rows, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The likeliest options, how sure the model is of them, and whether they are right."""
    probabilities = softmax(model.fitted.decision_function(rows), model.temperature)
    options = model.fitted.classes_[probabilities.argmax(axis=1)]
    return options, probabilities.max(axis=1), options == truth


def _thresholds(groups: list[OptionThreshold], options: np.ndarray) -> np.ndarray:
    """For each answer the confidence that it needs; more than there is where it cannot be accepted."""
    known = {group.options[0]: group.found.threshold for group in groups if group.options is not None}
    others = next((group.found.threshold for group in groups if group.options is None), None)
    least = [known.get(option, others) for option in options.tolist()]
    return np.array([np.inf if one is None else one for one in least])


def measure_set(name: str, n_seeds: int, say: Callable[[str], Any]) -> dict[str, list[dict[str, Any]]]:
    data, found = read_set(name), {}
    for strategy in ASKED:
        start = time.process_time()
        found[strategy] = [play(data, strategy, seed=seed, budget=SETS[name].budget) for seed in range(n_seeds)]
        say(f"{name}, {strategy}: {time.process_time() - start:.0f} s of CPU\n")
    return found


def summary(runs: list[dict[str, Any]], n_holdout: int) -> dict[str, float]:
    """Of some runs: how much they accepted, how right that was together and at worst, and how many miss the target.

    A run misses it where the whole interval of its accuracy lies below.
    """
    accepted = [run["accepted"][str(n_holdout)] for run in runs]
    some = [one["accuracy"] for one in accepted if one["accuracy"]["n"]]
    n = sum(one["n"] for one in some)
    together = wilson_interval(round(sum(one["value"] * one["n"] for one in some)), n)
    return {
        "share": float(np.mean([one["share"] for one in accepted])),
        "accuracy": together.value,
        "low": together.low,
        "high": together.high,
        "worst": min((one["value"] for one in some), default=0.0),
        "n_accepting": len(some),
        "n_missing": sum(one["high"] < TARGET for one in some),
        "calibration_error": float(np.mean([run["calibration_error"] for run in runs])),
        "worst_calibration_error": max(run["calibration_error"] for run in runs),
    }


def table(results: dict[str, dict[str, list[dict[str, Any]]]]) -> str:
    lines = [
        "set      asked by       holdout  share  accuracy (95 % interval)   worst  runs  missing  calibration error"
    ]
    for name, by_strategy in results.items():
        for strategy, runs in by_strategy.items():
            for n_holdout in HOLDOUTS:
                one = summary(runs, n_holdout)
                lines.append(
                    f"{name:9}{strategy:15}{n_holdout:7}{one['share']:7.2f}  {one['accuracy']:8.3f} "
                    f"({one['low']:.3f} to {one['high']:.3f})  {one['worst']:8.3f}"
                    f"{one['n_accepting']:4}/{len(runs)}{one['n_missing']:9}"
                    f"{one['calibration_error']:13.3f} (worst {one['worst_calibration_error']:.3f})"
                )
    return "\n".join(lines)


def measure() -> list[Figure]:
    """Both small sets, three times with either way of asking."""
    figures = []
    for name in ("spam", "domains"):
        for strategy, runs in measure_set(name, 3, lambda _: None).items():
            one, what = summary(runs, HOLDOUTS[0]), f"{name}, labels by {strategy}"
            figures += [
                Figure(f"auto-accept at 95 %, runs that miss it, {what}", one["n_missing"], "runs", 0),
                Figure(f"auto-accept at 95 %, accepted, {what}", round(one["share"], 3), "of what waits"),
                Figure(f"calibration error, {what}", round(one["calibration_error"], 3), "", 0.05),
            ]
    return figures


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="What auto-accept accepts on the demo sets, and how right it is.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--output", type=Path, default=Path("build/bench/auto_accept.json"))
    options = parser.parse_args(arguments)
    results = {name: measure_set(name, options.seeds, sys.stderr.write) for name in options.sets}
    sys.stdout.write(table(results) + "\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, "sets": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
