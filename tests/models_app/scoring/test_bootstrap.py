import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models_app.scoring.bootstrap import estimate_from_sums


def mean_of(sums: np.ndarray) -> np.ndarray:
    return sums[:, 0] / sums[:, 1]


def with_ones(values: np.ndarray) -> np.ndarray:
    return np.stack([values, np.ones(len(values))], axis=1)


def test_an_interval_of_a_mean_agrees_with_the_textbook() -> None:
    values = np.random.default_rng(0).normal(size=400)
    estimate = estimate_from_sums(with_ones(values), mean_of, n_resamples=4000)
    half = 1.96 * values.std() / 20
    assert abs(estimate.high - (values.mean() + half)) < 0.01
    assert abs(estimate.low - (values.mean() - half)) < 0.01


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(-5, 5)))
def test_any_rows_give_a_finite_interval_within_their_range(values: np.ndarray) -> None:
    estimate = estimate_from_sums(with_ones(values), mean_of, n_resamples=50)
    assert values.min() - 1e-9 <= estimate.low <= estimate.high <= values.max() + 1e-9
    assert estimate.n == len(values)


def test_the_same_seed_gives_the_same_interval_and_no_rows_say_nothing() -> None:
    parts = with_ones(np.arange(20.0))
    assert estimate_from_sums(parts, mean_of) == estimate_from_sums(parts, mean_of)
    nothing = estimate_from_sums(np.zeros((0, 2)), mean_of)
    assert (nothing.low, nothing.high, nothing.n) == (0, 1, 0)
