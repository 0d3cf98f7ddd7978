import numpy as np
import pytest
from scipy.stats import binomtest

from models_app.versions.promotion import FEWEST_HOLDOUT_LABELS, judge, mcnemar_worse


def answers(n_right: int, n: int) -> np.ndarray:
    return np.arange(n) < n_right


def test_the_paired_test_agrees_with_the_binomial_test() -> None:
    rng = np.random.default_rng(0)
    was_right, is_right = rng.random(200) < 0.8, rng.random(200) < 0.7
    lost, gained = (was_right & ~is_right).sum(), (~was_right & is_right).sum()
    expected = binomtest(int(lost), int(lost + gained), 0.5, alternative="greater").pvalue
    assert mcnemar_worse(was_right, is_right) == pytest.approx(expected)


def test_equal_answers_show_nothing() -> None:
    assert mcnemar_worse(answers(5, 9), answers(5, 9)) == 1


def test_the_first_model_serves_and_says_that_it_is_untested() -> None:
    verdict = judge(None, answers(2, 3))
    assert verdict.promotes
    assert "untested, n = 3" in verdict.reason


def test_with_a_small_holdout_the_newer_model_serves_however_bad_it_looks() -> None:
    n = FEWEST_HOLDOUT_LABELS - 1
    verdict = judge(answers(n, n), answers(0, n))
    assert verdict.promotes
    assert "Not decidable yet" in verdict.reason


def test_a_model_that_is_shown_worse_is_turned_down_with_both_figures() -> None:
    verdict = judge(answers(90, 100), answers(70, 100))
    assert not verdict.promotes
    assert "90.0% before, 70.0% now, on 100 holdout labels" in verdict.reason


def test_a_model_that_is_only_a_little_worse_is_not_turned_down() -> None:
    assert judge(answers(90, 100), answers(88, 100)).promotes
    assert judge(answers(80, 100), answers(90, 100)).promotes
