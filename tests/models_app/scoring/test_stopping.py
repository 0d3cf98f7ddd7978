import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from models_app.scoring.stopping import agreement, stop_hint

CALM = [0.991, 0.995, 0.992]
FLAT = [0.84, 0.845, 0.843, 0.846]


def test_agreement_is_cohens_kappa() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(5, size=300)
    second = np.where(rng.random(300) < 0.8, first, rng.integers(5, size=300))
    assert agreement(first, second) == pytest.approx(cohen_kappa_score(first, second))
    assert agreement(np.zeros(4), np.zeros(4)) == 1
    with pytest.raises(ValueError, match="Without a row"):
        agreement(np.zeros(0), np.zeros(0))
    with pytest.raises(ValueError, match="3 answers of one model and 2"):
        agreement(np.zeros(3), np.zeros(2))


@pytest.mark.parametrize(
    ("agreements", "scores", "n_holdout", "why"),
    [
        (CALM[:2], FLAT, 200, "Too early"),
        (CALM, FLAT[:3], 200, "Too early"),
        (CALM, FLAT, 49, "49 of 50 holdout labels"),
        ([0.98, 0.995, 0.992], FLAT, 200, "still change the model"),
        (CALM, [0.80, 0.82, 0.83, 0.84], 200, "still rises"),
    ],
)
def test_no_hint_says_why(agreements: list[float], scores: list[float], n_holdout: int, why: str) -> None:
    hint = stop_hint(agreements, scores, n_holdout)
    assert not hint.is_given
    assert why in hint.reason


def test_calm_models_and_a_flat_score_give_a_hint_but_no_promise() -> None:
    hint = stop_hint([0.5, *CALM], [0.5, *FLAT], 200)
    assert hint.is_given
    assert "no promise" in hint.reason
