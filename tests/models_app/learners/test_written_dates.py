"""Dates as people write them are found where they stand, and nothing else is."""

import time

import pytest

from models_app.learners.written_dates import find_dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 2024-03-12 we", "2024-03-12"),
        ("2024/3/12", "2024-03-12"),
        ("Berlin, 22.03.2024.", "2024-03-22"),
        ("the 12th of March 2024", "2024-03-12"),
        ("March 12, 2024", "2024-03-12"),
        ("Mar. 12th, 2024", "2024-03-12"),
        ("12. März 2024", "2024-03-12"),
        ("le 1er août 2024", "2024-08-01"),
        ("12 de marzo de 2024", "2024-03-12"),
        ("12-Mar-2024", "2024-03-12"),
        ("2024年3月12日", "2024-03-12"),
        ("12/13/99", "1999-12-13"),
        ("🍐 31.12.30", "2030-12-31"),
    ],
)
def test_a_date_is_found_however_it_is_written(text: str, value: str) -> None:
    found = find_dates(text)
    assert [date.value for date in found] == [value]
    assert text[found[0].start : found[0].end].strip() == text[found[0].start : found[0].end]


def test_numbers_that_can_be_read_both_ways_are_read_both_ways() -> None:
    assert {date.reading: date.value for date in find_dates("04/05/2026")} == {
        "day first": "2026-05-04",
        "month first": "2026-04-05",
    }


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-45",
        "version 1.2.34.5",
        "31.02.2024",
        "call 555-12-3456-78",
        "in March 2024",
        "12 March",
        "1/2",
        "",
        "٣",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31T09:30:00 sharp", "2026-01-31T09:30"),
        ("31.01.2026 um 9:30 Uhr", "2026-01-31T09:30"),
        ("January 31, 2026, 9 pm", "2026-01-31T21:00"),
        ("31 Jan 2026 at 12.15 a.m.", "2026-01-31T00:15"),
    ],
)
def test_a_time_behind_a_date_belongs_to_it(text: str, value: str) -> None:
    assert [date.value for date in find_dates(text, with_time=True)] == [value]


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31 25:00", "2026-01-31 9 people", "2026-01-31 13 pm"])
def test_a_date_without_a_time_is_no_moment(text: str) -> None:
    assert find_dates(text, with_time=True) == []


def test_hostile_texts_take_no_time() -> None:
    start = time.process_time()
    for text in ("1" * 200_000, "1/" * 100_000, "1/1/11 " * 30_000, "march " * 40_000, "2024-1-" * 30_000):
        assert len(find_dates(text)) <= 400
    assert time.process_time() - start < 5
