"""What reading whole sentences by a model adds to words and to a semantic table, and what it costs.

    python -m benchmarks.full_sentences [--seeds 3] [--sets intents] [--labels 1 2 5 10] [--model FOLDER]

Each way learns from the same random labels, so many of each option; the accuracy is that on the test part, the mean
over the seeds. The cost is CPU seconds for 1,000 texts, in numpy and, where it is installed, with torch.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.active_learning import LabeledSet, Texts, encoded, read_file
from benchmarks.word_meanings import SETS, build_table, fetched_model
from models_app.encoders.rows import Rows
from models_app.encoders.sentence_model import SentenceModel, read_sentence_model
from models_app.encoders.sentences import SentenceEncoder, has_torch
from models_app.encoders.static_table import TableEncoder
from models_app.encoders.tokens import words_of

_TIMED = 1_000


def compare(texts: Texts, folder: Path, per_option: list[int], n_seeds: int) -> dict[str, Any]:
    """The mean accuracy of each way of reading by labels an option, and what its texts cost."""
    words = encoded(texts)
    table = TableEncoder(build_table(folder))
    sentences = SentenceEncoder(read_sentence_model(folder))
    ways = {
        "words and topics": words,
        "words and table": _beside(words, *(table.encode(list(map(words_of, part))) for part in _parts(texts))),
        "words and sentences": _beside(words, *(sentences.encode(part) for part in _parts(texts))),
    }
    rows: dict[str, list[float]] = {name: [] for name in ways}
    for n in per_option:
        draws = [_drawn(texts.pool_answers, n, seed) for seed in range(n_seeds)]
        for name, data in ways.items():
            rows[name].append(float(np.mean([data.accuracy_after(draw) for draw in draws])))
    return {"labels_an_option": per_option, "accuracy": rows, "cpu_seconds_for_1000": _costs(sentences.model, texts)}


def _parts(texts: Texts) -> tuple[list[str], list[str]]:
    return texts.pool, texts.test


def _beside(words: LabeledSet, pool: np.ndarray, test: np.ndarray) -> LabeledSet:
    """The same words with dense rows in place of the topics."""
    vocabulary = replace(words.vocabulary, topics=np.zeros((words.pool.sparse.shape[1], 0), dtype=np.float32))
    return replace(words, vocabulary=vocabulary, pool=Rows(words.pool.sparse, pool), test=Rows(words.test.sparse, test))


def _drawn(answers: np.ndarray, n: int, seed: int) -> np.ndarray:
    """``n`` random positions of each option, or all it has."""
    order = np.random.default_rng(seed).permutation(len(answers))
    return np.concatenate([order[answers[order] == option][:n] for option in np.unique(answers)])


def _costs(model: SentenceModel, texts: Texts) -> dict[str, float]:
    some = texts.pool[:_TIMED]
    found = {}
    for name, with_torch in {"numpy": False, **({"torch": True} if has_torch() else {})}.items():
        encoder = SentenceEncoder(model, with_torch=with_torch)
        encoder.encode(some[:10])
        started = time.process_time()
        encoder.encode(some)
        found[name] = round((time.process_time() - started) * _TIMED / len(some), 2)
    return found


def shown(name: str, result: dict[str, Any]) -> str:
    head = "".join(f"{n:>8}" for n in result["labels_an_option"])
    lines = [f"{name + ', labels an option':32}{head}"]
    lines += [f"{way:32}" + "".join(f"{value:8.3f}" for value in values) for way, values in result["accuracy"].items()]
    costs = ", ".join(f"{seconds} by {way}" for way, seconds in result["cpu_seconds_for_1000"].items())
    return "\n".join([*lines, f"CPU seconds for 1,000 texts: {costs}"])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Accuracy and cost of reading whole sentences by a model.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["intents"])
    parser.add_argument("--labels", nargs="+", type=int, default=[1, 2, 5, 10], help="labels of each option")
    parser.add_argument("--file", type=Path, help="a set of your own")
    parser.add_argument("--column", default="label", help="its column of answers")
    parser.add_argument("--model", type=Path, help="folder of a sentence model")
    parser.add_argument("--output", type=Path, default=Path("build/bench/full_sentences.json"))
    options = parser.parse_args(arguments)
    folder = options.model or fetched_model()
    files = {name: (SETS[name].path, SETS[name].column) for name in options.sets}
    if options.file:
        files = {options.file.stem: (options.file, options.column)}
    results = {}
    for name, (path, column) in files.items():
        results[name] = compare(read_file(path, column), folder, options.labels, options.seeds)
        sys.stdout.write(shown(name, results[name]) + "\n")
        sys.stdout.flush()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"seeds": options.seeds, "sets": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
