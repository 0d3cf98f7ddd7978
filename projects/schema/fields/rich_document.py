"""HTML as one plain text and the elements around its pieces: what is marked in a document, and how a page shows it.

The text is worked out here and nowhere else. Pages are sent the text with the elements, node by node, and build them
without ever reading HTML, so that no browser can count otherwise.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from labelplatform.html_flow import BLOCKS, EMPTY_TAGS, Closed, Opened, Piece

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_LINE_END = re.compile(r"\r\n?")
_CELLS = {"td", "th"}
# Elements that mean something without any text in them.
_KEPT_EMPTY = _CELLS | EMPTY_TAGS


@dataclass(frozen=True)
class Document:
    """``nodes`` are elements ``{"depth", "tag"}`` and pieces of the text ``{"depth", "start", "end"}`` as they follow
    each other; each stands in the last element before it that is less deep. Offsets count code points.

    Pieces neither overlap nor go back. Between two of them may be a line feed or a tab: there blocks or cells meet.
    ``not_laid_out`` says, of a text that is shown as it was written, why; it is no part of what is counted.
    """

    text: str
    nodes: list[dict[str, Any]]
    not_laid_out: str = field(default="", repr=False)


def read_document(flow: Iterable[Piece]) -> Document:
    """Blanks become one as on a page, but in ``pre``; blocks begin lines; cells of a row are divided by tabs.

    >>> from labelplatform.html_flow import html_flow
    >>> read_document(html_flow("<h2>Hours</h2> <p>Open <b>daily</b><br>but Mondays"))
    Document(text='Hours\\nOpen daily\\nbut Mondays', nodes=[{'depth': 0, 'tag': 'h2'}, \
{'depth': 1, 'start': 0, 'end': 5}, {'depth': 0, 'tag': 'p'}, {'depth': 1, 'start': 6, 'end': 11}, \
{'depth': 1, 'tag': 'b'}, {'depth': 2, 'start': 11, 'end': 16}, {'depth': 1, 'start': 16, 'end': 28}])
    """
    reader = _Reader()
    for piece in flow:
        if isinstance(piece, str):
            reader.add(piece)
        elif isinstance(piece, Opened):
            reader.open(piece)
        else:
            reader.close(piece)
    reader.trim()
    return Document("".join(reader.pieces), reader.nodes)


class _Reader:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.nodes: list[dict[str, Any]] = []
        self._open: list[Opened] = []
        self._written = 0  # how many of the open elements are among the nodes
        self._length = 0
        self._boundary = ""  # what stands before the next text because blocks or cells meet there
        self._breaks = 0  # lines that were ended since the last text, within one block
        self._pre = 0
        self._ends_blank = False  # whether the last text ends with a blank that more blanks are one with

    def open(self, piece: Opened) -> None:
        if piece.tag == "br":
            self._breaks += 1
            return
        self._meet(piece.tag)
        self._open.append(piece)
        self._pre += piece.tag == "pre"
        if piece.tag in _KEPT_EMPTY:
            self._write_elements()
        if piece.tag in EMPTY_TAGS:
            self.close(Closed(piece.tag))

    def close(self, piece: Closed) -> None:
        self._open.pop()
        self._written = min(self._written, len(self._open))
        self._pre -= piece.tag == "pre"
        self._meet(piece.tag)

    def add(self, text: str) -> None:
        if self._pre:
            text = _LINE_END.sub("\n", text)
            lines = text.lstrip("\n")
            self._breaks += len(text) - len(lines)
            self._append(lines.rstrip("\n"))
            self._breaks += len(lines) - len(lines.rstrip("\n"))
            return
        text = _BLANKS.sub(" ", text)
        if not self.pieces or self._boundary or self._breaks or self._ends_blank:
            text = text.removeprefix(" ")
        self._append(text)
        self._ends_blank = text.endswith(" ") if text else self._ends_blank

    def trim(self) -> None:
        """Take the blank at the end of the last text away: a page shows none there."""
        if not self._ends_blank:
            return
        self._ends_blank = False
        self.pieces[-1] = self.pieces[-1][:-1]
        self._length -= 1
        last = next(node for node in reversed(self.nodes) if "end" in node)
        last["end"] -= 1
        if last["start"] == last["end"]:
            self.nodes.remove(last)

    def _meet(self, tag: str) -> None:
        if tag in _CELLS:
            self._boundary = self._boundary or "\t"
        elif tag in BLOCKS:
            self._boundary = "\n"

    def _append(self, text: str) -> None:
        if not text:
            return
        if self._boundary or self._breaks:
            self.trim()
        if not self.pieces:
            self._boundary, self._breaks = "", 0
        if self._boundary:
            self.pieces.append(self._boundary)
            self._length += 1
            self._breaks = 0
        text = "\n" * self._breaks + text
        self._boundary, self._breaks, self._ends_blank = "", 0, False
        self._write_elements()
        start, self._length = self._length, self._length + len(text)
        self.nodes.append({"depth": len(self._open), "start": start, "end": self._length})
        self.pieces.append(text)

    def _write_elements(self) -> None:
        for depth in range(self._written, len(self._open)):
            piece = self._open[depth]
            self.nodes.append({"depth": depth, "tag": piece.tag, **piece.attributes})
        self._written = len(self._open)
