import gzip
import io

import pytest

from projects.importing.preview import Preview, Wishes, preview_file
from projects.importing.refusals import FileRefused
from projects.schema import parse_schema
from tests.factories import TOPIC_SCHEMA


def preview(content: bytes, name: str = "a.csv", **wishes: object) -> Preview:
    return preview_file(io.BytesIO(content), name, parse_schema(TOPIC_SCHEMA), Wishes(**wishes))  # type: ignore[arg-type]


def test_the_first_twenty_rows_are_shown_with_what_is_wrong_with_them():
    content = b"id,text\n1,a\n2,\n3,b,c\n" + b"".join(b"%d,t\n" % number for number in range(4, 40))
    shown = preview(content)
    assert len(shown.rows) == 20
    assert [(row.line, row.problem) for row in shown.rows[:4]] == [
        (2, ""),
        (3, "“text” is empty."),
        (4, "The row has 3 cells; the file has 2 columns."),
        (5, ""),
    ]
    assert shown.mapping.targets == {"id": "external_id", "text": "data.text"}


def test_columns_of_json_rows_are_gathered_in_order():
    assert preview(b'{"b": 1, "text": "x"}\n{"a": 2, "text": "y"}\n').columns == ["b", "text", "a"]


def test_a_mapping_that_does_not_fit_is_noted_and_the_rows_still_shown():
    shown = preview(b"x,y\n1,2\n", mapping={"x": "metadata"})
    assert shown.mapping_problem == "No column becomes the field “text”: choose the one that holds it."
    assert len(shown.rows) == 1


def test_a_file_that_becomes_no_row_is_refused():
    for content in (b"id,text\n", b"[]", b"[ ]\n"):
        with pytest.raises(FileRefused, match="no rows"):
            preview(content)


@pytest.mark.parametrize(
    ("wishes", "path"),
    [({"encoding": "klingon"}, "encoding"), ({"format": "xml"}, "format"), ({"delimiter": "ab"}, "delimiter")],
)
def test_a_wish_that_makes_no_sense_is_refused_where_it_stands(wishes, path):
    with pytest.raises(FileRefused) as refusal:
        preview(b"id,text\n1,a\n", **wishes)
    assert refusal.value.path == path


def test_a_huge_first_row_does_not_hide_the_file():
    packed = gzip.compress(b"x" * 50_000_000 + b"\nsecond\n")
    shown = preview(packed, "a.txt.gz")
    assert [row.problem for row in shown.rows] == ["The row is longer than 5,000,000 bytes, which is the most."]


def test_the_readers_words_are_used_for_numbers_in_text():
    assert [row.problem for row in preview(b'[{"text": 5}, {"text": {"a": 1}}]').rows] == [
        "",
        "“text” {'a': 1} is not text.",
    ]
