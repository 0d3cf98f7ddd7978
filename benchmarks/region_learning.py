"""How few labeled pictures the naming of given boxes needs: on drawings made here, and on photos if there are any.

    python -m benchmarks.region_learning [--photos boxes.jsonl]

A line of the file is ``{"image": path beside it, "boxes": [{"label", "xmin", "ymin", "xmax", "ymax"}]}``, as the BCCD
dataset of blood cells is easily written. Some pictures are learned from, drawn anew for each of three seeds; the boxes
of all others are named. Intervals are those of the model's page: boxes of one picture are alike.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import scipy.sparse as sp
from PIL import Image, ImageDraw

from benchmarks.figures import Figure, line
from models_app.encoders.picture_regions import PictureRegions
from models_app.encoders.rows import Rows
from models_app.learners.logistic import LogisticLearner
from models_app.scoring.naming import naming_accuracy

BUDGETS = (2, 4, 8, 16)
SEEDS = 3
_DRAWINGS = 60

Boxes = Sequence[Mapping[str, Any]]


def measure(photos: str = "") -> list[Figure]:
    """The share of boxes named right after so many pictures, and the time that a box takes."""
    sets = {"drawings": drawings()} | ({"photos": read_photos(Path(photos))} if photos else {})
    figures: list[Figure] = []
    for name, pictures in sets.items():
        figures += _measured(name, pictures)
    return figures


def _measured(name: str, pictures: Sequence[tuple[bytes, Boxes]]) -> list[Figure]:
    began = time.process_time()
    encoder = PictureRegions()
    rows = [encoder.encode(io.BytesIO(file), boxes) for file, boxes in pictures]
    labels = [np.array([box["label"] for box in boxes]) for _, boxes in pictures]
    n_boxes = sum(map(len, labels))
    figures = [Figure(f"{name}: encode a box", round(1000 * (time.process_time() - began) / n_boxes, 2), "ms")]
    counts = np.unique(np.concatenate(labels), return_counts=True)[1]
    figures.append(
        Figure(f"{name}: right if all were called by the most frequent name", round(counts.max() / n_boxes, 3), "")
    )
    for budget in BUDGETS:
        found = [_after(budget, rows, labels, seed) for seed in range(SEEDS)]
        right, lengths = (np.concatenate([one[place] for one in found]) for place in (0, 1))
        accuracy = naming_accuracy(right, lengths)
        n_learned = np.mean([one[2] for one in found])
        note = f"{accuracy.low:.3f} to {accuracy.high:.3f}, {n_learned:.0f} boxes learned from"
        figures.append(Figure(f"{name}: named right after {budget} pictures", round(accuracy.value, 3), note))
    return figures


def _after(
    budget: int, rows: list[np.ndarray], labels: list[np.ndarray], seed: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """By picture how many boxes were named right and how many there are; and how many were learned from."""
    order = np.random.default_rng(seed).permutation(len(rows))
    learned, others = order[:budget], order[budget:]
    X, y = np.concatenate([rows[place] for place in learned]), np.concatenate([labels[place] for place in learned])
    if len(np.unique(y)) < 2:
        right = np.array([(labels[place] == y[0]).sum() for place in others])
    else:
        fitted = LogisticLearner(random_state=seed).fit(_as_rows(X), y)
        right = np.array([(fitted.predict(_as_rows(rows[place])) == labels[place]).sum() for place in others])
    return right, np.array([len(labels[place]) for place in others]), len(y)


def _as_rows(dense: np.ndarray) -> Rows:
    return Rows(sp.csr_matrix((len(dense), 0), dtype=np.float32), dense)


def read_photos(path: Path) -> list[tuple[bytes, Boxes]]:
    """Files with their boxes."""
    found: list[tuple[bytes, Boxes]] = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        boxes = [
            {
                "label": box["label"],
                "x": box["xmin"],
                "y": box["ymin"],
                "width": max(1, box["xmax"] - box["xmin"]),
                "height": max(1, box["ymax"] - box["ymin"]),
            }
            for box in row["boxes"]
        ]
        found.append(((path.parent / row["image"]).read_bytes(), boxes))
    return found


def drawings() -> list[tuple[bytes, Boxes]]:
    """Discs, squares and triangles of any colour and size on noise, half of them partly covered by another one."""
    return [_drawing(Random(number), np.random.default_rng(number)) for number in range(_DRAWINGS)]


def _drawing(random: Random, rng: np.random.Generator) -> tuple[bytes, Boxes]:
    noise = rng.normal(random.randint(90, 160), 20, (240, 320, 3))
    picture = Image.fromarray(noise.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    boxes = []
    for number in range(random.randint(3, 10)):
        side = random.randint(16, 60)
        x, y = random.randint(0, 319 - side), random.randint(0, 239 - side)
        colour = tuple(random.randint(0, 255) for _ in range(3))
        label = random.choice(["disc", "square", "triangle"])
        if label == "disc":
            draw.ellipse((x, y, x + side, y + side), fill=colour)
        elif label == "square":
            draw.rectangle((x, y, x + side, y + side), fill=colour)
        else:
            draw.polygon([(x, y + side), (x + side // 2, y), (x + side, y + side)], fill=colour)
        boxes.append({"id": f"b{number}", "label": label, "x": x, "y": y, "width": side + 1, "height": side + 1})
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue(), boxes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--photos", default="", help="a file of lines as above")
    for figure in measure(**vars(parser.parse_args())):
        sys.stdout.write(line("", 0, figure) + "\n")


if __name__ == "__main__":
    main()
