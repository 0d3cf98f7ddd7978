"""Rejected rows as a file: to look through, to mend, and to import again."""

from collections.abc import Iterator
from itertools import islice

from labelplatform.csv_lines import CsvLines
from projects.models import ImportRun

_ROWS_AT_ONCE = 2_000


def rejected_rows_as_csv(run: ImportRun) -> Iterator[bytes]:
    """Every rejected row of an import: its line in the file, the reason, the row itself."""
    lines = CsvLines(spreadsheet_safe=True)
    yield lines.encode([("line", "reason", "row")])
    rows = run.rejections.order_by("id").values_list("line", "reason", "row").iterator(chunk_size=_ROWS_AT_ONCE)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        yield lines.encode(batch)
