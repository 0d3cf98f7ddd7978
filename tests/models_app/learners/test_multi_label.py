import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import f1_score

from models_app.learners.multi_label import MultiLabelLearner, indicators
from models_app.learners.thresholds import best_thresholds


def topics(n: int, *, seed: int = 0, n_options: int = 5) -> tuple[sp.csr_matrix, list[list[int]]]:
    """Rows in which each option has words of its own, beside noise; rare options come last."""
    rng = np.random.default_rng(seed)
    chosen = rng.random((n, n_options)) < np.linspace(0.5, 0.08, n_options)
    words = rng.random((n, n_options * 4)) < np.repeat(np.where(chosen, 0.6, 0.02), 4, axis=1)
    noise = rng.random((n, 40)) < 0.2
    rows = sp.csr_matrix(np.hstack([words, noise]).astype(np.float32))
    return rows, [np.flatnonzero(row).tolist() for row in chosen]


def test_options_are_found_together_and_alone() -> None:
    X, y = topics(300)
    learner = MultiLabelLearner().fit(X[:200], y[:200])
    truth = indicators(y[200:], learner.classes_)
    predicted = indicators(learner.predict(X[200:]), learner.classes_)
    assert f1_score(truth, predicted, average="micro") > 0.8


def test_probabilities_are_calibrated_for_rare_options_too() -> None:
    X, y = topics(1500)
    learner = MultiLabelLearner().fit(X[:500], y[:500])
    truth = indicators(y[500:], learner.classes_)
    found = learner.predict_proba(X[500:])
    assert np.abs(found.mean(axis=0) - truth.mean(axis=0)).max() < 0.05


def test_dense_columns_are_learned_from_like_sparse_ones() -> None:
    X, y = topics(300)
    both = (X[:, :8], X[:, 8:].toarray())
    learner = MultiLabelLearner().fit((both[0][:200], both[1][:200]), y[:200])
    alone = MultiLabelLearner().fit(X[:200].toarray(), y[:200])
    test = (both[0][200:], both[1][200:])
    np.testing.assert_allclose(learner.predict_proba(test), alone.predict_proba(X[200:].toarray()), atol=0.02)


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    X, y = topics(200)
    learner = MultiLabelLearner().fit(X, y)
    again = MultiLabelLearner.from_state(learner.state())
    np.testing.assert_array_equal(again.predict_proba(X), learner.predict_proba(X))
    assert again.predict(X) == learner.predict(X)
    assert {array.dtype.kind for array in learner.state().values()} <= {"i", "f"}


def test_a_state_whose_arrays_do_not_fit_is_refused() -> None:
    X, y = topics(50)
    state = MultiLabelLearner().fit(X, y).state()
    with pytest.raises(ValueError, match="do not fit"):
        MultiLabelLearner.from_state({**state, "classes": state["classes"][:2]})


@pytest.mark.parametrize("y", [[], [[]] * 4, [[1]] * 4, [[1, 2]] * 4])
def test_answers_all_alike_teach_nothing_and_that_is_said(y: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="for some tasks and not for others"):
        MultiLabelLearner().fit(sp.csr_matrix(np.ones((len(y), 3))), y)


def test_one_option_alone_is_learned_when_some_rows_lack_it() -> None:
    X = sp.csr_matrix(np.repeat(np.eye(2), 10, axis=0))
    learner = MultiLabelLearner().fit(X, [[7]] * 10 + [[]] * 10)
    assert learner.predict(sp.csr_matrix(np.eye(2))) == [[7], []]


def test_an_option_that_every_row_has_stays_likely_beside_others() -> None:
    X = sp.csr_matrix(np.repeat(np.eye(2), 20, axis=0))
    learner = MultiLabelLearner().fit(X, [[0, 1]] * 20 + [[0]] * 20)
    assert learner.predict(sp.csr_matrix(np.eye(2))) == [[0, 1], [0]]


def test_empty_texts_and_texts_with_contradicting_answers_give_even_odds() -> None:
    X = sp.csr_matrix((20, 4), dtype=np.float32)
    learner = MultiLabelLearner().fit(X, [[0], [1]] * 10)
    np.testing.assert_allclose(learner.predict_proba(X[:1]), 0.5, atol=0.05)


def test_rows_of_another_shape_are_refused() -> None:
    X, y = topics(50)
    with pytest.raises(ValueError, match="the rows 59 and 0"):
        MultiLabelLearner().fit(X, y).predict(X[:, :-1])
    with pytest.raises(ValueError, match="50 rows but 49 answers"):
        MultiLabelLearner().fit(X, y[:-1])


def test_of_ten_thousand_options_the_most_used_are_learned_and_the_others_named() -> None:
    rng = np.random.default_rng(0)
    y = [[3, 4, 5], [3, 4], [5]] * 5 + np.sort(rng.permutation(10_000).reshape(400, 25)).tolist()
    X = sp.random(len(y), 50, density=0.1, format="csr", dtype=np.float32, random_state=0)
    learner = MultiLabelLearner(C=1, n_folds=2).fit(X, y)
    assert len(learner.classes_) == 300
    assert {3, 4, 5} <= set(learner.classes_.tolist())
    assert len(learner.left_out_) == 9700


def test_thresholds_reach_the_best_f1_that_trying_all_of_them_finds() -> None:
    rng = np.random.default_rng(0)
    chosen = rng.random((200, 2)) < [0.4, 0.3]
    probabilities = np.clip(chosen * 0.3 + rng.random((200, 2)) * 0.7, 0, 1)
    grid = np.linspace(0, 1, 101)[:, np.newaxis, np.newaxis]
    is_above = probabilities >= grid
    right, predicted = (is_above & chosen).sum(axis=1), is_above.sum(axis=1)
    tried = 2 * (right[:, :1] + right[:, 1]) / (predicted[:, :1] + predicted[:, 1] + chosen.sum())
    found = probabilities >= best_thresholds(probabilities, chosen)
    assert f1_score(chosen, found, average="micro") >= tried.max()


def test_the_random_slice_calibrates_where_there_is_enough_of_it() -> None:
    # words say nothing: what calibrates decides how likely the option is
    X = sp.csr_matrix((400, 2), dtype=np.float32)
    is_random = np.arange(400) < 200
    y = [[0] if number % 10 == 0 or number >= 200 else [] for number in range(400)]
    assert MultiLabelLearner().fit(X, y).predict_proba(X[:1])[0, 0] == pytest.approx(0.55, abs=0.03)
    assert MultiLabelLearner().fit(X, y, is_random).predict_proba(X[:1])[0, 0] == pytest.approx(0.1, abs=0.03)
