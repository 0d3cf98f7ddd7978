import numpy as np
import pytest
from sklearn.metrics import f1_score

from models_app.scoring.multi_label import multi_label_macro_f1, multi_label_micro_f1


def test_both_averages_agree_with_scikit_learn_and_lie_in_their_intervals() -> None:
    rng = np.random.default_rng(0)
    truth, predicted = rng.random((200, 6)) < 0.3, rng.random((200, 6)) < 0.4
    for found, average in ((multi_label_micro_f1, "micro"), (multi_label_macro_f1, "macro")):
        estimate = found(truth, predicted)
        assert estimate.value == pytest.approx(f1_score(truth, predicted, average=average))
        assert estimate.low < estimate.value < estimate.high
        assert estimate.high - estimate.low < 0.15


def test_options_that_never_occur_do_not_pull_the_mean_down() -> None:
    truth = np.array([[True, False, False], [False, True, False]])
    assert multi_label_macro_f1(truth, truth).value == 1


def test_nothing_chosen_anywhere_scores_nothing() -> None:
    nothing = np.zeros((5, 2), dtype=bool)
    assert multi_label_micro_f1(nothing, nothing).value == 0
    assert multi_label_macro_f1(nothing, nothing).value == 0
    assert multi_label_micro_f1(nothing[:0], nothing[:0]).n == 0


def test_tables_must_be_of_one_shape() -> None:
    with pytest.raises(ValueError, match="table of"):
        multi_label_micro_f1(np.zeros((2, 3)), np.zeros((2, 2)))
