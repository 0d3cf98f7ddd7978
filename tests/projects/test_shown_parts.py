"""How the cells of a record are written where they are read."""

import pytest

from projects.schema.fields.record import RecordField
from projects.schema.problems import SchemaProblems


def shown(cell: object, **column: str) -> str:
    field = RecordField.parse({"name": "row", "kind": "record", "columns": [{"name": "cell", **column}]})
    return field.shown_parts({"cell": cell})[0].text


@pytest.mark.parametrize(
    ("column_type", "cell", "expected"),
    [
        ("number", 1_200_000, "1,200,000 m"),
        ("number", 1200.5, "1,200.5 m"),
        ("number", 0.1 + 0.2, "0.3 m"),
        ("number", 100.0, "100 m"),
        ("money", 1200, "1,200.00 m"),
        ("percent", 12.345, "12.35 %"),
        ("percent", 40, "40 %"),
        ("date", "2026-01-31", "31 Jan 2026"),
        ("time", "2026-01-31T09:30:00", "31 Jan 2026, 09:30"),
        ("time", "2026-01-31T09:30:00+02:00", "31 Jan 2026, 09:30 UTC+02:00"),
        ("flag", True, "✓ yes"),
        ("flag", False, "✗ no"),
        ("text", "1200.5", "1200.5"),
    ],
)
def test_cells_are_written_as_their_columns_type_says(column_type, cell, expected):
    assert shown(cell, type=column_type, unit="m") == expected


@pytest.mark.parametrize(
    ("cell", "column_types"),
    [
        ("about ten", ["number", "money", "percent", "date", "time", "flag"]),
        (True, ["number", "money", "percent", "date", "time"]),
        (1, ["date", "time", "flag"]),
        (0.0, ["flag"]),
    ],
)
def test_a_cell_from_before_its_column_had_this_type_is_shown_as_it_is(cell: object, column_types: list[str]) -> None:
    assert {shown(cell, type=column_type) for column_type in column_types} == {str(cell)}


def test_a_column_that_the_schema_names_no_more_stands_at_the_end_for_who_may_read_all() -> None:
    field = RecordField.parse({"name": "row", "kind": "record", "columns": [{"name": "amount"}, {"name": "paid"}]})
    parts = field.shown_parts({"amt": "18.40", "paid": None})
    assert [(part.name, part.text, part.look) for part in parts] == [
        ("amount", "–", "missing"),
        ("paid", "–", "missing"),
        ("amt", "18.40", "not-at-work"),
    ]


@pytest.mark.parametrize("value", [10**400, -(10**400), "9" * 400, "1e400", float("nan")])
def test_a_number_too_large_to_be_read_again_is_refused_with_its_place(value: object) -> None:
    field = RecordField.parse({"name": "row", "kind": "record", "columns": [{"name": "cell", "type": "number"}]})
    with pytest.raises(SchemaProblems) as refusal:
        field.validate({"cell": value})
    assert [problem.path for problem in refusal.value.problems] == ["cell"]
