"""Read a file of tensors in the safetensors format: a JSON header and raw numbers, mapped, never code."""

import json
from pathlib import Path

import numpy as np

_TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32}
_LENGTH_BYTES = 8
_MAX_HEADER = 64 * 1024 * 1024


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Every tensor of the file by its name, mapped from disk; ``ValueError`` when the file is not what it says.

    Tensors of other types than plain numbers are left out.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 2 <= length <= min(_MAX_HEADER, size - _LENGTH_BYTES):
            raise ValueError(f"{path.name} is not a file of tensors.")
        header = file.read(length)
    try:
        entries = json.loads(header)
        start = _LENGTH_BYTES + length
        content = np.memmap(path, dtype=np.uint8, mode="r")
        return {
            name: _tensor(content[start:], entry, name)
            for name, entry in entries.items()
            if name != "__metadata__" and entry["dtype"] in _TYPES
        }
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise ValueError(f"{path.name} has a header that cannot be read.") from problem


def _tensor(content: np.ndarray, entry: dict[str, list[int]], name: str) -> np.ndarray:
    offsets = entry["data_offsets"]
    begin, end = offsets[0], offsets[1]
    dtype = np.dtype(_TYPES[str(entry["dtype"])]).newbyteorder("<")
    shape = entry["shape"]
    if not 0 <= begin <= end <= len(content) or end - begin != dtype.itemsize * int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"The tensor {name} is not whole.")
    flat = content[begin:end]
    # a header of odd length leaves the numbers off their alignment: such a tensor is copied
    return np.frombuffer(flat.tobytes() if begin % dtype.itemsize else flat, dtype=dtype).reshape(shape)
