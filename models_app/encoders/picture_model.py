"""Pictures as dense rows by a model that has seen many others, beside their edges and colours.

The model is an ONNX file, with which no code comes. It takes pictures as float32 of the shape (n, 3, height, width),
RGB, and gives a vector for each; or a map or a list of vectors, which are averaged. What is taken off its pictures'
colours, which are from 0 to 1, and what they are divided by then, may stand in the file's metadata (``mean``, ``std``:
three numbers with commas between them); else it is what most models were trained with, that of ImageNet.
"""

import io
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

from models_app.encoders.pictures import N_COLUMNS, SIDE, encode_pictures

NAME = "pictures"  # of such encoders, before the model's fingerprint
_USUAL_SIDE = 224  # of a model that takes any size
_MEAN, _STD = "0.485,0.456,0.406", "0.229,0.224,0.225"
_COLOURS = 3


class UnusableModel(ValueError):
    """Why a file is no model of pictures, for the person who put it there."""


class PictureModel:
    """An opened ONNX file; on one processor, as all jobs here."""

    def __init__(self, path: Path) -> None:
        onnxruntime = import_module("onnxruntime")  # by its name: only a worker that runs a model has it in its memory
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            taken = self._session.get_inputs()
            about = self._session.get_modelmeta().custom_metadata_map
        except Exception as error:  # the library has no class of its own for what it finds wrong
            raise UnusableModel(f"{path.name} cannot be opened as an ONNX model: {_first_line(error)}") from error
        if len(taken) != 1 or len(taken[0].shape) != 4 or taken[0].type != "tensor(float)":
            raise UnusableModel(f"{path.name} must take one thing, pictures as float32 of (n, 3, height, width).")
        self._input = taken[0].name
        self._height, self._width = (side if isinstance(side, int) else _USUAL_SIDE for side in taken[0].shape[2:])
        self._mean = _three_numbers(about.get("mean", _MEAN), path)
        self._std = _three_numbers(about.get("std", _STD), path)
        try:
            self.n_columns = self.vector(Image.new("RGB", (8, 8))).size
        except Exception as error:
            raise UnusableModel(f"{path.name} fails on a black picture: {_first_line(error)}") from error

    def vector(self, picture: Image.Image) -> np.ndarray:
        """What the model makes of the whole picture, of length one or zero, float32."""
        small = picture.resize((self._width, self._height), Image.Resampling.BICUBIC)
        pixels = (np.asarray(small, dtype=np.float32) / 255 - self._mean) / self._std
        found = self._session.run(None, {self._input: pixels.transpose(2, 0, 1)[None]})[0][0]
        if found.ndim == 3:  # a map: channels first
            found = found.mean(axis=(1, 2))
        elif found.ndim == 2:  # a vector for each patch
            found = found.mean(axis=0)
        vector = np.nan_to_num(np.asarray(found, dtype=np.float32).ravel(), posinf=0, neginf=0)
        return vector / max(float(np.linalg.norm(vector)), 1e-6)


class ModelledPictureEncoder:
    """Edges, colours and what a model sees, which count alike; ``name`` says which model and how long rows are.

    The model is opened when the first picture is read.

    One without its model knows its name and how long its rows are, and reads no picture.

    >>> ModelledPictureEncoder("pictures-0a1b2c3d4e5f-2112").n_columns
    2112
    """

    part = "small.webp"
    is_slow = True

    def __init__(self, name: str, open_model: Callable[[], PictureModel] | None = None) -> None:
        self.name = name
        self.n_columns = int(name.rsplit("-", 1)[1])
        self._open_model = open_model

    def encode(self, files: Sequence[bytes]) -> np.ndarray:
        """A row of float16 for each file; zeros where there is none. ``LookupError`` where the model is gone."""
        rows = np.zeros((len(files), self.n_columns), dtype=np.float16)
        if not any(files):
            return rows
        if self._open_model is None:
            raise LookupError(f"The image model of the rows “{self.name}” is not there any more.")
        model = self._open_model()
        for number, file in enumerate(files):
            if file:
                with Image.open(io.BytesIO(file), formats=["WEBP"]) as opened:  # made by our own reader
                    picture = opened.convert("RGB")
                looks = encode_pictures(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX))[None])[0]
                row = np.concatenate([looks.astype(np.float32), model.vector(picture)])
                rows[number] = row / max(float(np.linalg.norm(row)), 1e-6)
        return rows


def name_of(digest: str, model: PictureModel) -> str:
    """Of the encoder by that model, whose file has that fingerprint."""
    return f"{NAME}-{digest[:12]}-{N_COLUMNS + model.n_columns}"


def _three_numbers(text: str, path: Path) -> np.ndarray:
    try:
        numbers = np.array([float(part) for part in text.split(",")], dtype=np.float32)
    except ValueError:
        numbers = np.zeros(0, dtype=np.float32)
    if len(numbers) != _COLOURS or not np.isfinite(numbers).all():
        raise UnusableModel(f"In {path.name} “{text[:60]}” should be three numbers with commas between them.")
    return numbers


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
