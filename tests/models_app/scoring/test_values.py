import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from models_app.scoring.values import mean_absolute_error, quadratic_kappa, root_mean_squared_error, spearman

EVERY = (mean_absolute_error, root_mean_squared_error, quadratic_kappa, spearman)


def test_all_agree_with_scikit_learn_and_scipy() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(1, 6, size=300)
    predicted = np.clip(truth + rng.integers(-1, 3, size=300), 1, 5)
    assert quadratic_kappa(truth, predicted).value == pytest.approx(
        cohen_kappa_score(truth, predicted, weights="quadratic")
    )
    assert spearman(truth, predicted).value == pytest.approx(spearmanr(truth, predicted).statistic)
    assert mean_absolute_error(truth, predicted).value == pytest.approx(np.abs(truth - predicted).mean())
    assert root_mean_squared_error(truth, predicted).value == pytest.approx(np.sqrt(((truth - predicted) ** 2).mean()))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=30))
def test_any_ratings_give_finite_figures_in_order(pairs: list[tuple[int, int]]) -> None:
    truth, predicted = np.array(pairs).T
    for measure in EVERY:
        estimate = measure(truth, predicted)
        assert np.isfinite([estimate.value, estimate.low, estimate.high]).all()
        assert estimate.low <= estimate.high


def test_one_value_throughout_shows_nothing() -> None:
    same = np.full(10, 3)
    assert quadratic_kappa(same, same).value == spearman(same, same).value == 0


@pytest.mark.parametrize("measure", EVERY)
def test_no_rows_say_nothing_and_unequal_lengths_are_refused(measure) -> None:
    assert measure(np.zeros(0), np.zeros(0)).n == 0
    with pytest.raises(ValueError, match="2 true values but 1"):
        measure(np.zeros(2), np.zeros(1))
