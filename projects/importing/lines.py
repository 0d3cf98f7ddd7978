"""Lines of a byte stream with their numbers and offsets; an endless line costs no memory."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from projects.importing.byte_source import CHUNK, ByteStream

MAX_ROW_BYTES = 5_000_000
KEPT_OF_LONG_LINE = 2_000


class LongLine(NamedTuple):
    """A line longer than ``MAX_ROW_BYTES``: only its start is kept."""

    start: bytes
    n_bytes: int


Line = bytes | LongLine


class LineReader:
    r"""Iterate over lines as bytes, ends included (``\n``, ``\r\n`` or ``\r``).

    ``offset`` is the position behind the line given last and ``number`` its number, both as if those pushed back
    had not been given yet.
    """

    def __init__(self, stream: ByteStream, *, offset: int = 0, number: int = 0, max_bytes: int = MAX_ROW_BYTES) -> None:
        self.offset = offset
        self.number = number
        self._max_bytes = max_bytes
        self._lines = self._read(stream)
        self._pushed_back: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        line = self._pushed_back.popleft() if self._pushed_back else next(self._lines)
        self.offset += len(line) if type(line) is bytes else line.n_bytes  # type: ignore[union-attr]
        self.number += 1
        return line

    def push_back(self, lines: Iterable[Line]) -> None:
        """Give these lines, which were the last ones given, again."""
        given = list(lines)
        self._pushed_back.extendleft(reversed(given))
        self.number -= len(given)
        self.offset -= sum(len(line) if isinstance(line, bytes) else line.n_bytes for line in given)

    def _read(self, stream: ByteStream) -> Iterator[Line]:
        rest = b""
        long_start, dropped = b"", 0  # of a long line that has not ended yet
        while chunk := stream.read(CHUNK):
            lines = (rest + chunk).splitlines(keepends=True)
            rest = b"" if lines[-1].endswith(b"\n") else lines.pop()  # behind a final \r an \n may follow
            for line in lines:
                if dropped or len(line) > self._max_bytes:
                    yield LongLine(long_start or line[:KEPT_OF_LONG_LINE], dropped + len(line))
                    long_start, dropped = b"", 0
                else:
                    yield line
            if dropped or len(rest) > self._max_bytes:
                long_start = long_start or rest[:KEPT_OF_LONG_LINE]
                kept = rest[-1:] if rest.endswith(b"\r") else b""
                dropped += len(rest) - len(kept)
                rest = kept
        if dropped:
            yield LongLine(long_start, dropped + len(rest))
        elif rest:
            yield rest


def without_end(line: bytes) -> bytes:
    """The line without its line end; other white space stays.

    >>> without_end(b"a \\r\\n")
    b'a '
    """
    if line.endswith(b"\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith((b"\n", b"\r")) else line
