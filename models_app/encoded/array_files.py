"""One file format for all arrays at rest: a JSON header and raw arrays, read through a memory map.

It imports no numpy, so that the web process reads single values out of a file of any size; numpy arrays are written
and wrapped (``numpy.asarray(file.arrays["counts"])``) without a copy, as both sides speak the buffer protocol.
"""

import hashlib
import hmac
import json
import mmap
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self

_MAGIC = b"LPARRAY1"
_ALIGNMENT = 64
_LENGTH_BYTES = 8
_DIGEST_BLOCK = 1 << 20
_MAX_HEADER = 64 * 1024 * 1024
# What numpy and array.array call their element types, by the one letter both sides understand.
_SIZES = {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "q": 8, "Q": 8, "l": 8, "L": 8, "f": 4, "d": 8}


class DamagedFile(ValueError):
    """The file is not what its header promises, or not the file that was recorded."""


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let ``write`` fill a new file that takes the place of ``path`` in one step, durable before it does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_arrays(path: Path, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write ``header`` and one- or two-dimensional contiguous ``arrays`` (anything with a buffer) to ``path``."""
    views = {name: memoryview(array) for name, array in arrays.items()}
    entries = {}
    offset = 0
    for name, view in views.items():
        if view.format not in _SIZES or not view.c_contiguous:
            raise ValueError(f"Array {name!r} of format {view.format!r} cannot be written.")
        entries[name] = {"format": view.format, "shape": list(view.shape or ()), "offset": offset}
        offset += -(-view.nbytes // _ALIGNMENT) * _ALIGNMENT
    text = json.dumps({"header": header, "arrays": entries}, separators=(",", ":")).encode()
    start = len(_MAGIC) + _LENGTH_BYTES + len(text)
    text += b" " * (-start % _ALIGNMENT)

    def write(file: BinaryIO) -> None:
        file.write(_MAGIC + len(text).to_bytes(_LENGTH_BYTES, "little") + text)
        for view in views.values():
            if view.nbytes:
                file.write(view.cast("B"))
            file.write(b"\0" * (-view.nbytes % _ALIGNMENT))

    write_atomically(path, write)


class ArrayFile:
    """An open file of arrays: ``header`` and ``arrays`` by name, as read-only flat views of the mapped file.

    A two-dimensional array is flat here; ``shapes`` has its shape. The map stays valid after the file is unlinked or
    replaced. Raises ``DamagedFile`` for anything that ``write_arrays`` did not write whole.
    """

    header: dict[str, Any]
    arrays: dict[str, memoryview]
    shapes: dict[str, tuple[int, ...]]

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < len(_MAGIC) + _LENGTH_BYTES:
                raise DamagedFile(f"{path.name} is too short to be a file of arrays.")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._view = memoryview(self._map)
        try:
            self._read(path.name, size)
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as problem:
            raise DamagedFile(f"{path.name} has a header that cannot be read.") from problem

    def _read(self, name: str, size: int) -> None:
        text_start = len(_MAGIC) + _LENGTH_BYTES
        length = int.from_bytes(self._view[len(_MAGIC) : text_start], "little")
        if bytes(self._view[: len(_MAGIC)]) != _MAGIC or length > min(_MAX_HEADER, size - text_start):
            raise DamagedFile(f"{name} is not a file of arrays.")
        content = json.loads(bytes(self._view[text_start : text_start + length]).decode())
        self.header = content["header"]
        self.arrays, self.shapes = {}, {}
        for key, entry in content["arrays"].items():
            count = 1
            for side in entry["shape"]:
                count *= side
            begin = text_start + length + entry["offset"]
            end = begin + count * _SIZES[entry["format"]]
            if not text_start + length <= begin <= end <= size:
                raise DamagedFile(f"{name} ends before its array {key!r}.")
            self.arrays[key] = self._view[begin:end].cast(entry["format"])
            self.shapes[key] = tuple(entry["shape"])

    def close(self) -> None:
        """Give the map back; views and arrays that wrap it must not be used any more."""
        for view in self.arrays.values():
            view.release()
        self._view.release()
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def file_digest(path: Path, *, key: bytes) -> str:
    """The keyed digest of a file, read piece by piece."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    with path.open("rb") as file:
        while block := file.read(_DIGEST_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def file_matches(path: Path, digest: str, *, key: bytes) -> bool:
    """Whether a file is the one whose ``digest`` was recorded."""
    return hmac.compare_digest(file_digest(path, key=key), digest)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
