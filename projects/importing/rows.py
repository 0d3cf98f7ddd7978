"""What every reader makes of a file: rows, each with its line, its values or what is wrong with it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from projects.importing.byte_source import ContentStream

# A row, or a file's first lines, with more columns than this is no table.
MAX_COLUMNS = 1_000
# Deeper JSON cannot be read back safely everywhere.
MAX_DEPTH = 40


class Place(msgspec.Struct, frozen=True):
    """Where reading goes on: behind the row read last.

    ``offset`` counts bytes of the unpacked UTF-8 content. ``is_end``: nothing more is to be read, whatever follows.
    """

    offset: int = 0
    line: int = 0
    is_end: bool = False


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row of a file: ``values`` by column, or ``problem``. ``raw`` is the row as it stood in the file."""

    line: int
    values: dict[str, Any]
    raw: bytes
    problem: str = ""


class ReadOptions(msgspec.Struct, frozen=True):
    """What a reader must know of a file besides its content; ``columns`` are those of a table."""

    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True
    columns: tuple[str, ...] = ()


class Reader(Protocol):
    """Iterates over the rows of one file; ``place`` is always the one behind the row given last."""

    @property
    def place(self) -> Place: ...

    def __iter__(self) -> Iterator[Row]: ...


class Format(Protocol):
    """One entry of the registry of formats."""

    title: str
    is_table: bool

    def read_columns(self, stream: ContentStream, options: ReadOptions) -> Sequence[str]:
        """The columns that the file names itself; empty where rows bring their own. Raises ``FileRefused``."""
        ...

    def open(self, stream: ContentStream, options: ReadOptions, place: Place) -> Reader: ...


def wrong_bytes(raw: bytes, error: UnicodeDecodeError, encoding: str) -> str:
    """Say which bytes of a row are no text."""
    bad = raw[error.start : error.start + 4].hex(" ")
    if encoding.lower() not in {"utf-8", "utf-8-sig", "ascii"}:
        return f"Bytes that are not valid {encoding}, at byte {error.start + 1} of the row."
    return f"Bytes that are not valid UTF-8 ({bad}), at byte {error.start + 1} of the row."


def nul_byte(raw: bytes) -> str:
    return f"A NUL byte at byte {raw.index(0) + 1} of the row; text cannot hold it."
