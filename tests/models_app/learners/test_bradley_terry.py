import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.learners.bradley_terry import Comparison, RewardLearner, comparisons_of_ranking


def outputs(n: int, *, seed: int = 0) -> tuple[sp.csr_matrix, np.ndarray]:
    X = sp.random(n, 20, density=0.4, format="csr", dtype=np.float32, random_state=seed)
    return X, X @ np.random.default_rng(5).normal(size=20) * 3


def played(rewards: np.ndarray, n: int, *, seed: int = 0) -> list[Comparison]:
    rng = np.random.default_rng(seed)
    pairs = rng.integers(len(rewards), size=(n, 2))
    wins = rng.random(n) < 1 / (1 + np.exp(rewards[pairs[:, 1]] - rewards[pairs[:, 0]]))
    ordered = np.where(wins[:, np.newaxis], pairs, pairs[:, ::-1]).tolist()
    return [Comparison(better, worse) for better, worse in ordered if better != worse]


def test_outputs_never_compared_are_ordered_as_people_would() -> None:
    X, rewards = outputs(400)
    learner = RewardLearner(C=1).fit(X[:200], played(rewards[:200], 1500))
    assert np.corrcoef(learner.predict(X[200:]), rewards[200:])[0, 1] > 0.9


def test_rankings_teach_the_same_order_as_the_comparisons_they_hold() -> None:
    X, rewards = outputs(60)
    rng = np.random.default_rng(0)
    rankings = [sorted(rng.permutation(60)[:5].tolist(), key=lambda row: -rewards[row]) for _ in range(100)]
    learner = RewardLearner(C=1).fit(X, [pair for ranked in rankings for pair in comparisons_of_ranking(ranked)])
    assert np.corrcoef(learner.predict(X), rewards)[0, 1] > 0.9


def test_a_tie_pulls_rewards_together_and_a_strong_preference_apart() -> None:
    X = sp.csr_matrix(np.eye(3, dtype=np.float32))

    def gap(*comparisons: Comparison) -> float:
        first, second, _ = RewardLearner(C=1).fit(X, comparisons).predict(X)
        return float(first - second)

    win, tie = Comparison(0, 1), Comparison(0, 1, is_tie=True)
    assert gap(win) == pytest.approx(gap(Comparison(0, 1)))
    assert 0 < gap(win, tie, tie) < gap(win) < gap(Comparison(0, 1, strength=3))


def test_probabilities_of_both_directions_add_up() -> None:
    X, rewards = outputs(50)
    learner = RewardLearner().fit(X, played(rewards, 100))
    np.testing.assert_allclose(learner.predict_proba(X[:10], X[10:20]) + learner.predict_proba(X[10:20], X[:10]), 1)
    np.testing.assert_allclose(learner.predict_proba(X[:10], X[:10]), 0.5)


def test_dense_rows_are_learned_from_and_a_learner_comes_back_from_its_state() -> None:
    X, rewards = outputs(50)
    pair = (X[:, :10], X[:, 10:].toarray())
    learner = RewardLearner().fit(pair, played(rewards, 100))
    again = RewardLearner.from_state(learner.state())
    np.testing.assert_array_equal(again.predict(pair), learner.predict(pair))


@pytest.mark.parametrize(
    ("comparisons", "why"),
    [
        ([], "At least one candidate must have been preferred"),
        ([Comparison(0, 1, is_tie=True)], "At least one candidate must have been preferred"),
        ([Comparison(0, 2)], "look all alike"),
        ([Comparison(0, 3)], "none of the 3 candidates"),
        ([Comparison(0, 1, strength=0)], "number above 0"),
        ([Comparison(0, 1, strength=float("nan"))], "number above 0"),
    ],
)
def test_what_cannot_be_learned_is_said(comparisons: list[Comparison], why: str) -> None:
    X = sp.csr_matrix(np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32))
    with pytest.raises(ValueError, match=why):
        RewardLearner().fit(X, comparisons)


@given(st.permutations(range(5)))
def test_a_ranking_counts_as_often_as_it_has_places_to_decide(ranked: list[int]) -> None:
    pairs = comparisons_of_ranking(ranked)
    assert sum(pair.strength for pair in pairs) == pytest.approx(4)
    assert all(ranked.index(pair.better) < ranked.index(pair.worse) for pair in pairs)


def test_contradictions_leave_even_odds() -> None:
    X = sp.csr_matrix(np.eye(2, dtype=np.float32))
    learner = RewardLearner().fit(X, [Comparison(0, 1), Comparison(1, 0)])
    assert learner.predict_proba(X[:1], X[1:])[0] == pytest.approx(0.5)
