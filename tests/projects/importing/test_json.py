import json

import pytest

from projects.importing.refusals import FileRefused
from tests.projects.importing.reading import outcomes, read_all


def test_lines_of_json_with_a_bad_one_in_the_middle():
    content = b'{"text": "a", "n": 1}\r\n\n{"text": \n{"text": "b"}\n'
    rows = outcomes(read_all(content, "jsonl"))
    assert rows == [
        (1, {"text": "a", "n": 1}),
        (3, "Not valid JSON: Expecting value, at character 9 of the row."),
        (4, {"text": "b"}),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b'{"a": "\xed\xa0\x80"}', "not valid UTF-8"),
        (b'{"a": NaN}', "NaN, which is no JSON value"),
        (b'{"a": 1e400}', "out of range"),
        (b'{"a": 1, "a": 2}', "“a” stands twice"),
        (b'{"x": {"b": 1, "b": 2}}', "“b” stands twice"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "deeper than 40 levels"),
        (b"[1]", "The row is a list"),
        (b"null", "The row is null"),
        (b'"text"', "The row is a string"),
        (b'{"a": "\x00"}', "NUL byte"),
        (b'{"a": 1} {"a": 2}', "Extra data"),
        (b'{"data": {"a": 1}, "data.a": 2}', "“data.a” twice"),
    ],
)
def test_what_is_no_row_is_explained(line, problem):
    rows = outcomes(read_all(b'{"a": 0}\n' + line + b'\n{"a": 3}\n', "jsonl"))
    assert rows[0] == (1, {"a": 0})
    assert problem in rows[1][1]
    assert rows[1:] == [rows[1], (3, {"a": 3})]


def test_data_and_metadata_objects_become_columns():
    rows = read_all(b'{"external_id": "a", "data": {"text": "x"}, "metadata": {"source": {"deep": [1]}}}', "jsonl")
    assert rows[0].values == {"external_id": "a", "data.text": "x", "metadata.source": {"deep": [1]}}


def test_an_element_of_a_list_may_have_any_shape_of_json_around_it():
    rows = read_all(
        b'\xef\xbb\xbf [ {"a": "]}\\""},\n\n{"a": {"b": [1, {"c": 2}]}}, "bare",{"a":"\\\\"}\n ] \n', "json"
    )
    assert outcomes(rows) == [
        (1, {"a": ']}"'}),
        (3, {"a": {"b": [1, {"c": 2}]}}),
        (3, {"text": "bare"}),
        (3, {"a": "\\"}),
    ]


def test_a_broken_element_of_a_list_does_not_take_the_others_along():
    content = b"""[
  {"text": "a"},
  {"text": "never closed},
  {"text": "b"},
  7,
  {"text": ["wrong"}},
  {
    "text": "c"
  },
  {"text": tru},
  {"text": "\xff"},
  {"text": "d"}
]"""
    rows = outcomes(read_all(content, "json"))
    assert [row for row in rows if isinstance(row[1], dict)] == [
        (2, {"text": "a"}),
        (4, {"text": "b"}),
        (7, {"text": "c"}),
        (12, {"text": "d"}),
    ]
    assert [(line, problem[:40]) for line, problem in rows if isinstance(problem, str)] == [
        (3, "A string is not closed at the end of its"),
        (5, "The row is a number; an object such as {"),
        (6, "“}” closes something that is not open. R"),
        (10, "Not valid JSON: Expecting value, at char"),
        (11, "Bytes that are not valid UTF-8 (ff 22 7d"),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'[{"a": 1}', "The file ends before the list is closed"),
        (b'[{"a": 1},', "The file ends before the list is closed"),
        (b'[{"a": 1}, {"a": "x', "The file ends inside this row"),
        (b'[{"a": 1}]\n[{"a": 2}]', "Something follows the end of the list"),
        (b'[{"a": 1}, {"a": "x}]', "The file ends inside this row"),
        (b'[{"a": 1}, {"b": [}, {"a": 2}]', "The rest of the file cannot be read"),
    ],
)
def test_a_list_that_does_not_end_well_keeps_its_rows_and_says_so(content, problem):
    rows = outcomes(read_all(content, "json"))
    assert rows[0] == (1, {"a": 1})
    assert len(rows) == 2
    assert problem in rows[1][1]


def test_an_element_of_six_megabytes_is_rejected_and_the_next_one_read():
    rows = read_all(b'[{"a": "' + b"\\\\" * 3_000_000 + b'"}, {"a": 1}]', "json")
    assert rows[0].problem == "The row is 6,000,009 bytes long; 5,000,000 is the most."
    assert len(rows[0].raw) == 2_000
    assert rows[1].values == {"a": 1}


def test_elements_longer_than_a_piece_of_the_file_are_put_together():
    values = [{"a": '\\"]}' * size} for size in (1, 65_000, 200_000, 3, 262_140)]
    assert [row.values for row in read_all(json.dumps(values).encode(), "json")] == values


@pytest.mark.parametrize("content", [b'{"a": 1}', b"a,b\n1,2\n"])
def test_what_is_no_list_is_refused_when_read_as_one(content):
    with pytest.raises(FileRefused):
        read_all(content, "json")


@pytest.mark.parametrize("size", [1, 2, 4_095, 4_096, 4_097, 262_143, 262_144, 262_145, 300_001])
@pytest.mark.parametrize("unit", ['"', "\\", '\\"', "\\\\x"])
def test_escaped_quotes_and_backslashes_of_any_number_end_a_string_where_json_says(size, unit):
    values = [{"a": unit * size, "b": "x"}, {"a": "x" * size + unit}]
    assert [row.values for row in read_all(json.dumps(values).encode(), "json")] == values
