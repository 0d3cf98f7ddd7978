import numpy as np
import pytest

from models_app.rounds.metrics import expected_calibration_error
from models_app.scoring.confidences import calibration_error, error_by_chance
from models_app.scoring.recalibration import Recalibration, log_odds


def test_the_error_is_that_of_the_plain_definition_with_an_interval() -> None:
    rng = np.random.default_rng(0)
    confidences = rng.random(500)
    is_right = rng.random(500) < confidences**2
    estimate = calibration_error(confidences, is_right)
    assert estimate.value == pytest.approx(expected_calibration_error(confidences, is_right))
    assert estimate.low < estimate.value < estimate.high


def test_overconfident_answers_are_put_right() -> None:
    rng = np.random.default_rng(1)
    true_odds = rng.normal(size=4000) * 1.5
    is_right = rng.random(4000) < 1 / (1 + np.exp(-true_odds))
    said = true_odds * 3 + 1
    found = Recalibration.fit(said[:400], is_right[:400])
    before = calibration_error(1 / (1 + np.exp(-said[400:])), is_right[400:])
    after = calibration_error(found.apply(said[400:]), is_right[400:])
    assert before.value > 0.1
    assert after.value < 0.05
    again = Recalibration.from_state(found.state())
    np.testing.assert_array_equal(again.apply(said), found.apply(said))


@pytest.mark.parametrize("is_right", [True, False])
def test_answers_all_right_or_all_wrong_give_no_certainty(is_right: bool) -> None:
    scores = log_odds(np.full(30, 0.9))
    assert 0.001 < Recalibration.fit(scores, np.full(30, is_right)).apply(scores)[0] < 0.9999


def test_a_handful_of_rows_changes_nothing() -> None:
    assert Recalibration.fit(np.zeros(5), np.ones(5)) == Recalibration()


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 confidences but 1 answers"):
        calibration_error(np.zeros(2), np.zeros(1))


def test_perfect_confidences_seem_as_far_off_as_chance_makes_them() -> None:
    rng = np.random.default_rng(2)
    confidences = rng.uniform(0.4, 1.0, size=60)
    errors = [calibration_error(confidences, rng.random(60) < confidences).value for _ in range(100)]
    assert error_by_chance(confidences) == pytest.approx(np.mean(errors), rel=0.15)
    assert error_by_chance(np.zeros(0)) == 0.0
