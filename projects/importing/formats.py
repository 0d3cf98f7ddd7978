"""The formats that can be imported: one reader each. A new format is a module and one line here."""

from labelplatform.registry import Registry
from projects.importing.byte_source import ContentStream
from projects.importing.rows import Place, Reader, ReadOptions

_START = Place()

import_formats = Registry("import format")
import_formats.register("csv", "projects.importing.delimited.csv_format")
import_formats.register("tsv", "projects.importing.delimited.tsv_format")
import_formats.register("json", "projects.importing.json_list.json_list_format")
import_formats.register("jsonl", "projects.importing.json_lines.json_lines_format")
import_formats.register("text", "projects.importing.plain_text.plain_text_format")


def open_rows(stream: ContentStream, format_name: str, options: ReadOptions, place: Place = _START) -> Reader:
    """Read rows from ``place`` on. Iterating raises ``FileBroken`` where the file cannot be unpacked."""
    return import_formats.get(format_name).open(stream, options, place)


def read_columns(stream: ContentStream, format_name: str, options: ReadOptions) -> list[str]:
    """The columns that the file names itself. Raises ``FileRefused`` when it cannot be of this format."""
    return list(import_formats.get(format_name).read_columns(stream, options))
