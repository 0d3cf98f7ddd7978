import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from models_app.encoders.rows import Rows
from models_app.learners.descent import minimum
from models_app.learners.logistic import LogisticLearner


def test_it_finds_the_bottom_of_a_long_valley() -> None:
    def rosenbrock(place: np.ndarray) -> tuple[float, np.ndarray]:
        x, y = (float(part) for part in place)
        slope = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], dtype=np.float32)
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2, slope

    np.testing.assert_allclose(minimum(rosenbrock, np.array([-1.2, 1.0], dtype=np.float32)), [1, 1], atol=0.02)


def test_it_ends_where_there_is_nothing_to_gain_and_where_nothing_helps() -> None:
    def flat(place: np.ndarray) -> tuple[float, np.ndarray]:
        return 1.0, np.zeros_like(place)

    def wrong_way(place: np.ndarray) -> tuple[float, np.ndarray]:
        return float(-np.abs(place).sum()), np.ones_like(place)

    assert minimum(flat, np.zeros(3, dtype=np.float32)).tolist() == [0, 0, 0]
    assert np.isfinite(minimum(wrong_way, np.zeros(3, dtype=np.float32), max_steps=20)).all()


def test_words_and_meaning_together_are_fitted_as_one_matrix_would_be() -> None:
    rng = np.random.default_rng(0)
    sparse = sp.random(300, 40, density=0.1, format="csr", dtype=np.float32, random_state=0)
    rows = Rows(sparse, rng.normal(scale=0.3, size=(300, 5)).astype(np.float16))
    y = (rows @ rng.normal(size=(45, 3))).argmax(axis=1)
    reference = LogisticRegression(C=10, class_weight="balanced", tol=1e-6, max_iter=3000).fit(rows.joined(), y)
    learner = LogisticLearner().fit(rows, y)
    assert (learner.predict(rows) == reference.predict(rows.joined())).mean() > 0.99
    centred = learner.coef_ - learner.coef_.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(centred[40:], reference.coef_.T[40:], rtol=0.1, atol=0.1)


def test_meaning_speaks_for_words_no_label_has_seen() -> None:
    meaning = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float16)
    rows = Rows(sp.csr_matrix(np.eye(4, dtype=np.float32)), meaning)
    learner = LogisticLearner().fit(rows[[0, 2]], np.array([5, 9]))
    assert learner.predict(rows).tolist() == [5, 5, 9, 9]
    again = LogisticLearner.from_state(learner.state(), np.zeros((4, 0), dtype=np.float32))
    np.testing.assert_array_equal(again.decision_function(rows), learner.decision_function(rows))
