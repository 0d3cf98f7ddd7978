import tracemalloc

import pytest

from projects.importing.lines import LineReader, LongLine
from projects.importing.refusals import FileRefused
from tests.projects.importing.reading import outcomes, read_all


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends():
    rows = read_all(b'id,text\r\n1,"a, ""b""\r\nc"\r\n2,d\r\n', "csv")
    assert outcomes(rows) == [(2, {"id": "1", "text": 'a, "b"\r\nc'}), (4, {"id": "2", "text": "d"})]


def test_a_bad_row_never_takes_its_neighbours_along():
    content = (
        b"id,text\n1,good\n2,too,many\n3\n"
        b'4,"quote" outside\n5,\xff\xfe\n6,nul\x00\n7,"never closed\n\n8,good, , \n9,"good"\n10,good,,\n'
    )
    rows = outcomes(read_all(content, "csv"))
    assert [row for row in rows if isinstance(row[1], dict)] == [
        (2, {"id": "1", "text": "good"}),
        (11, {"id": "9", "text": "good"}),
        (12, {"id": "10", "text": "good"}),
    ]
    problems = {line: problem for line, problem in rows if isinstance(problem, str)}
    assert problems == {
        3: "The row has 3 cells; the file has 2 columns.",
        4: "The row has 1 cell; the file has 2 columns.",
        5: "Text follows a closing quote: a quote inside a quoted cell must be doubled.",
        6: "Bytes that are not valid UTF-8 (ff fe 0a), at byte 3 of the row.",
        7: "A NUL byte at byte 6 of the row; text cannot hold it.",
        8: "Text follows a closing quote, 3 lines further on: a quote inside a quoted cell must be doubled.",
        10: "The row has 4 cells; the file has 2 columns.",
    }


def test_a_quote_that_is_never_closed_costs_only_its_own_line():
    rows = outcomes(read_all(b'id,text\n1,"open\n2,b\n3,c\n', "csv"))
    assert rows == [
        (2, "A quote is opened in this line and never closed."),
        (3, {"id": "2", "text": "b"}),
        (4, {"id": "3", "text": "c"}),
    ]


def test_tab_separated_quotes_that_do_not_pair_are_plain_characters():
    rows = outcomes(read_all(b'label\ttext\nham\t"so what\nspam\t"a" b\nham\t"x\ty"\n', "tsv", delimiter="\t"))
    assert [row[1] for row in rows] == [
        {"label": "ham", "text": '"so what'},
        {"label": "spam", "text": '"a" b'},
        {"label": "ham", "text": "x\ty"},
    ]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_read_and_counted(line_end):
    content = line_end.join([b"id,text", b"1,a", b"", b"2,b"])
    assert outcomes(read_all(content, "csv")) == [(2, {"id": "1", "text": "a"}), (4, {"id": "2", "text": "b"})]


def test_two_columns_of_one_name_are_refused_with_both_places():
    with pytest.raises(FileRefused, match="columns 2 and 4 have the same name “text”"):
        read_all(b"id,text,label, text\n1,a,b,c\n", "csv")


def test_a_header_cell_without_name_gets_one_and_a_missing_header_numbers_the_columns():
    assert outcomes(read_all(b"id,\n1,a\n", "csv")) == [(2, {"id": "1", "column 2": "a"})]
    assert outcomes(read_all(b"1,a\n", "csv", has_header=False)) == [(1, {"column 1": "1", "column 2": "a"})]


def test_a_hundred_thousand_columns_are_refused():
    with pytest.raises(FileRefused, match="100,000 cells; 1,000 columns are the most"):
        read_all(",".join(f"c{number}" for number in range(100_000)).encode() + b"\n1\n", "csv")


def test_a_row_that_is_too_long_is_rejected_by_its_line_and_size():
    rows = outcomes(read_all(b"id,text\n1,a\n2," + b"x" * 6_000_000 + b"\n3,c\n", "csv"))
    assert rows[1] == (3, "The line is 6,000,003 bytes long; 5,000,000 is the most.")
    assert [line for line, _ in rows] == [2, 3, 4]


def test_a_line_of_200_megabytes_costs_no_memory():
    class Endless:
        """Content that is there only while it is read."""

        def __init__(self) -> None:
            self.pieces = [b"id,text\n1,a\n2,", *([b"x" * 2**20] * 200), b"\n3,c\n"]

        def read(self, size: int, /) -> bytes:
            return self.pieces.pop(0) if self.pieces else b""

    tracemalloc.start()
    lines = list(LineReader(Endless()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines[2] == LongLine(b"2," + b"x" * 1998, 200 * 2**20 + 3)
    assert lines[3] == b"3,c\n"
    assert peak < 20 * 2**20


def test_a_quote_that_swallows_thousands_of_lines_gives_them_back():
    rows = read_all(b'id,text\n1,"open\n' + b"2,b\n" * 30_000, "csv")
    assert rows[0].problem == "A quote is opened in this line and never closed."
    assert len([row for row in rows if row.values == {"id": "2", "text": "b"}]) == 30_000
