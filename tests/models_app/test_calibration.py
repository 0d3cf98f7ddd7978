import numpy as np
import pytest
import scipy.sparse as sp

from models_app.learners.logistic import LogisticLearner
from models_app.rounds.calibration import fit_temperature, out_of_fold_scores, softmax
from models_app.rounds.metrics import expected_calibration_error


def drawn_labels(scores: np.ndarray, temperature: float, seed: int = 0) -> np.ndarray:
    uniform = np.random.default_rng(seed).random((len(scores), 1))
    return (softmax(scores, temperature).cumsum(axis=1) < uniform).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_the_temperature_labels_were_drawn_with_is_found(temperature: float) -> None:
    scores = np.random.default_rng(1).normal(size=(4000, 5)) * 2
    assert fit_temperature(scores, drawn_labels(scores, temperature)) == pytest.approx(temperature, rel=0.1)


def test_calibrated_confidences_mean_what_they_say() -> None:
    scores = np.random.default_rng(2).normal(size=(4000, 4)) * 3
    y = drawn_labels(scores, 4.0)
    is_right = scores.argmax(axis=1) == y
    raw, calibrated = (softmax(scores, t).max(axis=1) for t in (1.0, fit_temperature(scores, y)))
    assert expected_calibration_error(calibrated, is_right) < 0.03 < expected_calibration_error(raw, is_right)


def test_too_few_rows_leave_the_confidences_alone() -> None:
    assert fit_temperature(np.zeros((0, 2)), np.zeros(0, dtype=int)) == 1.0
    assert fit_temperature(np.array([[9.0, 0.0]] * 9), np.zeros(9, dtype=int)) == 1.0


def test_rows_no_fold_could_score_are_left_out() -> None:
    scores = np.random.default_rng(1).normal(size=(500, 3))
    y = drawn_labels(scores, 1.0)
    spoiled, spoiled_y = np.vstack([scores, [[np.nan] * 3, [0.0, 0.0, -np.inf]]]), np.append(y, [0, 2])
    assert fit_temperature(spoiled, spoiled_y) == pytest.approx(fit_temperature(scores, y))


def test_a_row_is_scored_by_a_learner_that_did_not_see_it() -> None:
    # every row has a column of its own, so only memory could tell its label
    rows = sp.csr_matrix(np.eye(60, dtype=np.float32))
    y = np.arange(60) % 3
    seen = LogisticLearner().fit(rows, y).decision_function(rows)
    unseen = out_of_fold_scores(LogisticLearner, rows, y, n_folds=3, random_state=0)
    assert (seen.argmax(axis=1) == y).mean() == 1
    assert np.ptp(unseen, axis=1).max() < 0.5 * np.ptp(seen, axis=1).min()


def test_an_option_with_one_label_is_unknown_in_its_own_fold() -> None:
    rows = sp.csr_matrix(np.eye(20, dtype=np.float32))
    y = np.array([0, 1] * 9 + [0, 2])
    scores = out_of_fold_scores(LogisticLearner, rows, y, n_folds=4, random_state=0)
    assert scores.shape == (20, 3)
    assert scores[19, 2] == -np.inf
    assert np.isfinite(scores[:, :2]).all()


def test_folds_left_with_one_option_give_no_scores() -> None:
    scores = out_of_fold_scores(
        LogisticLearner, sp.csr_matrix(np.eye(2, dtype=np.float32)), np.array([0, 1]), n_folds=2, random_state=0
    )
    assert np.isnan(scores).all()
