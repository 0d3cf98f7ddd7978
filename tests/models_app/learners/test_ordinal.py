import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from models_app.learners.ordinal import RatingLearner


def rated(n: int, *, seed: int = 0) -> tuple[sp.csr_matrix, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = sp.random(n, 30, density=0.3, format="csr", dtype=np.float32, random_state=seed)
    direction = np.random.default_rng(9).normal(size=30)
    y = np.digitize(X @ direction + rng.normal(size=n) * 0.3, [-1.5, -0.5, 0.5, 1.5]) + 1
    return X, y


def test_ratings_are_learned_better_than_by_guessing_the_usual_one() -> None:
    X, y = rated(700)
    learner = RatingLearner().fit(X[:500], y[:500])
    usual = np.median(y[:500])
    assert np.abs(learner.predict(X[500:]) - y[500:]).mean() < 0.7 * np.abs(usual - y[500:]).mean()
    assert np.corrcoef(learner.expected(X[500:]), y[500:])[0, 1] > 0.7


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=20))
def test_probabilities_add_up_whatever_the_ratings(ratings: list[int]) -> None:
    X = sp.random(len(ratings), 6, density=0.5, format="csr", dtype=np.float32, random_state=0)
    if len(set(ratings)) < 2:
        with pytest.raises(ValueError, match="At least two ratings"):
            RatingLearner().fit(X, np.array(ratings))
        return
    learner = RatingLearner().fit(X, np.array(ratings))
    probabilities = learner.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities >= 0).all()
    assert set(learner.predict(X).tolist()) <= set(ratings)
    assert ((learner.expected(X) >= min(ratings)) & (learner.expected(X) <= max(ratings))).all()


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    X, y = rated(100)
    learner = RatingLearner().fit(X, y)
    again = RatingLearner.from_state(learner.state())
    np.testing.assert_array_equal(again.predict_proba(X), learner.predict_proba(X))
    with pytest.raises(ValueError, match="do not fit"):
        RatingLearner.from_state({**learner.state(), "thresholds": np.zeros(1)})


def test_empty_texts_and_contradictions_give_the_shares() -> None:
    X = sp.csr_matrix((40, 5), dtype=np.float32)
    probabilities = RatingLearner().fit(X, np.repeat([1, 2, 5], [10, 20, 10])).predict_proba(X[:1])
    np.testing.assert_allclose(probabilities, [[0.25, 0.5, 0.25]], atol=0.02)


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="2 rows but 3 ratings"):
        RatingLearner().fit(sp.csr_matrix((2, 3)), np.array([1, 2, 3]))
