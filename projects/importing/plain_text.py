"""Plain text: one task a line."""

from collections.abc import Iterator, Sequence

from projects.importing.byte_source import ContentStream
from projects.importing.lines import MAX_ROW_BYTES, LineReader, LongLine, without_end
from projects.importing.rows import Place, ReadOptions, Row, nul_byte, wrong_bytes

COLUMN = "text"


class PlainText:
    title = "Plain text (a task a line)"
    is_table = False

    def read_columns(self, stream: ContentStream, options: ReadOptions) -> Sequence[str]:
        return (COLUMN,)

    def open(self, stream: ContentStream, options: ReadOptions, place: Place) -> "PlainTextReader":
        return PlainTextReader(stream, options, place)


plain_text_format = PlainText()


class PlainTextReader:
    """Lines as they are, spaces included; empty ones are no rows."""

    def __init__(self, stream: ContentStream, options: ReadOptions, place: Place) -> None:
        stream.skip_to(place.offset)
        self._lines = LineReader(stream, offset=place.offset, number=place.line)
        self._encoding = options.encoding

    @property
    def place(self) -> Place:
        return Place(self._lines.offset, self._lines.number)

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines:
            if isinstance(line, LongLine):
                problem = f"The line is {line.n_bytes:,} bytes long; {MAX_ROW_BYTES:,} is the most."
                yield Row(self._lines.number, {}, line.start, problem)
            elif line.strip():
                yield self._row(without_end(line))

    def _row(self, line: bytes) -> Row:
        if b"\0" in line:
            return Row(self._lines.number, {}, line, nul_byte(line))
        try:
            return Row(self._lines.number, {COLUMN: line.decode()}, line)
        except UnicodeDecodeError as error:
            return Row(self._lines.number, {}, line, wrong_bytes(line, error, self._encoding))
