import pytest

from projects.importing.mapping import ColumnMapping, MappedRow, checked_mapping, guess_mapping
from projects.importing.refusals import FileRefused, RowRefused


def guessed(*columns: str, rows: list[dict[str, object]] | None = None) -> dict[str, str]:
    return guess_mapping(columns, rows or [], ["text"]).targets


def test_columns_are_recognised_by_name():
    assert guessed("ID", "Text", "label") == {"ID": "external_id", "Text": "data.text", "label": "metadata"}
    assert guessed("data.text", "metadata.source", "external_id") == {
        "data.text": "data.text",
        "metadata.source": "metadata",
        "external_id": "external_id",
    }
    assert guessed("body", "n")["body"] == "data.text"


def test_without_a_telling_name_the_longest_text_is_the_field():
    rows = [{"a": "short", "b": "a much longer text than that", "c": 5}]
    assert guessed("a", "b", "c", rows=rows) == {"a": "metadata", "b": "data.text", "c": "metadata"}


def test_a_column_named_id_whose_values_repeat_is_no_id():
    rows: list[dict[str, object]] = [{"id": number % 2, "text": "x"} for number in range(10)]
    assert guessed("id", "text", rows=rows)["id"] == "metadata"
    assert guessed("external_id", "text", rows=[{"external_id": 1}] * 10)["external_id"] == "external_id"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"a": "data.nothing"}, "“a” cannot become 'data.nothing'"),
        ({"a": 5}, "“a” cannot become 5"),
        ({"z": "ignore", "a": "data.text"}, "no column “z”"),
        ({"a": "data.text", "b": "data.text"}, "2 columns would become data.text"),
        ({"a": "metadata"}, "No column becomes the field “text”"),
        ({"a": "data.text", "*": "external_id"}, "cannot become 'external_id'"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_name(wanted, message):
    with pytest.raises(FileRefused, match=message.replace("*", ".")) as refusal:
        checked_mapping(wanted, ["a", "b"], ["text"])
    assert refusal.value.path == "mapping"


def test_a_row_is_sorted_into_id_data_and_metadata():
    mapping = checked_mapping({"a": "text", "i": "external_id", "x": "ignore"}, (), ["text"])
    row = mapping.apply({"a": "t", "i": " 7 ", "x": 1, "metadata.source": "s", "empty": "", "nothing": None})
    assert row == MappedRow("7", {"text": "t"}, {"source": "s"})
    assert ColumnMapping({"a": "data.text"}, others="ignore").apply({"a": "t", "b": 1}).metadata == {}


@pytest.mark.parametrize("value", [True, 1.5, {}, [], "x" * 201, "a\nb", "a\0"])
def test_what_can_be_no_id_rejects_the_row(value):
    with pytest.raises(RowRefused, match="^i: "):
        ColumnMapping({"i": "external_id"}).apply({"i": value})


def test_ids_may_be_whole_numbers_and_any_writing():
    mapping = ColumnMapping({"i": "external_id"})
    assert [mapping.apply({"i": value}).external_id for value in (7, "שלום", "👩‍👩‍👧", None)] == [
        "7",
        "שלום",
        "👩‍👩‍👧",
        "",
    ]
