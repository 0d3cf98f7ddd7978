import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from models_app.scoring.auto_accept import faultless_needed, find_threshold, lower_bound, upper_bound


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_bounds_are_those_of_clopper_and_pearson(n_right: int, n_wrong: int) -> None:
    n = n_right + n_wrong
    if n:
        expected = binomtest(n_right, n).proportion_ci(0.95, method="exact")
        assert lower_bound(n_right, n) == pytest.approx(expected.low, abs=1e-9)
        assert upper_bound(n_right, n) == pytest.approx(expected.high, abs=1e-9)


@given(st.integers(0, 5), st.floats(0.5, 0.97))
def test_one_label_fewer_than_needed_would_not_do(n_wrong: int, target: float) -> None:
    needed = faultless_needed(target, n_wrong)
    assert lower_bound(needed, needed + n_wrong) >= target > lower_bound(needed - 1, needed + n_wrong - 1)


def test_about_75_faultless_labels_prove_95_percent_and_fewer_say_how_many_are_missing() -> None:
    sure = np.linspace(0.99, 0.9, 74)
    assert find_threshold(sure, np.full(74, True), target=0.95).threshold == pytest.approx(0.9)
    few = find_threshold(sure[:50], np.full(50, True), target=0.95)
    assert (few.threshold, few.shortfall) == (None, 22)
    assert few.reason == "About 22 more faultless labels are needed to promise 95 %."
    nothing = find_threshold(np.zeros(0), np.zeros(0), target=0.95)
    assert (nothing.threshold, nothing.shortfall) == (None, 72)


def test_a_mistake_among_the_surest_costs_more_labels() -> None:
    confidences = np.linspace(0.99, 0.5, 80)
    is_right = np.arange(80) != 3
    assert find_threshold(confidences, is_right, target=0.95).shortfall > 20


def test_equal_confidences_are_taken_together_or_not_at_all() -> None:
    confidences = np.repeat([0.9, 0.8], [60, 100])
    found = find_threshold(confidences, np.repeat([True, True, False], [60, 60, 40]), target=0.9)
    assert found.threshold == pytest.approx(0.9)
    assert found.accuracy is not None
    assert found.accuracy.n == 60


def test_all_right_accepts_everything_and_all_wrong_nothing() -> None:
    confidences = np.linspace(1, 0, 500)
    assert find_threshold(confidences, np.full(500, True), target=0.95).share == 1
    assert find_threshold(confidences, np.full(500, False), target=0.95).threshold is None


def test_a_threshold_below_the_target_is_as_rare_as_promised() -> None:
    # right with a chance of 0.7 + 0.5 c up to 1: above 0.2, 95 % are right on average
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        confidences = rng.random(600)
        is_right = rng.random(600) < 0.7 + 0.5 * confidences
        found.append(find_threshold(confidences, is_right, target=0.95).threshold)
    thresholds = np.array([threshold for threshold in found if threshold is not None])
    assert (thresholds < 0.2).sum() <= 0.025 * 400 + 6
    assert len(thresholds) > 380
    assert np.median(thresholds) < 0.45


def test_more_looks_ask_for_more() -> None:
    confidences, is_right = np.linspace(1, 0.9, 80), np.full(80, True)
    assert find_threshold(confidences, is_right, target=0.95).threshold is not None
    assert find_threshold(confidences, is_right, target=0.95, n_looks=5).threshold is None


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        find_threshold(np.ones(3), np.ones(3), target=1.0)
    with pytest.raises(ValueError, match="3 confidences but 2"):
        find_threshold(np.ones(3), np.ones(2), target=0.9)
