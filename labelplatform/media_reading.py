"""Have a media file checked and written anew by its kind's reader, in a process that may fail, hang or grow."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from labelplatform.media_types import MediaType
from labelplatform.refusals import Refusal

logger = logging.getLogger(__name__)

_READERS = Path(__file__).with_name("media_readers")
_PATIENCE_SECONDS = 60
# Threads for algebra, which no reader does, would take of its memory, the more the more cores there are.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}


class MediaFacts(NamedTuple):
    """What a clean copy is: pixels of pictures and video, seconds of audio and video, pages of PDFs."""

    media_type: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    page_count: int | None = None


class MediaRefused(Refusal):
    """A file of an accepted kind that is broken, or too much to show."""

    title = "This file cannot be used."

    def __init__(self, message: str) -> None:
        super().__init__(message, errors=[{"path": "file", "message": message}])


class _Told(msgspec.Struct):
    """What a reader prints."""

    media_type: str = ""
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    page_count: int | None = None
    problem: str = ""


def write_clean_copy(kind: MediaType, source: Path, target: Path, *wishes: str) -> MediaFacts:
    """Check ``source`` and write what is to be kept of it to ``target``; ``wishes`` are the reader's own.

    Raises ``MediaRefused``.
    """
    return _run(kind, kind.name, source, target, *wishes)


def draw_page(kind: MediaType, number: int, source: Path, target: Path) -> MediaFacts:
    """Write a picture of one page, from 1, of a kept file to ``target``. Raises ``MediaRefused``."""
    return _run(kind, str(number), source, target)


def _run(kind: MediaType, what: str, source: Path, target: Path, *wishes: str) -> MediaFacts:
    # -I: neither the environment nor the folder says what is imported
    command = [sys.executable, "-I", str(_READERS / f"{kind.reader}.py"), what, str(source), str(target), *wishes]
    try:
        done = subprocess.run(  # noqa: S603
            command, env=_ENVIRONMENT, capture_output=True, timeout=_PATIENCE_SECONDS, check=True
        )
        told = msgspec.json.decode(done.stdout, type=_Told)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        logger.warning("The reader of %s gave up: %r", kind.name, getattr(error, "stderr", None) or error)
        raise MediaRefused(f"This {kind.title} file could not be read. Save it anew and try again.") from error
    if told.problem:
        raise MediaRefused(told.problem)
    return MediaFacts(told.media_type, told.width, told.height, told.duration_seconds, told.page_count)
