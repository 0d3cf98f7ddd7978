"""CSV and TSV: a table with one row a line, except where a quoted cell goes over several lines."""

import csv
from collections.abc import Iterator, Sequence

from projects.importing.byte_source import ContentStream
from projects.importing.lines import MAX_ROW_BYTES, Line, LineReader, LongLine, without_end
from projects.importing.refusals import FileRefused
from projects.importing.rows import MAX_COLUMNS, Place, ReadOptions, Row, nul_byte, wrong_bytes

_MAX_LINES_IN_A_ROW = 10_000
# The limit is the process's own, and by default too small for a long text in a cell.
csv.field_size_limit(MAX_ROW_BYTES)


class _RowTooLong(Exception):
    """The lines of one quoted cell are more than a row may hold."""


class Delimited:
    is_table = True

    def __init__(self, title: str) -> None:
        self.title = title

    def read_columns(self, stream: ContentStream, options: ReadOptions) -> Sequence[str]:
        """The names in the first row; without a header, "column 1", "column 2" and so on."""
        first = next(iter(_CellReader(LineReader(stream), options)), None)
        if first is None:
            raise FileRefused("The file has no rows.")
        line, cells, raw, problem = first
        if problem:
            raise FileRefused(f"Line {line}, which names the columns, cannot be read: {problem}")
        if len(cells) > MAX_COLUMNS:
            raise FileRefused(f"Line {line} has {len(cells):,} cells; {MAX_COLUMNS:,} columns are the most.")
        if not options.has_header:
            return [f"column {position}" for position in range(1, len(cells) + 1)]
        return _checked_names(cells, line)

    def open(self, stream: ContentStream, options: ReadOptions, place: Place) -> "DelimitedReader":
        return DelimitedReader(stream, options, place)


csv_format = Delimited("CSV")
tsv_format = Delimited("TSV (divided by tabs)")


class DelimitedReader:
    """Rows of a table. A header is skipped when reading begins at the start of the file."""

    def __init__(self, stream: ContentStream, options: ReadOptions, place: Place) -> None:
        stream.skip_to(place.offset)
        self._lines = LineReader(stream, offset=place.offset, number=place.line)
        self._options = options
        self._skip_header = options.has_header and place.offset == 0

    @property
    def place(self) -> Place:
        return Place(self._lines.offset, self._lines.number)

    def __iter__(self) -> Iterator[Row]:
        columns = self._options.columns
        n_columns = len(columns)
        rows = iter(_CellReader(self._lines, self._options))
        if self._skip_header:
            next(rows, None)
            self._skip_header = False
        for line, cells, raw, problem in rows:
            if len(cells) != n_columns and not problem:
                if len(cells) > n_columns and not any(cells[n_columns:]):
                    del cells[n_columns:]  # empty cells behind the last column, as spreadsheets leave them
                else:
                    problem = _ragged(len(cells), n_columns)
            if problem:
                yield Row(line, {}, raw, problem)
            else:
                yield Row(line, dict(zip(columns, cells, strict=True)), raw)


class _CellReader:
    """Rows as lists of cells. When quotes do not close, only the line with the quote is lost, not those behind it."""

    def __init__(self, lines: LineReader, options: ReadOptions) -> None:
        self._lines = _RowLines(lines, options.encoding)
        self._delimiter = options.delimiter

    def __iter__(self) -> Iterator[tuple[int, list[str], bytes, str]]:
        """Yield line number, cells, the raw row, and what is wrong with it."""
        lines = self._lines
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            lines.begin_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RowTooLong) as error:
                yield self._first_line_alone(error)
                continue
            if cells:  # no cells: an empty line
                yield lines.first_number, cells, b"".join(map(_raw, lines.taken)), lines.problem

    def _first_line_alone(self, error: Exception) -> tuple[int, list[str], bytes, str]:
        n_lines = len(self._lines.taken)
        first = self._lines.give_back_all_but_first()
        if self._delimiter == "\t" and isinstance(first, bytes) and not self._lines.problem:
            # tab-separated files often do not quote at all: then a quote is just a character
            return self._lines.first_number, without_end(first).decode().split("\t"), first, ""
        return self._lines.first_number, [], _raw(first), _explained(error, first, n_lines=n_lines)


class _RowLines:
    """Lines as text for the csv module, remembering those of the row at hand and what is wrong with them."""

    def __init__(self, lines: LineReader, encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._n_bytes = 0
        self.taken: list[Line] = []
        self.problem = ""

    def begin_row(self) -> None:
        self.taken.clear()
        self.problem = ""
        self._n_bytes = 0

    @property
    def first_number(self) -> int:
        return self._lines.number - len(self.taken) + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        if isinstance(line, LongLine):
            raise _RowTooLong
        self._n_bytes += len(line)
        if self._n_bytes > MAX_ROW_BYTES or len(self.taken) > _MAX_LINES_IN_A_ROW:
            raise _RowTooLong
        if b"\0" in line:
            self.problem = self.problem or nul_byte(line)
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            self.problem = self.problem or wrong_bytes(line, error, self._encoding)
            return line.decode(errors="replace")

    def give_back_all_but_first(self) -> Line:
        first, *behind = self.taken
        self._lines.push_back(behind)
        self.taken = [first]
        return first


def _raw(line: Line) -> bytes:
    return line if isinstance(line, bytes) else line.start


def _explained(error: Exception, first: Line, *, n_lines: int) -> str:
    if isinstance(first, LongLine):
        return f"The line is {first.n_bytes:,} bytes long; {MAX_ROW_BYTES:,} is the most."
    if isinstance(error, _RowTooLong) or "unexpected end" in str(error):
        return "A quote is opened in this line and never closed."
    if "expected after" in str(error):
        where = "" if n_lines == 1 else f", {n_lines - 1} lines further on"
        return f"Text follows a closing quote{where}: a quote inside a quoted cell must be doubled."
    return f"The row cannot be read: {error}."


def _ragged(n_cells: int, n_columns: int) -> str:
    cells = "1 cell" if n_cells == 1 else f"{n_cells} cells"
    columns = "1 column" if n_columns == 1 else f"{n_columns} columns"
    return f"The row has {cells}; the file has {columns}."


def _checked_names(cells: Sequence[str], line: int) -> list[str]:
    names = [cell.strip() or f"column {position}" for position, cell in enumerate(cells, start=1)]
    first_places: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if name in first_places:
            raise FileRefused(
                f"Line {line}: columns {first_places[name]} and {position} have the same name “{name[:60]}”. "
                "Give each column its own name."
            )
        first_places[name] = position
    return names
