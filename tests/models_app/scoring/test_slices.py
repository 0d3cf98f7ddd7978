"""The main figure part by part: what is a slice, what is too small to tell, and what is no chance."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models_app.scoring.slices import FEWEST_IN_SLICE, Column, slice_scores


def of_column(sliced, name):
    return {one["title"]: one for one in sliced.slices if one["column"] == name}


def test_each_value_of_a_column_has_its_figure_with_an_interval_and_its_count():
    right = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 20)
    sliced = slice_scores(right, [Column("source", ["app"] * 40 + ["mail"] * 20)])
    app, mail = (of_column(sliced, "source")[name] for name in ("app", "mail"))
    assert app["n"] == app["score"]["n"] == 40
    assert app["score"]["value"] == 0.75
    assert 0.59 < app["score"]["low"] < 0.75 < app["score"]["high"] < 0.87
    assert mail["score"]["value"] == 1.0
    assert sliced.whole["n"] == 60
    assert sliced.n_compared == 2


def test_the_worst_comes_first_and_what_cannot_be_told_last():
    right = np.array([1.0] * 20 + [0.0, 1.0] * 10 + [0.0] * 3)
    sliced = slice_scores(right, [Column("source", ["good"] * 20 + ["poor"] * 20 + ["few"] * 3)])
    assert [one["title"] for one in sliced.slices] == ["poor", "good", "few"]
    few = sliced.slices[-1]
    assert few["score"] is None
    assert few["because"] == f"there are 3 of the {FEWEST_IN_SLICE} tasks it takes"
    assert not few["is_worse"]


def test_what_is_known_of_no_task_or_the_same_of_all_is_no_slice():
    right = np.ones(40)
    columns = [Column("same", ["x"] * 40), Column("unknown", [None] * 40)]
    assert slice_scores(right, [*columns, Column("names", [f"n{i}" for i in range(40)])]).slices == []


def test_many_numbers_are_told_apart_in_quarters_and_equal_ones_stay_together():
    lengths = [*range(10, 90), *[200] * 40, None, None]
    sliced = slice_scores(np.ones(len(lengths)), [Column("length", lengths)])
    titles = of_column(sliced, "length")
    assert set(titles) == {"10 to 39", "40 to 69", "70 to 200", "(none)"}
    assert sum(one["n"] for one in titles.values()) == len(lengths)


def test_truth_values_and_numbers_are_named_as_people_write_them():
    columns = [Column("urgent", [True] * 20 + [False] * 20), Column("stars", [1.0] * 20 + [1.5] * 20)]
    sliced = slice_scores(np.ones(40), columns)
    assert set(of_column(sliced, "urgent")) == {"yes", "no"}
    assert set(of_column(sliced, "stars")) == {"1", "1.5"}


def test_an_f1_is_worked_out_from_what_was_found_in_the_slice():
    parts = np.array([[1, 1, 1]] * 20 + [[0, 1, 1]] * 20 + [[0, 0, 0]] * 20)
    sliced = slice_scores(parts, [Column("source", ["good"] * 20 + ["bad"] * 20 + ["empty"] * 20)])
    found = of_column(sliced, "source")
    assert found["good"]["score"]["value"] == 1.0
    assert found["bad"]["score"]["value"] == 0.0
    assert found["bad"]["is_worse"]
    assert not found["good"]["is_worse"]
    assert found["empty"]["because"] == "nothing was to be found and nothing was found"
    assert sliced.whole["value"] == 0.5


def test_where_nothing_differs_hardly_anything_is_called_worse():
    rng = np.random.default_rng(0)
    n_remarks = 0
    for _ in range(100):
        right = rng.random(200) < 0.8
        columns = [Column(f"c{number}", rng.integers(5, size=200).tolist()) for number in range(6)]
        sliced = slice_scores(right, columns)
        assert sliced.n_compared == 30
        n_remarks += any(one["is_worse"] for one in sliced.slices)
    assert n_remarks <= 5


def test_a_slice_that_is_plainly_worse_is_called_so_among_many():
    rng = np.random.default_rng(1)
    source = rng.integers(4, size=400)
    right = rng.random(400) < np.where(source == 2, 0.5, 0.9)
    columns = [Column("source", source.tolist())]
    columns += [Column(f"c{number}", rng.integers(5, size=400).tolist()) for number in range(6)]
    sliced = slice_scores(right, columns)
    assert [one["title"] for one in sliced.slices if one["is_worse"]] == ["2"]
    assert sliced.slices[0]["column"] == "source"


def test_a_column_of_another_length_is_refused():
    with pytest.raises(ValueError, match="source do not have one value for each of 3 tasks"):
        slice_scores(np.ones(3), [Column("source", ["a"])])


@example([(0.0, None), (0.0, "\x00")])
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80))
        ),
        max_size=120,
    )
)
def test_whatever_is_known_of_tasks_each_is_in_at_most_one_slice_of_a_column(rows):
    parts = np.array([score for score, _ in rows], dtype=np.float64)
    sliced = slice_scores(parts, [Column("any", [value for _, value in rows])])
    assert sum(one["n"] for one in sliced.slices) in {0, len(rows)}
    for one in sliced.slices:
        assert len(one["title"]) <= 60
        assert (one["score"] is None) == bool(one["because"])
        if one["score"]:
            assert one["score"]["low"] <= one["score"]["value"] <= one["score"]["high"]
