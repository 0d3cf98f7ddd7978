import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models_app.scoring.acceptance import option_thresholds


def test_a_rare_option_is_not_carried_by_a_frequent_easy_one() -> None:
    answers = ["ham"] * 170 + ["spam"] * 30
    confidences = np.full(200, 0.99)
    is_right = np.array([True] * 170 + [False] * 3 + [True] * 27)
    ham, others = option_thresholds(answers, confidences, is_right, target=0.95)
    assert (ham.options, ham.found.threshold) == (("ham",), 0.99)
    assert others.options is None
    assert others.found.threshold is None
    assert others.found.shortfall > 72 - 27


def test_options_that_are_too_rare_to_stand_alone_are_judged_together() -> None:
    answers = [number % 10 for number in range(200)]
    [together] = option_thresholds(answers, np.linspace(0.9, 1, 200), np.full(200, True), target=0.95)
    assert together.options is None
    assert together.n == 200
    assert together.found.threshold == 0.9


def test_two_frequent_options_share_the_chance_to_be_wrong() -> None:
    """72 faultless rows prove 95 % for one group; for two groups at once it takes more."""
    answers = ["a"] * 75 + ["b"] * 75
    groups = option_thresholds(answers, np.full(150, 0.9), np.full(150, True), target=0.95)
    assert [group.options for group in groups] == [None]  # too few to split, so they stand together
    answers = ["a"] * 90 + ["b"] * 90
    groups = option_thresholds(answers, np.full(180, 0.9), np.full(180, True), target=0.95)
    assert [group.options for group in groups] == [("a",), ("b",)]
    assert all(group.found.threshold == 0.9 for group in groups)


def test_without_any_row_the_shortfall_is_told() -> None:
    [group] = option_thresholds([], np.zeros(0), np.zeros(0, dtype=bool), target=0.95)
    assert (group.found.threshold, group.n, group.found.shortfall) == (None, 0, 72)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1), st.booleans()), max_size=300))
def test_every_row_is_in_one_group_and_what_is_accepted_was_right_often_enough(
    rows: list[tuple[str, float, bool]],
) -> None:
    answers = [answer for answer, _, _ in rows]
    confidences = np.array([confidence for _, confidence, _ in rows])
    is_right = np.array([right for *_, right in rows], dtype=bool)
    groups = option_thresholds(answers, confidences, is_right, target=0.8)
    assert sum(group.n for group in groups) == len(rows)
    for group in groups:
        if group.found.threshold is not None:
            assert group.found.accuracy is not None
            assert group.found.accuracy.low >= 0.8


def test_a_model_just_below_the_target_is_seldom_let_through() -> None:
    """Of many random holdouts of a model that is right in 94 % at every confidence, at most about one in forty."""
    rng = np.random.default_rng(1)
    passed = 0
    for _ in range(400):
        answers = rng.choice(["a", "b", "c"], size=300, p=[0.5, 0.4, 0.1])
        groups = option_thresholds(answers.tolist(), rng.random(300), rng.random(300) < 0.94, target=0.95)
        passed += any(group.found.threshold is not None for group in groups)
    assert passed / 400 <= 0.04
