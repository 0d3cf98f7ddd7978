"""JSON: one list of objects, read element by element without ever holding the list."""

import re
from collections.abc import Iterator, Sequence

from projects.importing.byte_source import CHUNK, ContentStream
from projects.importing.json_elements import Broken, ElementScanner
from projects.importing.json_rows import json_row, json_row_if_whole
from projects.importing.lines import KEPT_OF_LONG_LINE, MAX_ROW_BYTES
from projects.importing.refusals import FileRefused
from projects.importing.rows import Place, ReadOptions, Row

_BETWEEN_ELEMENTS = re.compile(rb"[\s,]*")
_NEXT_OBJECT_LINE = re.compile(rb"\n[ \t]*,?[ \t]*(?=\{)")
_LONGEST_LEAD = 200
_SHORT_LINE = 20_000


class JsonList:
    title = "JSON (a list of objects)"
    is_table = False

    def read_columns(self, stream: ContentStream, options: ReadOptions) -> Sequence[str]:
        """No columns, but a look at whether the file begins as a list."""
        start = stream.read(CHUNK).lstrip()
        if start.startswith(b"{"):
            raise FileRefused("The file is one JSON object; a list of objects is needed: [{…}, {…}].")
        if not start.startswith(b"["):
            raise FileRefused("The file does not begin with “[”, so it is no JSON list.")
        return ()

    def open(self, stream: ContentStream, options: ReadOptions, place: Place) -> "JsonListReader":
        return JsonListReader(stream, options, place)


json_list_format = JsonList()


class JsonListReader:
    """Elements of the list as rows. Behind an element whose end cannot be found, reading goes on at the next line
    that begins as the broken element's line did."""

    def __init__(self, stream: ContentStream, options: ReadOptions, place: Place) -> None:
        stream.skip_to(place.offset)
        self._stream = stream
        self._encoding = options.encoding
        self._data = b""
        self._at = 0  # in the data
        self._offset = place.offset  # of the data
        self._line = place.line
        self._is_inside = place.offset > 0
        self._is_end = place.is_end

    @property
    def place(self) -> Place:
        return Place(self._offset + self._at, self._line, self._is_end)

    def __iter__(self) -> Iterator[Row]:
        if not self._is_inside and self._skip_to_element() is not None:
            self._move(self._at + 1)  # the opening bracket
            self._is_inside = True
        while not self._is_end:
            lead = self._skip_to_element()
            if lead is None:
                self._is_end = True
                yield Row(self._line + 1, {}, b"", "The file ends before the list is closed: it may be cut off.")
            elif self._data.startswith(b"]", self._at):
                yield from self._behind_the_list()
            else:
                yield self._read_or_recover(lead)

    def _read_or_recover(self, lead: bytes) -> Row:
        line = self._line + 1
        try:
            return self._read_line(line) or self._read_element(line)
        except Broken as broken:
            return self._recover(line, lead, broken)

    def _read_line(self, line: int) -> Row | None:
        """An element that has a line to itself, as most have, without looking for its end; None where it has not."""
        end = self._data.find(b"\n", self._at, self._at + _SHORT_LINE)
        content = self._data[self._at : end + 1].rstrip(b", \t\r\n")
        if not content.startswith(b"{") or not content.endswith(b"}"):
            return None
        row = json_row_if_whole(line, content)
        if row is not None:
            self._move(self._at + len(content))
        return row

    def _read_element(self, line: int) -> Row:
        scanner = ElementScanner()
        kept, n_bytes = b"", 0
        while True:
            end = scanner.feed(self._data, self._at)
            piece = self._data[self._at : len(self._data) if end is None else end]
            n_bytes += len(piece)
            kept = kept + piece if n_bytes <= MAX_ROW_BYTES else (kept or piece)[:KEPT_OF_LONG_LINE]
            self._move(self._at + len(piece))
            if end is not None:
                break
            if not self._fill():
                self._is_end = True
                return Row(line, {}, kept, "The file ends inside this row: it may be cut off.")
        if n_bytes > MAX_ROW_BYTES:
            return Row(line, {}, kept, f"The row is {n_bytes:,} bytes long; {MAX_ROW_BYTES:,} is the most.")
        return json_row(line, kept, encoding=self._encoding, may_be_string=True)

    def _recover(self, line: int, lead: bytes, broken: Broken) -> Row:
        raw = self._data[self._at : broken.position][:KEPT_OF_LONG_LINE]
        self._move(broken.position)
        pattern = _NEXT_OBJECT_LINE
        if b"\n" in lead:
            pattern = re.compile(re.escape(lead[lead.rindex(b"\n") :]) + rb"(?=\{)")
        while not (found := pattern.search(self._data, self._at)):
            self._move(max(self._at, len(self._data) - _LONGEST_LEAD))
            if not self._fill():
                self._move(len(self._data))
                self._is_end = True
                return Row(line, {}, raw, f"{broken.reason} The rest of the file cannot be read.")
        self._move(found.start())
        return Row(line, {}, raw, f"{broken.reason} Reading goes on at line {self._line + 2}.")

    def _behind_the_list(self) -> Iterator[Row]:
        self._is_end = True
        self._move(self._at + 1)
        if self._skip_to_element() is not None:
            rest = self._data[self._at : self._at + KEPT_OF_LONG_LINE]
            yield Row(self._line + 1, {}, rest, "Something follows the end of the list; it is not read.")

    def _skip_to_element(self) -> bytes | None:
        """Move to the next element and return what stood before it; None at the end of the file."""
        lead = b""
        while True:
            between = _BETWEEN_ELEMENTS.match(self._data, self._at)
            assert between is not None  # the pattern matches nothing, too
            lead = (lead + between.group())[-_LONGEST_LEAD:]
            self._move(between.end())
            if self._at < len(self._data):
                return lead
            if not self._fill():
                return None

    def _move(self, to: int) -> None:
        self._line += self._data.count(b"\n", self._at, to)
        self._at = to

    def _fill(self) -> bool:
        chunk = self._stream.read(CHUNK)
        self._offset += self._at
        self._data = self._data[self._at :] + chunk
        self._at = 0
        return bool(chunk)
