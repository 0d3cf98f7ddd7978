"""CSV as it is written everywhere here: UTF-8, CRLF, quotes where needed, and formulas made harmless on request."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvLines:
    """Encodes rows as CSV.

    ``spreadsheet_safe`` puts an apostrophe before text that a spreadsheet would run as a formula; it changes the
    data, so nothing does it unasked.

    >>> print(CsvLines(spreadsheet_safe=True).encode([("=1+1", -1, "a,b")]).decode().strip())
    '=1+1,-1,"a,b"
    """

    def __init__(self, *, spreadsheet_safe: bool = False) -> None:
        self._spreadsheet_safe = spreadsheet_safe

    def encode(self, rows: Iterable[Sequence[Any]]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows([[_harmless(cell) for cell in row] for row in rows] if self._spreadsheet_safe else rows)
        return text.getvalue().encode("utf-8", "backslashreplace")


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
