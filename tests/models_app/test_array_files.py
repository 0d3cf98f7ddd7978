import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays, write_atomically


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray] = {
        "ids": np.array([1, -(2**62)], dtype=np.int64),
        "numbers": np.array([2**64 - 1], dtype=np.uint64),
        "weights": np.array([[0.5, 1.5], [2.5, 3.5]], dtype=np.float32),
        "small": np.array([65535], dtype=np.uint16),
        "none": np.zeros(0, dtype=np.float64),
        "no_rows": np.zeros((0, 3), dtype=np.float32),
    }
    path = tmp_path / "new folder" / "a.arrays"
    write_arrays(path, {"number": 7}, arrays)
    file = ArrayFile(path)
    assert file.header == {"number": 7}
    for name, array in arrays.items():
        assert file.shapes[name] == array.shape
        np.testing.assert_array_equal(np.asarray(file.arrays[name]).reshape(array.shape), array)
    assert file.arrays["ids"][1] == -(2**62)


def test_an_open_file_outlives_its_replacement(tmp_path: Path) -> None:
    path = tmp_path / "a.arrays"
    write_arrays(path, {}, {"ids": np.array([1])})
    old = ArrayFile(path)
    write_arrays(path, {}, {"ids": np.array([2])})
    assert (old.arrays["ids"][0], ArrayFile(path).arrays["ids"][0]) == (1, 2)


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Array 'a' of format 'O'"):
        write_arrays(tmp_path / "a.arrays", {}, {"a": np.array([object()])})


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(path, fail)
    assert os.listdir(tmp_path) == ["a"]
    assert path.read_bytes() == b"old"


@given(cut=st.integers(0, 500), flipped=st.integers(0, 500), bit=st.integers(0, 7))
def test_a_damaged_file_is_refused_or_read_within_its_bounds(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flipped: int, bit: int
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a.arrays"
    write_arrays(path, {"n": 2}, {"ids": np.arange(20), "weights": np.ones((5, 2), dtype=np.float32)})
    content = bytearray(path.read_bytes())
    content[flipped % len(content)] ^= 1 << bit
    path.write_bytes(content[: max(0, len(content) - cut)])
    try:
        file = ArrayFile(path)
    except DamagedFile:
        return
    assert all(len(view.tobytes()) <= len(content) for view in file.arrays.values())


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 100, b"LPARRAY1" + b"\xff" * 90])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.arrays"
    path.write_bytes(content)
    with pytest.raises(DamagedFile):
        ArrayFile(path)
