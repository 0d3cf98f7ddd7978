import pickle
from pathlib import Path

import numpy as np
import pytest

from models_app.encoded.array_files import DamagedFile
from models_app.versions.artifacts import load_artifact, save_artifact

KEY = b"k" * 32


def saved(path: Path) -> str:
    return save_artifact(path, meta={"learner": "logistic"}, arrays={"coef": np.arange(6).reshape(2, 3)}, key=KEY)


def test_an_artifact_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    digest = saved(tmp_path / "m.npz")
    meta, arrays = load_artifact(tmp_path / "m.npz", digest=digest, key=KEY)
    assert meta == {"learner": "logistic"}
    assert arrays["coef"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_one_changed_bit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    digest = saved(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match="not the one that was recorded"):
        load_artifact(path, digest=digest, key=KEY)


def test_a_file_signed_with_another_key_is_refused(tmp_path: Path) -> None:
    digest = saved(tmp_path / "m.npz")
    with pytest.raises(DamagedFile):
        load_artifact(tmp_path / "m.npz", digest=digest, key=b"o" * 32)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match=r"m\.npz cannot be read"):
        load_artifact(tmp_path / "m.npz", digest="", key=KEY)


class Canary:
    fired = False

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, (f"import {__name__} as m; m.Canary.fired = True",))


def test_a_pickle_is_never_run_even_with_a_right_digest(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    digest = saved(path)
    np.savez(path, evil=np.array([Canary()], dtype=object))
    with pytest.raises(DamagedFile):
        load_artifact(path, digest=digest, key=KEY)
    with pytest.raises(ValueError, match="allow_pickle"):
        save_artifact(path, meta={}, arrays={"evil": np.array([Canary()], dtype=object)}, key=KEY)
    pickle.dumps(Canary())
    assert not Canary.fired
