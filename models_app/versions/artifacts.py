"""A model at rest: arrays and JSON in an .npz file, never code, and a digest to match before it is read."""

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from models_app.encoded.array_files import DamagedFile, write_atomically

_META = "meta.json"


def save_artifact(path: Path, *, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], key: bytes) -> str:
    """Write the file, whole or not at all, and return the keyed digest to be recorded."""
    if _META in arrays:
        raise ValueError(f"{_META!r} is no name for an array.")
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, **{**arrays, _META: text})
    content = buffer.getvalue()

    def write(file: BinaryIO) -> None:
        file.write(content)

    write_atomically(path, write)
    return _digest(content, key)


def load_artifact(path: Path, *, digest: str, key: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The meta data and arrays; ``DamagedFile`` when the file is not the one whose ``digest`` was recorded."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise DamagedFile(f"The model file {path.name} cannot be read: {problem.strerror}.") from problem
    if not hmac.compare_digest(_digest(content, key), digest):
        raise DamagedFile(f"The model file {path.name} is not the one that was recorded; it is not used.")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return json.loads(arrays.pop(_META).tobytes()), arrays
    except (ValueError, KeyError, zipfile.BadZipFile) as problem:
        raise DamagedFile(f"The model file {path.name} cannot be read: {problem}.") from problem


def _digest(content: bytes, key: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()
