"""Answer texts or files with this model. Needs Python 3.10 or newer, numpy and scipy, and no network.

    python run.py tasks.jsonl > answers.jsonl
    echo "how do I get my money back" | python run.py

Each line is an object with the text under the name of the field (``--field`` for another name), a quoted text, or just
a text. Of a model that looks at files it is an object with a file's path under the name of the field, and the texts
that stand beside it under theirs, or just a path; ``files.py`` says what else that needs. Each answer is a line
{"answer", "confidence"}; an ``id`` or ``external_id`` of the object goes along. ``confidence`` is calibrated: of
answers given with 0.9 about nine in ten are right, on tasks like those that were labeled. ``about.json`` says how good
the model was found and on how many tasks.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.special import expit

LINES_AT_ONCE = 1000
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[^\W{UNSPACED}]+|[^\s]")


def words_of(text: str) -> list[str]:
    text = text[:200_000]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return WORD.findall(text.casefold())[:5000]


def hash_of(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def tokens_of(words: list[str], grams: bool = False) -> Counter[int]:
    """Words, beginnings of longer words and pairs of neighbours, with how often each occurs; of models of short texts
    also ``grams``, runs of three and four letters."""
    numbers = [hash_of(word) for word in words]
    tokens = Counter(numbers)
    tokens.update(hash_of(f"^{word[:4]}") for word in words if len(word) > 4)
    tokens.update((one * 0x9E3779B97F4A7C15 + other) & (2**64 - 1) for one, other in pairwise(numbers))
    for word in words if grams else ():
        marked = f"<{word}>"
        runs = (marked[start : start + n] for n in (3, 4) if n < len(marked) for start in range(len(marked) - n + 1))
        tokens.update(hash_of(f"#{run}") for run in runs)
    return tokens


class Encoder:
    """Texts as rows of weighted words and, where the model uses them, of what the words mean and how files look or
    sound."""

    def __init__(self, folder: Path, grams: bool = False, files: str = "") -> None:
        self.grams = grams
        self.files = import_module("files").FileEncoder(folder, files) if files else None
        self.tokens = np.load(folder / "vocabulary" / "tokens.npy")
        self.idf = np.load(folder / "vocabulary" / "idf.npy")
        self.vectors: Any = None
        if (folder / "meaning" / "vectors.npy").exists():
            self.vectors = np.load(folder / "meaning" / "vectors.npy", mmap_mode="r")
            pieces = json.loads((folder / "meaning" / "pieces.json").read_text("utf-8"))
            self.pieces = {piece: number for number, piece in enumerate(pieces)}
            self.longest = max(map(len, pieces), default=0)

    def rows(self, texts: list[str], paths: list[str]) -> tuple[sp.csr_matrix, np.ndarray | None]:
        words = [words_of(text) for text in texts]
        sparse = sp.vstack(
            [sp.csr_matrix((0, len(self.tokens)), dtype=np.float32), *map(self.row, words)], format="csr"
        )
        parts = [] if self.vectors is None else [np.vstack([self.meaning(one) for one in words])]
        parts += [] if self.files is None else [self.files.rows(paths)]
        if len(parts) < 2:
            return sparse, parts[0] if parts else None
        joined = np.concatenate(parts, axis=1).astype(np.float32)
        lengths = np.linalg.norm(joined, axis=1, keepdims=True)
        return sparse, (joined / np.where(lengths > 0, lengths, 1)).astype(np.float16)

    def row(self, words: list[str]) -> sp.csr_matrix:
        counts = sorted(tokens_of(words, self.grams).items())
        found = np.array([token for token, _ in counts], dtype=np.uint64)
        columns = np.searchsorted(self.tokens, found)
        known = [i for i, column in enumerate(columns) if column < len(self.tokens) and self.tokens[column] == found[i]]
        columns = columns[known]
        numbers = np.array([min(count, 65535) for _, count in counts], dtype=np.float32)[known]
        weights = (1 + np.log(numbers)) * self.idf[columns]
        length = math.sqrt(float(np.sum(weights * weights, dtype=np.float64))) or 1.0
        cells = ((weights / np.float64(length)).astype(np.float32), (np.zeros(len(columns), np.int32), columns))
        return sp.csr_matrix(cells, shape=(1, len(self.tokens)))

    def meaning(self, words: list[str]) -> np.ndarray:
        numbers = Counter(number for word in words for number in self.pieces_of(word))
        if not numbers:
            return np.zeros((1, self.vectors.shape[1]), dtype=np.float16)
        used = sorted(numbers)
        counts = np.array([[numbers[number] for number in used]], dtype=np.float32)
        row = np.asarray(sp.csr_matrix(counts) @ self.vectors[used].astype(np.float32))
        return (row / (np.linalg.norm(row) or 1)).astype(np.float16)

    def pieces_of(self, word: str) -> list[int]:
        if not word.isascii():
            word = "".join(sign for sign in unicodedata.normalize("NFD", word) if unicodedata.category(sign) != "Mn")
        numbers: list[int] = []
        start = 0
        while start < len(word) <= 100:
            prefix = "##" if start else ""
            ends = range(min(len(word), start + self.longest), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self.pieces), None)
            if end is None:
                return []
            numbers.append(self.pieces[prefix + word[start:end]])
            start = end
        return numbers


def scores_of(rows: Any, model: Any, prefix: str = "") -> np.ndarray:
    """One score per row and output, from weights on the columns that were learned from."""
    sparse, dense = rows
    coef, columns = model[prefix + "coef"], model[prefix + "columns"]
    full = np.zeros((sparse.shape[1], coef.shape[1]), dtype=np.float32)
    full[columns] = coef[: len(columns)]
    scores = np.asarray(sparse @ full) + model[prefix + "intercept"]
    return scores if dense is None else scores + dense.astype(np.float32) @ coef[len(columns) :]


def softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scores = np.exp((scores - scores.max(axis=1, keepdims=True)) / scores.dtype.type(temperature))
    return scores / scores.sum(axis=1, keepdims=True)


def recalibrated(confidence: float, meta: Any) -> float:
    with np.errstate(divide="ignore"):
        odds = np.clip(np.log(np.float64(confidence)) - np.log1p(-np.float64(confidence)), -20.0, 20.0)
    return float(expit(meta["recalibration"]["slope"] * odds + meta["recalibration"]["offset"]))


def choice(rows: Any, model: Any, meta: Any, rules: Any) -> Iterator[tuple[Any, float]]:
    sparse, dense = rows
    scores = np.asarray(sparse @ model["coef"][: sparse.shape[1]])
    if dense is not None:
        scores += dense.astype(np.float32) @ model["coef"][sparse.shape[1] :]
    probabilities = softmax(np.asarray(scores + model["intercept"]), meta["temperature"])
    for row in probabilities:
        best = int(row.argmax())
        yield meta["options"][model["classes"][best]], float(row[best])


def choices(rows: Any, model: Any, meta: Any, rules: Any) -> Iterator[tuple[Any, float]]:
    slope, offset = model["recalibration"]
    probabilities = expit(slope * (scores_of(rows, model) + model["offsets"]).astype(np.float64) + offset)
    values = [meta["options"][number] for number in model["classes"]]
    most = rules["most"] or len(meta["options"])
    for row in probabilities:
        ranked = np.argsort(-row, kind="stable").tolist()
        chosen = [column for column in ranked if row[column] >= model["thresholds"][column]][:most]
        chosen += [column for column in ranked if column not in chosen][: max(0, rules["least"] - len(chosen))]
        answer = sorted((values[column] for column in chosen), key=meta["options"].index)
        yield answer, recalibrated(np.maximum(row, 1 - row).min(initial=1.0 if len(row) else 0.0), meta)


def taxonomy(rows: Any, model: Any, meta: Any, rules: Any) -> Iterator[tuple[Any, float]]:
    """Down the tree, the likeliest branch each time; where groups can be answered, back up to one that is sure."""
    branching = set(model["branchings"].tolist())
    known: dict[int, np.ndarray] = {}
    for place in range(rows[0].shape[0]):
        node, sure, way = -1, 1.0, []
        while node in branching:
            children = model[f"{node}_children"]
            shares = np.ones(1)
            if f"{node}_coef" in model:
                if node not in known:
                    temperature = float(model[f"{node}_temperature"][0])
                    known[node] = softmax(scores_of(rows, model, f"{node}_").astype(np.float64), temperature)
                shares = known[node][place]
            best = int(shares.argmax())
            if children[best] == node:
                break
            node, sure = int(children[best]), sure * float(shares[best])
            way.append((node, sure))
        enough = [step for step in way if step[1] >= (0.5 if rules["any_level"] else 0.0)]
        node, sure = enough[-1] if enough else way[0]
        yield meta["nodes"][node], recalibrated(sure, meta)


def rating(rows: Any, model: Any, meta: Any, rules: Any) -> Iterator[tuple[Any, float]]:
    below = expit(model["thresholds"] - scores_of(rows, model).astype(np.float64))
    edges = np.hstack([np.zeros((len(below), 1)), below, np.ones((len(below), 1))])
    scores = np.log(np.maximum(np.diff(edges, axis=1), 1e-12)).astype(np.float32)
    for row in softmax(scores, 1.0):
        yield int(model["classes"][row.argmax()]), float(row.max())


def number(rows: Any, model: Any, meta: Any, rules: Any) -> Iterator[tuple[Any, float]]:
    mean, scale = model["standard"]
    low = -math.inf if rules["minimum"] is None else rules["minimum"]
    high = math.inf if rules["maximum"] is None else rules["maximum"]
    for value in np.clip(scores_of(rows, model)[:, 0].astype(np.float64) * scale + mean, low, high).tolist():
        yield round(value) if rules["whole"] else round(value, 6), min(1.0, meta["confidence"])


KINDS = {"choice": choice, "choices": choices, "taxonomy": taxonomy, "rating": rating, "number": number}


def loaded(folder: Path) -> dict[str, Any]:
    """The arrays of the model, ready for use."""
    with np.load(folder / "model.npz", allow_pickle=False) as file:
        model = {name: file[name] for name in file.files}
    if "active_coef" in model:  # topics are linear in the words: fold them into one weight per word
        dense = model.get("dense_coef", np.zeros((0, len(model["classes"])), dtype=np.float32))
        n_sparse = int(model["n_features"][0]) - len(dense)
        coef = np.zeros((n_sparse + len(dense), len(model["classes"])), dtype=np.float32)
        if len(model["topic_coef"]):
            coef[:n_sparse] = np.load(folder / "vocabulary" / "topics.npy") @ model["topic_coef"]
        coef[model["active"]] += model["active_coef"]
        coef[n_sparse:] = dense
        model["coef"] = coef
    return model


def text_of(line: str, number: int, field: str) -> tuple[str, dict[str, Any]]:
    """The text or path of a line, and the object that it stands in."""
    try:
        read = json.loads(line)
    except ValueError:
        return line, {}
    if isinstance(read, str):
        return read, {}
    if not isinstance(read, dict):
        return line, {}
    if not isinstance(read.get(field), str):
        raise SystemExit(f"Line {number} has no text “{field}”. Name another field with --field.")
    return read[field], read


def texts_beside(task: dict[str, Any], fields: list[str]) -> str:
    """What stands beside a file, as one text."""
    return "\n".join(str(task[field]) for field in fields if task.get(field) is not None)


def answers(folder: Path, lines: Iterable[str], field: str = "") -> Iterator[dict[str, Any]]:
    about = json.loads((folder / "about.json").read_text("utf-8"))
    looks_at = about["files"]
    encoder, model = Encoder(folder, about["grams"], looks_at), loaded(folder)
    meta = json.loads(model.pop("meta.json").tobytes())
    numbered = enumerate((line.strip("\r\n") for line in lines), start=1)
    written = ((number, line) for number, line in numbered if line.strip())
    while batch := list(islice(written, LINES_AT_ONCE)):
        read = [text_of(line, number, field or about["field"]) for number, line in batch]
        said = [text for text, _ in read]
        texts = [texts_beside(task, about["texts_beside"]) for _, task in read] if looks_at else said
        try:
            rows = encoder.rows(texts, said)
        except ValueError as problem:
            raise SystemExit(str(problem)) from None
        for (_, task), (answer, confidence) in zip(
            read, KINDS[about["kind"]](rows, model, meta, about["rules"]), strict=True
        ):
            along: dict[str, Any] = {name: task[name] for name in ("id", "external_id") if name in task}
            yield {**along, "answer": answer, "confidence": confidence}


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer texts or files with this model, one per line.")
    parser.add_argument("file", nargs="?", help="JSON lines, plain texts or paths; standard input when left out")
    parser.add_argument("--field", default="", help="where objects have their text or path")
    chosen = parser.parse_args()
    folder = Path(__file__).resolve().parent
    sys.path.insert(0, str(folder))  # for files.py, however Python was started
    with open(chosen.file or sys.stdin.fileno(), encoding="utf-8") as lines:
        for answer in answers(folder, lines, chosen.field):
            sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
