"""The pages of a kept PDF: text and places of words as read when it came, pictures drawn on demand."""

import os
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

import msgspec
from django.conf import settings

from labelplatform.media_reading import MediaRefused, draw_page
from labelplatform.media_types import MEDIA_TYPES, PDF
from labelplatform.refusals import Refusal
from labelplatform.uploads import media_path, parts_folder

PICTURE_TYPE = "image/webp"
_AT_ONCE = 2
_PATIENCE_SECONDS = 20
# Drawing takes a core: somebody who scrolls through a hundred pages must not take all from everybody else.
_drawing = BoundedSemaphore(_AT_ONCE)


class Busy(Refusal):
    status_code = 503
    title = "Too many pages are being drawn right now."


class Page(msgspec.Struct, frozen=True):
    """``start`` is where its part of the text begins, in code points; the size is in points of 1/72 inch."""

    start: int
    width: float
    height: float


class PagesText(msgspec.Struct, frozen=True):
    """The text layer of all pages, empty where the pages are nothing but pictures."""

    text: str
    pages: list[Page]


def read_pages(name: str) -> PagesText:
    """The text of a kept PDF and its pages. Raises ``FileNotFoundError``."""
    return msgspec.json.decode((_folder(name) / "text.json").read_bytes(), type=PagesText)


def open_words(name: str, number: int) -> BinaryIO:
    """Where the words of a page stand, as JSON for the element that shows it. Raises ``FileNotFoundError``."""
    return (_folder(name) / f"{number}.json").open("rb")


def open_picture(name: str, number: int) -> BinaryIO:
    """The picture of a page, drawn now unless it was before.

    Raises ``FileNotFoundError``, ``MediaRefused`` for a page that cannot be drawn, and ``Busy``.
    """
    picture = _folder(name) / f"{number}.webp"
    if not picture.exists():
        with open_words(name, number):  # there is such a page
            pass
        _draw(media_path(name), number, picture)
    if not picture.stat().st_size:
        raise MediaRefused(f"Page {number:,} cannot be drawn.")
    return picture.open("rb")


def _draw(source: Path, number: int, picture: Path) -> None:
    """What cannot be drawn is remembered as an empty file, so that nobody waits for it twice."""
    if not _drawing.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy("Try again in a moment.")
    try:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            target = Path(folder, "picture")
            try:
                draw_page(MEDIA_TYPES[PDF], number, source, target)
            except MediaRefused:
                target.write_bytes(b"")
            target.chmod(0o600)
            os.replace(target, picture)
    finally:
        _drawing.release()


def _folder(name: str) -> Path:
    return parts_folder(media_path(name))
