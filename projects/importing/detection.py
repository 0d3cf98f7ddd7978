"""What an uploaded file is: unpacked, which format, encoding and delimiter; or why it cannot be imported."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from projects.importing.byte_source import CHUNK, ContentStream, GunzipStream, is_gzip
from projects.importing.encodings import UTF8, detect_encoding
from projects.importing.file_kinds import kind_of
from projects.importing.refusals import FileBroken, FileRefused

_SAMPLE_BYTES = 256 * 1024
_SAMPLE_LINES = 200
_DELIMITERS = (",", "\t", ";", "|")
_BY_NAME = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "txt": "text",
    "text": "text",
}
_LIST_START = re.compile(r'\s*\[\s*(?:[\[\]{"]|$)')
_LONGEST_NAME = 120


class Detected(msgspec.Struct, frozen=True):
    """What was found out. ``delimiter`` and ``has_header`` speak of tables only."""

    format: str
    encoding: str
    delimiter: str = ","
    has_header: bool = True
    is_gzipped: bool = False


def detect(file: BinaryIO, name: str, *, format_name: str = "", encoding: str = "", delimiter: str = "") -> Detected:
    """Look at the file's beginning; what the caller says goes before what is found.

    Raises ``FileRefused`` for an empty file, for one that is no text, and for a JSON object in place of a list.
    """
    sample, packed = _sample(file)
    _refuse_other_kinds(sample, packed)
    if not sample.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise FileRefused("The file is empty." if not sample else "The file holds nothing but blank space.")
    encoding = encoding or detect_encoding(sample)
    text = _text(file, encoding)
    if not text.strip("\ufeff \t\r\n\0"):
        raise FileRefused("The file holds nothing but blank space.")
    _refuse_binary(sample, text)
    format_name = format_name or _format(text, name)
    if format_name == "tsv":
        delimiter = delimiter or "\t"
    if format_name == "csv":
        delimiter = delimiter or find_delimiter(text) or ","
        if delimiter == "\t":
            format_name = "tsv"
    return Detected(
        format=format_name,
        encoding=encoding,
        delimiter=delimiter or ",",
        has_header=_has_header(text, delimiter or ","),
        is_gzipped=packed,
    )


def _sample(file: BinaryIO) -> tuple[bytes, bool]:
    """The first unpacked bytes, and whether they had to be unpacked."""
    file.seek(0)
    start = file.read(_SAMPLE_BYTES)
    if not is_gzip(start):
        return start, False
    file.seek(0)
    unpacking = GunzipStream(file, max_bytes=_SAMPLE_BYTES * 16)
    sample = b""
    try:
        while len(sample) < _SAMPLE_BYTES and (more := unpacking.read(CHUNK)):
            sample += more
    except FileBroken as error:
        if not sample:
            raise FileRefused(str(error)) from error
    return sample, True


def _text(file: BinaryIO, encoding: str) -> str:
    """The sample as text; what cannot be decoded is replaced, for it concerns single rows."""
    stream = ContentStream(file, encoding=encoding, max_bytes=_SAMPLE_BYTES * 16)
    sample = b""
    try:
        while len(sample) < _SAMPLE_BYTES and (more := stream.read(CHUNK)):
            sample += more
    except FileBroken:
        pass  # the job meets the same place and says so; what comes before it can be looked at
    return sample.decode(UTF8, "replace")


def _refuse_other_kinds(sample: bytes, packed: bool) -> None:
    found = "another gzip file" if packed and is_gzip(sample) else kind_of(sample)
    if found:
        where = "The gzip file holds" if packed else "The file is"
        raise FileRefused(
            f"{where} {found}. Import reads CSV, TSV, JSON, JSONL and plain text, each also gzipped.", wrong_type=True
        )


def _refuse_binary(sample: bytes, text: str) -> None:
    head = text[:4096]
    n_controls = sum(character < " " and character not in "\t\r\n\f\x1b" for character in head)
    n_wrong = head.count("\ufffd")
    if (n_controls + n_wrong) > 0.3 * len(head) and sample:
        raise FileRefused("The file is no text: it is full of bytes that are no characters.", wrong_type=True)


def _format(text: str, name: str) -> str:
    """By content where that is certain, then by the name's ending, then by whether it looks like a table."""
    endings = name.lower().removesuffix(".gz").rsplit(".", 1)
    by_name = _BY_NAME.get(endings[-1]) if len(endings) == 2 else None
    if _LIST_START.match(text) and not (by_name == "jsonl" and _has_closed_first_line(text)):
        return "json"
    if text.lstrip().startswith("{"):
        return _lines_or_refuse(text)
    if by_name == "json" and not text.lstrip().startswith("["):
        raise FileRefused("The file does not begin with “[” or “{”, so it is no JSON.")
    if by_name:
        return by_name
    delimiter = find_delimiter(text)
    return {"": "text", "\t": "tsv"}.get(delimiter, "csv")


def _has_closed_first_line(text: str) -> bool:
    """Whether lines are rows of their own, not parts of one list."""
    lines = text.lstrip().splitlines()
    return len(lines) > 1 and len(lines[0]) > 1 and not lines[0].rstrip().endswith(",")


def _lines_or_refuse(text: str) -> str:
    """JSONL when the first line is an object of its own; else the file is one object, which is no list of tasks."""
    lines = [line for line in text.lstrip().splitlines()[:_SAMPLE_LINES] if line.strip()]
    try:
        first = msgspec.json.decode(lines[0].encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        if len(lines) > 1 and sum(line.startswith("{") and line.rstrip().endswith("}") for line in lines) * 2 > len(
            lines
        ):
            return "jsonl"  # the first line is broken; the others look right
        first = None
    if isinstance(first, dict) and (len(lines) > 1 or not _holds_list_of_objects(first)):
        return "jsonl"
    raise FileRefused(_object_instead_of_list(text, first))


def _holds_list_of_objects(value: dict[str, object]) -> bool:
    return any(isinstance(inner, list) and inner and isinstance(inner[0], dict) for inner in value.values())


def _object_instead_of_list(text: str, value: object) -> str:
    message = "The file is one JSON object; a list of objects is needed: [{…}, {…}], or one object a line (JSONL)."
    if isinstance(value, dict):
        lists = [key for key, inner in value.items() if isinstance(inner, list)]
    else:
        lists = re.findall(r'^\s*\{?\s*"([^"\\]{1,60})"\s*:\s*\[', text, flags=re.MULTILINE)[:1]
    return f"{message} The list under “{lists[0]}” may be what you want: import that alone." if lists else message


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most lines into the same number of cells, two at least; empty when there is none.

    >>> find_delimiter("id;text\\n1;a, b\\n2;c\\n")
    ';'
    """
    lines = text.splitlines(keepends=True)[:_SAMPLE_LINES]
    if len(lines) > 1 and len(text) >= _SAMPLE_BYTES // 2:
        lines.pop()  # perhaps cut off
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        widths = _widths(lines, delimiter)
        if not widths or widths[0] < 2:
            continue
        n_alike = Counter(widths)[widths[0]]
        score = n_alike / len(widths)
        if score > best_score and score >= 0.5:
            best, best_score = delimiter, score
    return best


def _widths(lines: Sequence[str], delimiter: str) -> list[int]:
    try:
        return [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return [len(line.split(delimiter)) for line in lines if line.strip()]


def _has_header(text: str, delimiter: str) -> bool:
    """A first row names columns unless a cell of it is a number or too long for a name."""
    try:
        first = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error:
        return True
    return not any(_is_number(cell) or len(cell) > _LONGEST_NAME for cell in first)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", cell.strip()))
