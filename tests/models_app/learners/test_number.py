import numpy as np
import pytest
import scipy.sparse as sp

from models_app.learners.number import NumberLearner


def priced(n: int, *, seed: int = 0) -> tuple[sp.csr_matrix, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = sp.random(n, 40, density=0.2, format="csr", dtype=np.float32, random_state=seed)
    return X, 1e6 + 1e5 * (X @ np.random.default_rng(3).normal(size=40)) + 2e4 * rng.normal(size=n)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_intervals_hold_at_least_as_often_as_they_say(level: float) -> None:
    held = []
    for seed in range(11):
        X, y = priced(300, seed=seed)
        low, high = NumberLearner(seed).fit(X[:100], y[:100]).interval(X[100:], level=level)
        held.append(((low <= y[100:]) & (y[100:] <= high)).mean())
    # a little more often: the errors are those of models that knew a fifth less
    assert level - 0.03 < np.mean(held) < level + 0.1


def test_numbers_are_learned_whatever_their_size() -> None:
    X, y = priced(600)
    learner = NumberLearner().fit(X[:500], y[:500])
    assert np.abs(learner.predict(X[500:]) - y[500:]).mean() < 0.5 * np.abs(y[500:] - y.mean()).mean()
    tiny = NumberLearner().fit(X[:500], y[:500] * 1e-12)
    np.testing.assert_allclose(tiny.predict(X[500:]), learner.predict(X[500:]) * 1e-12, rtol=1e-5)


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    X, y = priced(60)
    learner = NumberLearner().fit(X, y)
    again = NumberLearner.from_state(learner.state())
    for one, other in zip(again.interval(X), learner.interval(X), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (np.arange(5.0), "At least 10 numbers"),
        (np.full(20, 0.1), "All 20 numbers are the same"),
        (np.array([*range(19), np.inf]), "Only finite numbers"),
    ],
)
def test_what_cannot_be_learned_is_said(y: np.ndarray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        NumberLearner().fit(sp.csr_matrix((len(y), 3), dtype=np.float32), y)


def test_too_few_labels_for_so_sure_an_interval_are_said() -> None:
    X, y = priced(12)
    learner = NumberLearner().fit(X, y)
    with pytest.raises(ValueError, match="12 labels are too few for intervals that hold 95 %"):
        learner.interval(X, level=0.95)
    with pytest.raises(ValueError, match="12 rows but 11 numbers"):
        NumberLearner().fit(X, y[:-1])


def test_empty_texts_get_the_mean() -> None:
    X = sp.csr_matrix((20, 3), dtype=np.float32)
    assert NumberLearner().fit(X, np.arange(20.0)).predict(X[:1])[0] == pytest.approx(9.5)
