import gzip
import io
import zipfile

import pytest

from projects.importing.detection import Detected, detect
from projects.importing.refusals import FileRefused


def detected(content: bytes, name: str = "upload", **wishes: str) -> Detected:
    return detect(io.BytesIO(content), name, **wishes)


@pytest.mark.parametrize(
    ("content", "name", "format_name", "delimiter"),
    [
        (b"id,text\n1,a\n", "a.csv", "csv", ","),
        (b"id;text\n1;a, b\n2;c\n", "a.csv", "csv", ";"),
        (b"id|text\n1|a\n", "no ending", "csv", "|"),
        (b"id\ttext\n1\ta\n", "a.csv", "tsv", "\t"),
        (b"id\ttext\n1\ta\n", "a.TAB", "tsv", "\t"),
        (b'id,text\n1,"a;b;c\n;;"\n2,"d;e"\n', "a.csv", "csv", ","),
        (b"text\nhello\nworld\n", "a.csv", "csv", ","),
        (b"one, two\nthree\nfour\n", "a.txt", "text", ","),
        (b"one sentence\nanother, with a comma\n", "upload", "text", ","),
        (b'[{"text": "a"}]', "a.csv", "json", ","),
        (b'["a", "b"]', "a.json", "json", ","),
        (b'{"text": "a"}\n{"text": "b"}', "a.json", "jsonl", ","),
        (b'{"text": "a"}', "a.jsonl", "jsonl", ","),
        (b"[[[[\n" + b'{"text": "a"}\n', "a.jsonl", "jsonl", ","),
        (b'{"text": \n{"text": "b"}\n{"text": "c"}\n', "a.jsonl", "jsonl", ","),
    ],
)
def test_the_format_is_found_by_content_and_then_by_name(content, name, format_name, delimiter):
    plain, packed = detected(content, name), detected(gzip.compress(content), f"{name}.gz")
    assert (plain.format, plain.delimiter, plain.is_gzipped) == (format_name, delimiter, False)
    assert (packed.format, packed.delimiter, packed.is_gzipped) == (format_name, delimiter, True)


def zip_named_csv() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tasks.csv", "id,text\n1,a\n")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (zip_named_csv(), "a ZIP archive"),
        (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "an Excel workbook"),
        (b"%PDF-1.7\n...", "a PDF document"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "a program"),
        (b"\x80\x04\x95\x10\0\0\0", "a Python pickle"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"SQLite format 3\0", "an SQLite database"),
        (bytes(range(256)) * 20, "no text"),
        (gzip.compress(zip_named_csv()), "The gzip file holds a ZIP archive"),
        (gzip.compress(gzip.compress(b"id,text\n1,a\n")), "another gzip file"),
    ],
)
def test_a_file_that_is_something_else_is_named(content, what):
    with pytest.raises(FileRefused, match=what) as refusal:
        detected(content, "tasks.csv")
    assert refusal.value.wrong_type


@pytest.mark.parametrize(
    "content", [b"", b"\n \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 5000, gzip.compress(b"")]
)
def test_a_file_without_content_is_refused_as_such(content):
    with pytest.raises(FileRefused, match=r"empty|blank"):
        detected(content, "a.csv")


@pytest.mark.parametrize("content", [b'{"tasks": [{"text": "a"}]}', b'{\n  "tasks": [\n    {"text": "a"}\n  ]\n}'])
def test_an_object_in_place_of_a_list_is_refused_with_a_hint(content):
    with pytest.raises(FileRefused, match="one JSON object; a list of objects is needed.*under “tasks”"):
        detected(content, "a.json")


def test_the_callers_word_goes_before_what_is_found():
    found = detected(b"a;b\n1;2\n", "a.csv", format_name="text", encoding="latin-1", delimiter="|")
    assert (found.format, found.encoding, found.delimiter) == ("text", "latin-1", "|")


@pytest.mark.parametrize(("content", "has_header"), [(b"id,text\n1,a\n", True), (b"1,a text\n2,b\n", False)])
def test_a_first_row_with_a_number_in_it_names_no_columns(content, has_header):
    assert detected(content, "a.csv").has_header is has_header


def test_a_file_cut_in_the_middle_of_gzip_can_still_be_looked_at():
    packed = gzip.compress(b"id,text\n" + b"".join(b"%d,text %d\n" % (n, n * n) for n in range(50_000)))
    assert detected(packed[:-20], "a.csv.gz").format == "csv"
