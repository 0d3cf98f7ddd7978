"""How few labels images need, asked in the default order and at random: handwritten digits, and drawings of four kinds.

    python -m benchmarks.image_learning [--seeds 3] [--model image.onnx]

The digits are the 1,797 that scikit-learn brings (Alpaydin and Kaynak, UCI, CC BY 4.0), the drawings are made here.
Both are seen as an import leaves them: 64 x 64 pixels; by a model, if one is given, as they are listed.
"""

import argparse
import io
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from benchmarks.dense_learning import accuracies
from benchmarks.figures import Figure, line
from models_app.encoders.picture_model import ModelledPictureEncoder, PictureModel, name_of
from models_app.encoders.pictures import SIDE, encode_pictures

BUDGETS = range(100, 301, 200)
_DRAWINGS = 1_500


def measure(seeds: int = 3, model: str = "") -> list[Figure]:
    """Accuracy on images that were never asked about, after 100 and 300 labels, and the time to encode one."""
    figures = []
    for name, (images, answers) in {"digits": digits(), "drawings": drawings()}.items():
        seen = [_listed(image) for image in images] if model else _as_seen(images)
        began = time.process_time()
        dense = _by_model(model).encode(seen) if isinstance(seen, list) else encode_pictures(seen)
        milliseconds = 1000 * (time.process_time() - began) / len(images)
        figures.append(Figure(f"{name}: encode an image", round(milliseconds, 2), "ms"))
        figures += accuracies(name, dense, answers, seeds=seeds, sizes=BUDGETS)
    return figures


def digits() -> tuple[list[Image.Image], np.ndarray]:
    """Images and answers of scikit-learn's handwritten digits."""
    found = load_digits()
    images = [Image.fromarray((image / 16 * 255).astype(np.uint8)) for image in found.images]
    return images, np.asarray(found.target)


def drawings() -> tuple[list[Image.Image], np.ndarray]:
    """Images and answers of discs, squares, triangles and stripes of any colour, size and place, on noise."""
    rng = np.random.default_rng(7)
    answers = rng.integers(0, 4, _DRAWINGS)
    return [_drawing(int(answer), rng) for answer in answers], answers


def _drawing(kind: int, rng: np.random.Generator) -> Image.Image:
    ground = rng.integers(0, 256, 3)
    noise = rng.normal(0, 18, (96, 96, 3)) + ground
    picture = Image.fromarray(noise.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    colour = tuple(int(value) for value in (ground + rng.integers(70, 186, 3)) % 256)
    side = int(rng.integers(24, 60))
    left, top = (int(value) for value in rng.integers(4, 92 - side, 2))
    right, bottom = left + side, top + side
    if kind == 0:
        draw.ellipse((left, top, right, bottom), fill=colour)
    elif kind == 1:
        draw.rectangle((left, top, right, bottom), fill=colour)
    elif kind == 2:
        draw.polygon([(left, bottom), (right, bottom), ((left + right) // 2, top)], fill=colour)
    else:
        for start in range(left, right, 8):
            draw.rectangle((start, top, start + 3, bottom), fill=colour)
    return picture


def _as_seen(images: list[Image.Image]) -> np.ndarray:
    """As ``labelplatform/media_readers/picture.py`` leaves them."""
    small = (image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX) for image in images)
    return np.stack([np.asarray(image) for image in small])


def _listed(image: Image.Image) -> bytes:
    """The small picture of it, which a model looks at."""
    file = io.BytesIO()
    image.convert("RGB").save(file, format="WEBP", quality=80)
    return file.getvalue()


def _by_model(path: str) -> ModelledPictureEncoder:
    model = PictureModel(Path(path))
    return ModelledPictureEncoder(name_of("measured", model), lambda: model)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.image_learning", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--model", default="", metavar="FILE", help="in ONNX format, for rows by a model")
    chosen = parser.parse_args()
    for figure in measure(chosen.seeds, chosen.model):
        sys.stdout.write(line("", 0, figure) + "\n")
