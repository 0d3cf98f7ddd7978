"""Where exports lie: under DATA_DIR, under a name of ours, and under that name only once they are complete."""

import os
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_NAME = re.compile(r"[0-9a-f]{32}")


def open_part(name: str, n_bytes: int) -> BinaryIO:
    """Open a file that is being written, cut back to what was committed; the caller writes on from there."""
    part = _part(name)
    if n_bytes and not part.exists() and _path(name).exists():
        os.replace(_path(name), part)  # it was complete, but the job that says so was not committed
    file = part.open("r+b" if part.exists() else "w+b")
    part.chmod(0o600)
    file.truncate(n_bytes)
    file.seek(n_bytes)
    return file


def sync(file: BinaryIO) -> None:
    """Let what was written survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def complete(name: str) -> None:
    """Give the written file its final name."""
    os.replace(_part(name), _path(name))


def open_export(name: str) -> BinaryIO:
    """Open a complete file; ``FileNotFoundError`` when it has been removed."""
    return _path(name).open("rb")


def export_size(name: str) -> int | None:
    """The size of a complete file in bytes, None when there is none."""
    path = _path(name)
    return path.stat().st_size if path.exists() else None


def delete_export(name: str) -> None:
    _path(name).unlink(missing_ok=True)
    _part(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an export.")
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def _part(name: str) -> Path:
    return _path(name).with_suffix(".part")
