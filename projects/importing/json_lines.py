"""JSON Lines: one JSON object a line."""

from collections.abc import Iterator, Sequence

from projects.importing.byte_source import ContentStream
from projects.importing.json_rows import json_row
from projects.importing.lines import MAX_ROW_BYTES, LineReader, LongLine
from projects.importing.rows import Place, ReadOptions, Row


class JsonLines:
    title = "JSON Lines (an object a line)"
    is_table = False

    def read_columns(self, stream: ContentStream, options: ReadOptions) -> Sequence[str]:
        return ()

    def open(self, stream: ContentStream, options: ReadOptions, place: Place) -> "JsonLinesReader":
        return JsonLinesReader(stream, options, place)


json_lines_format = JsonLines()


class JsonLinesReader:
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
            elif content := line.strip():
                yield json_row(self._lines.number, content, encoding=self._encoding)
