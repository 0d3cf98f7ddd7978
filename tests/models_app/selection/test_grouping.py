"""Groups of rows: as many as people can look through, every row in the nearest one."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.rows import Rows
from models_app.selection.grouping import directions, fit_centres, n_groups_for, nearest_centres
from models_app.selection.telling_words import telling_words


@given(st.integers(1, 5_000_000))
def test_there_are_few_groups_and_each_has_some_rows(n):
    assert 1 <= n_groups_for(n) <= 200
    assert n_groups_for(n) * 5 <= max(n, 5)


def test_rows_around_distant_places_are_told_apart():
    rng = np.random.default_rng(1)
    truth = np.repeat(np.arange(4), 50)
    rows = (np.eye(4)[truth] + 0.05 * rng.standard_normal((200, 4))).astype(np.float32)
    numbers, _ = nearest_centres(rows, fit_centres(rows, 4, random_state=3))
    assert len({(one, other) for one, other in zip(truth, numbers, strict=True)}) == 4


def test_equal_rows_make_one_group():
    rows = np.ones((60, 3), dtype=np.float32)
    assert len(fit_centres(rows, 8, random_state=0)) == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_nearest_centre_is_what_all_distances_say(seed, k):
    rng = np.random.default_rng(seed)
    rows, centres = (rng.standard_normal((n, 5)).astype(np.float32) for n in (17, k))
    numbers, distances = nearest_centres(rows, centres)
    all_of_them = np.square(rows[:, None] - centres[None]).sum(axis=2)
    assert np.allclose(all_of_them[np.arange(17), numbers], all_of_them.min(axis=1), atol=1e-4)
    assert np.allclose(distances, all_of_them.min(axis=1), atol=1e-4)


def test_rows_count_by_meaning_where_there_is_any_else_by_topics():
    sparse, topics = sp.csr_matrix([[0.0, 2.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [3.0, 0.0]], dtype=np.float32)
    assert directions(Rows(sparse), topics).tolist() == [[1.0, 0.0], [0.0, 0.0]]
    meaning = np.array([[0.0, 0.5], [0.25, 0.0]], dtype=np.float16)
    assert directions(Rows(sparse, meaning), topics).tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_words_that_are_everywhere_signs_and_single_letters_tell_nothing():
    groups = [[["the", "refund", "!", "a"], ["the", "refund", "4"]], [["the", "bus", "!"], ["the", "bus", "a"]]]
    assert telling_words(groups) == [["refund"], ["bus"]]


def test_a_group_without_words_has_no_name():
    assert telling_words([[[], []], [["bus"], ["bus"]]]) == [[], ["bus"]]
    assert telling_words([]) == []
