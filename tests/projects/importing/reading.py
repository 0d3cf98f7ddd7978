"""Reading bytes through an import format, for the tests of all readers."""

import io
from typing import Any

from projects.importing.byte_source import ContentStream
from projects.importing.formats import open_rows, read_columns
from projects.importing.rows import ReadOptions, Row


def read_all(
    content: bytes, format_name: str, *, encoding: str = "utf-8", delimiter: str = ",", has_header: bool = True
) -> list[Row]:
    """Every row, read twice: in one go, and each from the place behind the one before, as after a crash."""
    options = ReadOptions(encoding=encoding, delimiter=delimiter, has_header=has_header)
    columns = tuple(read_columns(_stream(content, encoding), format_name, options))
    options = ReadOptions(encoding=encoding, delimiter=delimiter, has_header=has_header, columns=columns)
    reader = open_rows(_stream(content, encoding), format_name, options)
    rows, places = [], []
    for row in reader:
        rows.append(row)
        places.append(reader.place)
    for number, place in enumerate(places[:50]):
        following = next(iter(open_rows(_stream(content, encoding), format_name, options, place)), None)
        assert following == (rows[number + 1] if number + 1 < len(rows) else None)
    return rows


def outcomes(rows: list[Row]) -> list[tuple[int, Any]]:
    """Line number with the values of a good row or the problem of a bad one."""
    return [(row.line, row.problem or row.values) for row in rows]


def _stream(content: bytes, encoding: str) -> ContentStream:
    return ContentStream(io.BytesIO(content), encoding=encoding)
