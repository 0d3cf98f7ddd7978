import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_app.scoring.forecast import fit_learning_curve

SIZES = [50, 100, 200, 400, 800]


def test_a_power_law_is_found_again_and_goes_on() -> None:
    curve = fit_learning_curve(SIZES, [0.92 - 1.5 * n**-0.4 for n in SIZES])
    assert curve.score_at(1600) == pytest.approx(0.92 - 1.5 * 1600**-0.4, abs=0.003)
    forecast = curve.forecast(800)
    assert forecast.gain == pytest.approx(1.5 * (800**-0.4 - 1600**-0.4), abs=0.003)
    assert forecast.sentence().startswith("800 more labels: +2.")


def test_noisier_points_give_a_wider_interval() -> None:
    scores = [0.9 - 2 * n**-0.5 for n in SIZES]
    calm, noisy = (fit_learning_curve(SIZES, scores, [error] * 5).forecast(400) for error in (0.002, 0.03))
    assert calm.high is not None
    assert noisy.high is not None
    assert calm.low is not None
    assert noisy.low is not None
    assert noisy.high - noisy.low > 3 * (calm.high - calm.low)


def test_the_interval_holds_the_true_gain_most_of_the_time() -> None:
    rng = np.random.default_rng(0)
    sizes = [50, 100, 150, 200, 300, 400, 600, 800]
    true_gain = 1.5 * (800**-0.4 - 1300**-0.4)
    held = 0
    for _ in range(60):
        scores = [0.92 - 1.5 * n**-0.4 + rng.normal() * 0.01 for n in sizes]
        forecast = fit_learning_curve(sizes, scores, [0.01] * 8).forecast(500)
        assert forecast.low is not None
        assert forecast.high is not None
        held += forecast.low <= true_gain <= forecast.high
    assert held >= 50


@pytest.mark.parametrize(
    ("sizes", "scores", "reason"),
    [
        ([], [], "0 of the 4 points"),
        ([50, 100, 200], [0.5, 0.6, 0.7], "3 of the 4 points"),
        ([50, 50, 50, 50], [0.5, 0.6, 0.7, 0.8], "1 of the 4 points"),
        ([100, 110, 120, 130], [0.5, 0.6, 0.7, 0.8], "too close together"),
        ([0, 10, 20, 40], [0.5, 0.6, 0.7, 0.8], "not numbers of labels"),
        ([10, 20, 40, 80], [0.5, 0.6, float("nan"), 0.8], "not numbers of labels"),
    ],
)
def test_too_little_to_tell_is_said(sizes: list[int], scores: list[float], reason: str) -> None:
    curve = fit_learning_curve(sizes, scores)
    assert reason in curve.forecast(100).reason
    assert curve.forecast(100).sentence().startswith("What 100 more labels would give is not defined, because ")
    with pytest.raises(ValueError, match="not defined"):
        curve.score_at(100)


def test_far_ahead_is_not_foretold() -> None:
    curve = fit_learning_curve(SIZES, [0.9 - 2 * n**-0.5 for n in SIZES])
    assert "more than 3 times the 800" in curve.forecast(5000).sentence()


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.integers(1, 2000))
def test_no_curve_falls_or_passes_one(scores: list[float], extra: int) -> None:
    curve = fit_learning_curve(SIZES, scores)
    forecast = curve.forecast(extra)
    assert forecast.gain is not None
    assert forecast.low is not None
    assert forecast.high is not None
    assert -1e-9 <= forecast.low <= forecast.gain <= forecast.high <= 1
    assert curve.score_at(800 + extra) <= 1 + 1e-9


def test_where_scores_fall_by_chance_the_interval_stays_as_wide_as_their_errors_are() -> None:
    curve = fit_learning_curve([30, 60, 120, 200, 310], [0.894, 0.906, 0.894, 0.9, 0.85], [0.025] * 5)
    forecast = curve.forecast(200)
    assert forecast.gain == pytest.approx(0.0, abs=1e-6)
    assert forecast.high is not None
    assert forecast.high > 0.005
