import time

import numpy as np
import pytest
import scipy.sparse as sp

from models_app.learners.hierarchical import TreeLearner

# 0: sport (2 football, 3 tennis), 1: money (4 banks (5 savings, 6 loans))
PARENTS = np.array([-1, -1, 0, 0, 1, 4, 4])


def rows_for(answers: np.ndarray, *, seed: int = 0) -> sp.csr_matrix:
    """Each node has words of its own, and an answer those of its ancestors too."""
    rng = np.random.default_rng(seed)
    words = np.zeros((len(answers), len(PARENTS) * 3))
    for row, answer in enumerate(answers):
        node = int(answer)
        while node != -1:
            words[row, node * 3 : node * 3 + 3] = rng.random(3) < 0.7
            node = int(PARENTS[node])
    return sp.csr_matrix(words.astype(np.float32))


def test_leaves_and_inner_nodes_are_found() -> None:
    y = np.tile([2, 3, 5, 6, 1], 60)
    X = rows_for(y)
    learner = TreeLearner(PARENTS).fit(X, y)
    assert (learner.predict(rows_for(y, seed=1)) == y).mean() > 0.8


def test_an_unsure_row_backs_off_to_an_ancestor_that_is_surer() -> None:
    y = np.tile([2, 3, 5, 6], 40)
    learner = TreeLearner(PARENTS).fit(rows_for(y), y)
    only_sport = sp.csr_matrix(np.eye(21, dtype=np.float32)[[0]] + np.eye(21, dtype=np.float32)[[1]])
    paths = learner.paths(only_sport)
    assert (np.diff(paths.confidences, axis=1) <= 1e-9).all()
    nodes, sure = paths.back_off(0.75)
    assert nodes.tolist() == [0]
    assert sure[0] > 0.75
    deepest, less_sure = paths.back_off(0.0)
    assert PARENTS[deepest[0]] == 0
    assert less_sure[0] < sure[0]


def test_a_node_with_one_used_child_passes_its_confidence_on() -> None:
    y = np.tile([2, 5], 30)
    paths = TreeLearner(PARENTS).fit(rows_for(y), y).paths(rows_for(np.array([5]), seed=2))
    assert paths.nodes.tolist() == [[1, 4, 5]]
    assert len(set(paths.confidences[0].tolist())) == 1


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    y = np.tile([2, 3, 5, 6, 1], 20)
    X = rows_for(y)
    learner = TreeLearner(PARENTS).fit(X, y)
    again = TreeLearner.from_state(learner.state())
    np.testing.assert_array_equal(again.paths(X).nodes, learner.paths(X).nodes)
    np.testing.assert_array_equal(again.paths(X).confidences, learner.paths(X).confidences)
    with pytest.raises(ValueError, match="do not fit its children"):
        TreeLearner.from_state({**learner.state(), "-1_children": np.zeros(1, dtype=np.int64)})


def test_of_a_tree_of_ten_thousand_only_what_is_used_costs() -> None:
    parents = np.concatenate([np.full(100, -1), np.repeat(np.arange(100), 100)])
    rng = np.random.default_rng(0)
    y = rng.choice(rng.permutation(np.arange(100, 10_100))[:60], size=500)
    X = sp.random(500, 200, density=0.05, format="csr", dtype=np.float32, random_state=0)
    start = time.process_time()
    learner = TreeLearner(parents).fit(X, y)
    assert set(learner.predict(X).tolist()) <= set(y.tolist())
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("parents", "y", "why"),
    [
        (PARENTS, [2, 2, 2], "At least two options"),
        (PARENTS, [2, 7, 3], "none of the 7 nodes"),
        (PARENTS, [2, -1, 3], "none of the 7 nodes"),
        (np.array([1, 0, 0]), [0, 1, 2], "lead nowhere"),
        (np.array([-1, 9]), [0, 1, 1], "lead nowhere"),
        (PARENTS, [2, 3], "3 rows but 2 answers"),
    ],
)
def test_what_cannot_be_learned_is_said(parents: np.ndarray, y: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        TreeLearner(parents).fit(sp.csr_matrix(np.eye(3, dtype=np.float32)), np.array(y))


def test_no_rows_have_no_answers() -> None:
    y = np.tile([2, 5], 10)
    learner = TreeLearner(PARENTS).fit(rows_for(y), y)
    assert learner.predict(sp.csr_matrix((0, 21), dtype=np.float32)).tolist() == []
    assert len(learner.predict(sp.csr_matrix((3, 21), dtype=np.float32))) == 3
