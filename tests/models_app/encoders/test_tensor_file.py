import json
from pathlib import Path

import numpy as np
import pytest

from models_app.encoders.tensor_file import read_tensors
from tests.models_app.tiny_model import write_tensors


@pytest.mark.parametrize("padding", [0, 1, 3])
def test_tensors_come_back_as_they_were_written_also_off_their_alignment(tmp_path: Path, padding: int) -> None:
    arrays: dict[str, np.ndarray] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([1, 2], dtype=np.int64),
        "c": np.array([0.5], dtype=np.float16),
    }
    write_tensors(tmp_path / "x.safetensors", arrays, padding=padding)
    found = read_tensors(tmp_path / "x.safetensors")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)


def entry(**changes: object) -> bytes:
    fields = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}
    header = json.dumps({"a": fields}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(8)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 40,
        (10**6).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        (4).to_bytes(8, "little") + b"\xff\xfe\xfd\xfc",
        entry(shape=[3]),
        entry(data_offsets=[0, 800]),
        entry(data_offsets=[8, 0]),
        entry(data_offsets="far"),
        entry(shape=None),
        entry(shape=[-2]),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match="not whole|not a file of tensors|cannot be read"):
        read_tensors(tmp_path / "bad.safetensors")
