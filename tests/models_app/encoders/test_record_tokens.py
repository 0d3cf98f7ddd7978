"""A table row as tokens, by the types of its columns."""

import math

from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.record_tokens import record_tokens

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30)


def said(cell, kind=None):
    return set(record_tokens({"x": cell}, {"x": kind} if kind else {}))


@given(numbers)
def test_every_number_says_something_and_equal_ones_the_same(number):
    assert said(number, "number") == said(float(number), "number") != set()
    assert len(said(number, "number")) < 80


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_of_three_numbers_the_middle_one_shares_as_much_with_its_neighbour_as_the_far_one(one, two, three):
    low, middle, high = sorted([one, two, three])
    beyond = [said(number, "money") for number in (low, middle, high)]
    assert len(beyond[0] & beyond[1]) >= len(beyond[0] & beyond[2])


def test_columns_are_told_apart_and_types_decide():
    assert not set(record_tokens({"a": 5}, {"a": "number"})) & set(record_tokens({"b": 5}, {"b": "number"}))
    assert len(said("5", "text")) == 1
    assert said("5") == said(5.0, "number")
    assert said(True) != said(False)
    assert said("2026-01-31", "date") & said("2026-01-30", "date")
    assert len(said("2026-01-31T09:30:00", "time") - said("2026-01-31", "date")) == 2


@given(st.recursive(st.none() | st.booleans() | numbers | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_a_column_without_a_type_may_hold_anything(cell):
    assert isinstance(record_tokens({"x": cell}, {}), list)


def test_long_texts_are_words_and_no_category():
    assert said("x" * 100, "text") == set()
    assert said(" Café ", "text") == said("café", "text")
    assert said(str(math.inf)) != said(1.0)
