import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from models_app.learners.logistic import LogisticLearner


def sparse_rows(n_rows: int, n_columns: int = 60, *, seed: int = 0) -> sp.csr_matrix:
    return sp.random(n_rows, n_columns, density=0.1, format="csr", dtype=np.float32, random_state=seed)


def labels_of(rows: sp.csr_matrix, n_classes: int) -> np.ndarray:
    directions = np.random.default_rng(1).normal(size=(rows.shape[1], n_classes))
    return (rows @ directions).argmax(axis=1)


def test_two_classes_agree_with_scikit_learn_on_all_columns() -> None:
    rows = sparse_rows(200)
    y = labels_of(rows, 2)
    reference = LogisticRegression(C=10, class_weight="balanced", tol=1e-6, max_iter=1000).fit(rows, y)
    learner = LogisticLearner().fit(rows, y)
    scores = learner.decision_function(rows)
    np.testing.assert_allclose(scores[:, 1] - scores[:, 0], reference.decision_function(rows), rtol=0.02, atol=0.05)


def test_several_classes_agree_with_scikit_learn_on_all_columns() -> None:
    rows = sparse_rows(400)
    y = labels_of(rows, 4)
    reference = LogisticRegression(C=10, class_weight="balanced", tol=1e-6, max_iter=2000).fit(rows, y)
    assert (LogisticLearner().fit(rows, y).predict(rows) == reference.predict(rows)).mean() > 0.97


def test_columns_without_a_labeled_row_get_no_weight() -> None:
    rows = sp.csr_matrix(np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32))
    learner = LogisticLearner().fit(rows, np.array([0, 1]))
    assert learner.coef_[2].tolist() == [0, 0]
    assert (learner.coef_[:2] != 0).all()


def test_a_topic_speaks_for_words_no_label_has_seen() -> None:
    # columns 0 and 1 share a topic, as do 2 and 3; only 0 and 2 are labeled
    topics = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
    eye = sp.csr_matrix(np.eye(4, dtype=np.float32))
    learner = LogisticLearner(topics).fit(eye[[0, 2]], np.array([5, 9]))
    assert learner.predict(eye).tolist() == [5, 5, 9, 9]


@pytest.mark.parametrize("labels", [[], [1], [1, 1, 1]])
def test_one_option_alone_is_refused_with_a_reason(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="At least two options"):
        LogisticLearner().fit(sparse_rows(len(labels)) if labels else sparse_rows(1)[:0], np.array(labels, dtype=int))


def test_rows_and_labels_must_be_of_one_length() -> None:
    with pytest.raises(ValueError, match="3 rows but 2 labels"):
        LogisticLearner().fit(sparse_rows(3), np.array([0, 1]))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_an_option_with_a_single_label_can_be_learned(n_classes: int) -> None:
    rows = sp.csr_matrix(np.eye(12, dtype=np.float32))
    y = np.array([0] * (13 - n_classes) + list(range(1, n_classes)))
    learner = LogisticLearner().fit(rows, y)
    assert learner.classes_.tolist() == list(range(n_classes))
    assert learner.predict(rows[-1]).tolist() == [n_classes - 1]


def test_rows_of_empty_texts_only_still_give_a_model() -> None:
    learner = LogisticLearner().fit(sp.csr_matrix((4, 7), dtype=np.float32), np.array([0, 0, 0, 1]))
    assert np.isfinite(learner.decision_function(sp.csr_matrix((2, 7), dtype=np.float32))).all()


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("has_topics", [True, False])
def test_a_learner_comes_back_from_its_state_unchanged(n_classes: int, has_topics: bool) -> None:
    rows = sparse_rows(100)
    topics = np.random.default_rng(2).normal(size=(60, 4)).astype(np.float32) if has_topics else None
    learner = LogisticLearner(topics).fit(rows, labels_of(rows, n_classes))
    again = LogisticLearner.from_state(learner.state(), topics)
    np.testing.assert_array_equal(again.decision_function(rows), learner.decision_function(rows))
    np.testing.assert_array_equal(again.classes_, learner.classes_)


def test_a_state_does_not_go_with_another_vocabulary() -> None:
    rows = sparse_rows(50)
    state = LogisticLearner().fit(rows, labels_of(rows, 2)).state()
    with pytest.raises(ValueError, match="60 columns, the vocabulary 61"):
        LogisticLearner.from_state(state, np.zeros((61, 3), dtype=np.float32))


def test_the_same_seed_gives_the_same_model() -> None:
    rows = sparse_rows(120)
    y = labels_of(rows, 4)
    first, second = (LogisticLearner(random_state=7).fit(rows, y).coef_ for _ in range(2))
    np.testing.assert_array_equal(first, second)
