"""Read a PDF: how many pages it has, their text, and where each word stands; and draw its pages. It is kept as it came.

    python pdf.py application/pdf SOURCE TARGET

writes a folder ``TARGET-pages`` beside the copy: ``text.json`` with ``{"text", "pages": [{"start", "width",
"height"}]}`` and for each page, from 1, ``<number>.json`` with ``{"words": [[offset, length, left, top, width,
height]]}``. Offsets count code points, ``start`` in the text, ``offset`` in the page's part of it;
places are points (1/72 inch) from the upper left corner of the page as shown. Prints ``{"media_type", "page_count"}``.

    python pdf.py NUMBER SOURCE TARGET

draws that page as a WebP picture and prints ``{"media_type", "width", "height"}``. Both print ``{"problem"}`` where it
cannot be done. Run by ``media_reading.py`` in a process of its own.
"""

import ctypes
import json
import resource
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

MAX_PAGES = 2_000
MAX_CHARACTERS = 1_000_000  # as many as a field of a task may hold
_MEMORY_BYTES = 1024**3
_CPU_SECONDS = 45
_CPU_SECONDS_A_PAGE = 15
_FILE_BYTES = 512 * 1024**2
_NONE = frozenset({0, 0xFFFE, 0xFFFF})  # what stands for "no character"
_LINE_BREAK_HYPHEN = 2
_PICTURE_WIDTH, _PICTURE_HEIGHT = 1_400, 3_000  # pixels at most: enough to read small print at twice its size
_LARGEST_SCALE = 4.0
_FAR = 1.2  # heights between two letters that are no longer one word
_LIFTED = 1.4  # twice the height between their middles, at which they are in two lines


class Problem(Exception):
    """Why a PDF is not taken, for the person who sent it."""


class _Box(NamedTuple):
    """In the page's own coordinates, upwards."""

    left: float
    bottom: float
    right: float
    top: float


class _PageText:
    """The text of a page as it grows letter by letter, and its words with their boxes."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.words: list[tuple[int, int, _Box]] = []
        self._start = 0
        self._letters: list[_Box] = []

    def add(self, character: str, box: _Box) -> None:
        if character.isspace():
            self.end_word()
            if self.characters:
                self.characters.append(character)
            return
        if self._letters and not _are_near(self._letters[-1], box):
            self.end_word()
        if not self._letters:
            self._start = len(self.characters)
        self.characters.append(character)
        self._letters.append(box)

    def end_word(self) -> None:
        if not self._letters:
            return
        lefts, bottoms, rights, tops = zip(*self._letters, strict=True)
        box = _Box(min(lefts), min(bottoms), max(rights), max(tops))
        self.words.append((self._start, len(self.characters) - self._start, box))
        self._letters = []

    @property
    def text(self) -> str:
        return "".join(self.characters).rstrip()


def _are_near(one: _Box, other: _Box) -> bool:
    """Whether two letters that follow each other stand beside each other, and not in two lines or columns."""
    height = max(one.top - one.bottom, other.top - other.bottom, 1.0)
    gap = max(one.left - other.right, other.left - one.right)
    return abs(one.bottom + one.top - other.bottom - other.top) < height * _LIFTED and gap < height * _FAR


def read_pdf(source: str, target: str) -> dict[str, Any]:
    """Copy the PDF in ``source`` to ``target`` and write what its pages say beside it. Raises ``Problem``."""
    document = _open_document(source)
    count = len(document)
    if not count:
        raise Problem("The PDF has no pages. Save it anew and try again.")
    if count > MAX_PAGES:
        raise Problem(f"The PDF has {count:,} pages; {MAX_PAGES:,} are the most. Split it into several files.")
    folder = Path(f"{target}-pages")
    folder.mkdir()
    text: list[str] = []
    pages: list[dict[str, Any]] = []
    length = 0
    for number in range(1, count + 1):
        page = _open_page(document, number)
        page_text = _read_page(page)
        width, height = (round(side, 1) for side in page.get_size())
        pages.append({"start": length, "width": width, "height": height})
        words = [[*place[:2], *_upright(page, place[2])] for place in page_text.words]
        (folder / f"{number}.json").write_text(json.dumps({"words": words}, separators=(",", ":")))
        text.append(page_text.text)
        length += len(page_text.text) + 1
        if length > MAX_CHARACTERS:
            reason = f"The PDF holds more than {MAX_CHARACTERS:,} characters of text"
            raise Problem(f"{reason} (on the first {number:,} of {count:,} pages). Split it into several files.")
        page.close()
    whole = "\n".join(text)
    if not whole.strip():
        whole, pages = "", [{**page, "start": 0} for page in pages]
    (folder / "text.json").write_text(json.dumps({"text": whole, "pages": pages}, separators=(",", ":")))
    shutil.copyfile(source, target)
    return {"media_type": "application/pdf", "page_count": count}


def _open_document(source: str) -> pdfium.PdfDocument:
    """Open a PDF. Raises ``Problem`` for one that is locked or damaged."""
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise Problem("The PDF is protected by a password. Save it without one and send that.") from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            raise Problem("The PDF is locked in a way that cannot be read. Save it without and send that.") from error
        raise Problem("The PDF is damaged or cut off, or has no pages. Save it anew and try again.") from error


def _open_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        return document[number - 1]
    except pdfium.PdfiumError as error:
        raise Problem(f"Page {number:,} of the PDF is damaged. Save it anew and try again.") from error


def _read_page(page: pdfium.PdfPage) -> _PageText:
    found = _PageText()
    text_page = page.get_textpage()
    place = pdfium_c.FS_RECTF()
    high = 0
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code  # the first half of a pair
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code == _LINE_BREAK_HYPHEN:
            found.end_word()  # the word goes on in the next line, and in the text it is whole
        if code in _NONE or code > 0x10FFFF or (code < 0x20 and code not in {9, 10}):
            continue
        pdfium_c.FPDFText_GetLooseCharBox(text_page, index, place)
        found.add(chr(code), _Box(place.left, place.bottom, place.right, place.top))
    found.end_word()
    text_page.close()
    return found


def _upright(page: pdfium.PdfPage, box: _Box) -> list[float]:
    """Left, top, width and height on the page as it is shown: turned, cut, and from its upper left corner."""
    scale = 100
    width, height = (max(1, round(side * scale)) for side in page.get_size())
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for left, top in ((box.left, box.top), (box.right, box.bottom)):
        pdfium_c.FPDF_PageToDevice(page, 0, 0, width, height, 0, left, top, x, y)
        corners.append((x.value / scale, y.value / scale))
    (x1, y1), (x2, y2) = corners
    return [round(value, 1) for value in (min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))]


def draw_page(source: str, target: str, number: int) -> dict[str, Any]:
    """Write a picture of a page to ``target``, with what stands in its forms. Raises ``Problem``."""
    document = _open_document(source)
    document.init_forms()
    page = _open_page(document, number)
    width, height = page.get_size()
    scale = min(_PICTURE_WIDTH / max(width, 1), _PICTURE_HEIGHT / max(height, 1), _LARGEST_SCALE)
    picture = page.render(scale=scale).to_pil()
    picture.convert("RGB").save(target, "WEBP", quality=82)
    return {"media_type": "image/webp", "width": picture.width, "height": picture.height}


def main(what: str, source: str, target: str) -> None:
    seconds = _CPU_SECONDS_A_PAGE if what.isdigit() else _CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    try:
        told = draw_page(source, target, int(what)) if what.isdigit() else read_pdf(source, target)
    except Problem as problem:
        told = {"problem": str(problem)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:4])
