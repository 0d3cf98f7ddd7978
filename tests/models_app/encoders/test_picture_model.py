"""Pictures read by a model in ONNX format: what it may be, and that a file that is none is told in words."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models_app.encoders.picture_model import ModelledPictureEncoder, PictureModel, UnusableModel, name_of
from models_app.encoders.pictures import N_COLUMNS
from tests.onnx_models import onnx_model

PLAIN = {"mean": "0,0,0", "std": "1,1,1"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "image.onnx"


def opened(path: Path, content: bytes) -> PictureModel:
    path.write_bytes(content)
    return PictureModel(path)


def webp(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, format="WEBP", lossless=True)
    return file.getvalue()


def test_a_model_sees_red_green_and_blue_from_0_to_1_in_that_order(path: Path):
    model = opened(path, onnx_model(metadata=PLAIN))
    np.testing.assert_allclose(model.vector(Image.new("RGB", (9, 5), (255, 0, 0))), [1, 0, 0], atol=1e-5)
    np.testing.assert_allclose(model.vector(Image.new("RGB", (9, 5), (0, 255, 255))), [0, 0.7071, 0.7071], atol=1e-3)


def test_what_is_not_said_otherwise_is_divided_as_most_models_were_trained(path: Path):
    model = opened(path, onnx_model())
    grey = Image.new("RGB", (20, 20), (124, 116, 104))  # the mean colour of ImageNet
    strong = model.vector(Image.new("RGB", (20, 20), (255, 116, 104)))
    assert strong[0] > 0.99
    assert abs(model.vector(grey) @ strong) < 0.99


@pytest.mark.parametrize("shape", [("n", 3, "height", "width"), (1, 3, 8, 24)])
def test_a_model_of_any_size_and_one_that_gives_a_map_are_averaged(path: Path, shape: tuple[int | str, ...]):
    model = opened(path, onnx_model("Identity", shape=shape, metadata=PLAIN))
    assert model.n_columns == 3
    np.testing.assert_allclose(model.vector(Image.new("RGB", (50, 4), (0, 0, 200))), [0, 0, 1], atol=1e-5)


def test_a_model_that_gives_no_numbers_gives_zeros(path: Path):
    vector = opened(path, onnx_model("Log", metadata=PLAIN)).vector(Image.new("RGB", (4, 4)))
    np.testing.assert_array_equal(vector, np.zeros(3))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no model at all", "cannot be opened as an ONNX model"),
        (b"", "cannot be opened as an ONNX model"),
        (onnx_model("Nonsense"), "Nonsense"),
        (onnx_model("Add", inputs=("image", "other")), "must take one thing"),
        (onnx_model(shape=("n", 3)), "must take one thing"),
        (onnx_model(shape=("n", 4, 16, 16)), "fails on a black picture"),
        (onnx_model(metadata={"mean": "0.5"}), "“0.5” should be three numbers"),
        (onnx_model(metadata={"std": "1,nan,1"}), "should be three numbers"),
    ],
)
def test_a_file_that_is_no_model_of_pictures_is_told_in_words(path: Path, content: bytes, says: str):
    with pytest.raises(UnusableModel, match="image.onnx") as refused:
        opened(path, content)
    assert says in str(refused.value)


def test_rows_are_what_is_seen_at_once_and_what_the_model_sees(path: Path):
    model = opened(path, onnx_model(metadata=PLAIN))
    name = name_of("0123456789abcdef", model)
    assert name == f"pictures-0123456789ab-{N_COLUMNS + 3}"
    encoder = ModelledPictureEncoder(name, lambda: model)
    rows = encoder.encode([webp((255, 0, 0)), b"", webp((0, 0, 255))]).astype(np.float32)
    assert rows.shape == (3, N_COLUMNS + 3)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 1], atol=2e-3)
    np.testing.assert_allclose(rows[0, N_COLUMNS:], [0.7071, 0, 0], atol=2e-3)


def test_without_its_model_an_encoder_knows_how_long_its_rows_are_and_reads_no_picture():
    encoder = ModelledPictureEncoder("pictures-0123456789ab-835")
    assert encoder.encode([b"", b""]).shape == (2, 835)
    with pytest.raises(LookupError, match="not there any more"):
        encoder.encode([webp((1, 2, 3))])
