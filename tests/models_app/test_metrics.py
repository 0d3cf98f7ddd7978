import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as reference_confusion
from sklearn.metrics import f1_score, precision_recall_fscore_support

from models_app.rounds.metrics import (
    confusion_matrix,
    expected_calibration_error,
    macro_f1,
    macro_f1_estimate,
    mean_estimate,
    option_scores,
    reliability,
    wilson_interval,
)


def test_wilson_interval_of_the_literature() -> None:
    # Newcombe (1998), table I: 81 of 263
    estimate = wilson_interval(81, 263)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(right: int, wrong: int) -> None:
    estimate = wilson_interval(right, right + wrong)
    assert 0 <= estimate.low <= estimate.value + 1e-12
    assert estimate.value - 1e-12 <= estimate.high <= 1


def test_no_rows_say_nothing() -> None:
    estimate = wilson_interval(0, 0)
    assert (estimate.low, estimate.high, estimate.n) == (0, 1, 0)


def test_more_successes_than_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="3 successes out of 2"):
        wilson_interval(3, 2)


def test_confusion_and_scores_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(4, size=300), rng.integers(4, size=300)
    confusion = confusion_matrix(truth, predicted, 4)
    np.testing.assert_array_equal(confusion, reference_confusion(truth, predicted))
    assert macro_f1(truth, predicted, 4) == pytest.approx(f1_score(truth, predicted, average="macro"))
    precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted)
    found = option_scores(confusion)
    assert [row["precision"] for row in found] == pytest.approx(precision)
    assert [row["recall"] for row in found] == pytest.approx(recall)
    assert [row["f1"] for row in found] == pytest.approx(f1)


def test_an_option_that_never_occurs_has_no_scores_and_does_not_pull_the_mean_down() -> None:
    confusion = np.array([[5, 0, 0], [0, 5, 0], [0, 0, 0]])
    assert option_scores(confusion)[2]["f1"] is None
    truth = np.repeat([0, 1], 5)
    assert macro_f1(truth, truth, 3) == 1


def test_macro_f1_has_a_narrower_interval_with_more_rows() -> None:
    truth, predicted = np.repeat([0, 1], 10), np.repeat([0, 1, 0, 1], [8, 2, 3, 7])
    few, many = (macro_f1_estimate(np.tile(truth, n), np.tile(predicted, n), 2) for n in (1, 50))
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 3


def test_calibration_error_worked_by_hand() -> None:
    # two bins: 0.95 with 1 of 2 right, 0.55 with 2 of 2 right
    confidences = np.array([0.95, 0.95, 0.55, 0.55])
    is_right = np.array([True, False, True, True])
    assert expected_calibration_error(confidences, is_right) == pytest.approx((0.45 + 0.45) / 2)


def test_reliability_counts_every_row_once() -> None:
    rng = np.random.default_rng(0)
    bins = reliability(np.append(rng.random(99), 1.0), rng.random(100) < 0.5)
    assert sum(bin_["n"] for bin_ in bins) == 100


def test_few_rows_that_are_all_right_leave_room_for_doubt() -> None:
    truth = np.array([0, 1, 0, 1])
    macro = macro_f1_estimate(truth, truth, 2)
    assert (macro.value, round(macro.low, 2), macro.high) == (1.0, 0.51, 1.0)
    wrong = mean_estimate(np.zeros(4))
    assert (wrong.value, wrong.low, round(wrong.high, 2)) == (0.0, 0.0, 0.49)
