"""Options in a tree: decide level by level, and stop at an ancestor where the model is not sure enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from models_app.learners.linear import Weights, fit_softmax, n_rows, rows_at
from models_app.rounds.calibration import fit_temperature, out_of_fold_scores, softmax

ROOT = -1
NOWHERE = -1  # fills up paths that end earlier than others
_FEWEST_CALIBRATED = 30  # answers below a node; fewer say little of its temperature, and there are many such nodes


@dataclass(frozen=True)
class TreePaths:
    """The likeliest way down for each row: node by node, with how likely the answer is there or below."""

    nodes: np.ndarray  # int64, rows x depth; NOWHERE behind the end
    confidences: np.ndarray  # float64, rows x depth; never rising; 0 behind the end

    def back_off(self, least: float) -> tuple[np.ndarray, np.ndarray]:
        """The deepest node of each row that is at least so likely, and how likely; its top-level node otherwise.

        >>> paths = TreePaths(np.array([[0, 3], [1, 4]]), np.array([[0.9, 0.8], [0.7, 0.3]]))
        >>> [found.tolist() for found in paths.back_off(0.5)]
        [[3, 1], [0.8, 0.7]]
        """
        is_sure = (self.confidences >= least) & (self.nodes != NOWHERE)
        depth = np.maximum(is_sure.sum(axis=1), 1) - 1
        rows = np.arange(len(self.nodes))
        return self.nodes[rows, depth], self.confidences[rows, depth]


@dataclass(frozen=True)
class _Branching:
    """What decides between the children of a node; one child alone needs no weights."""

    children: np.ndarray
    weights: Weights | None
    temperature: float

    def probabilities(self, X: Any) -> np.ndarray:
        if self.weights is None:
            return np.ones((n_rows(X), 1))
        return softmax(self.weights.scores(X).astype(np.float64), self.temperature)


class TreeLearner(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A multinomial logistic regression at each node between those of its children that were used.

    What was never chosen costs nothing, so trees of many thousand nodes are no slower than what is used of them. An
    answer may be an inner node: stopping there is then one more child.

    Parameters
    ----------
    parents : ndarray
        The parent of each node, -1 at the top level; nodes are numbered by their place in it.
    C : float
        Inverse strength of regularization.
    random_state : int
        Seed of solver and folds.

    Attributes
    ----------
    classes_ : ndarray of the nodes that were answers, ascending

    References
    ----------
    Silla and Freitas (2011), A survey of hierarchical classification across different application domains.

    Examples
    --------
    >>> parents = np.array([-1, -1, 0, 0, 1])  # 0 has the children 2 and 3, 1 has 4
    >>> X, y = np.repeat(np.eye(3), 20, axis=0), np.repeat([2, 3, 4], 20)
    >>> TreeLearner(parents).fit(X, y).predict(np.eye(3)).tolist()
    [2, 3, 4]
    """

    classes_: np.ndarray

    def __init__(self, parents: np.ndarray | None = None, C: float = 10.0, random_state: int = 0) -> None:
        self.parents = parents
        self.C = C
        self.random_state = random_state

    def fit(self, X: Any, y: np.ndarray) -> Self:
        """Fit on rows and their nodes; ``ValueError`` when fewer than two nodes were used or the tree is none."""
        y = np.asarray(y, dtype=np.int64)
        if n_rows(X) != len(y):
            raise ValueError(f"There are {n_rows(X)} rows but {len(y)} answers.")
        parents = np.asarray([] if self.parents is None else self.parents, dtype=np.int64)
        if len(y) and not 0 <= y.min() <= y.max() < len(parents):
            raise ValueError(f"An answer is none of the {len(parents)} nodes of the tree.")
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"At least two options must have been used to learn from; there is {len(self.classes_)}.")
        paths = {int(node): _path(int(node), parents) for node in self.classes_}
        self._branchings: dict[int, _Branching] = {}
        below: dict[int, list[tuple[int, int]]] = {}
        for row, node in enumerate(y):
            for parent, child in paths[int(node)]:
                below.setdefault(parent, []).append((row, child))
        for parent, found in below.items():
            rows, children = np.array(found).T
            if len(np.unique(children)) > 1 or children[0] != parent:  # not where each answer stops
                self._branchings[parent] = self._branch(X, rows, children)
        return self

    def paths(self, X: Any) -> TreePaths:
        """The likeliest way down for each row, whole groups of rows at a time."""
        n = n_rows(X)
        nodes: list[np.ndarray] = []
        confidences: list[np.ndarray] = []
        current, sure = np.full(n, ROOT, dtype=np.int64), np.ones(n)
        open_rows = np.arange(n)
        while len(open_rows):
            level, level_sure = np.full(n, NOWHERE, dtype=np.int64), np.zeros(n)
            for node in np.unique(current[open_rows]):
                branching = self._branchings.get(int(node))
                if branching is None:
                    continue
                here = open_rows[current[open_rows] == node]
                probabilities = branching.probabilities(rows_at(X, here))
                best = probabilities.argmax(axis=1)
                chosen = branching.children[best]
                goes_on = chosen != node  # else the answer is this inner node itself
                here, chosen = here[goes_on], chosen[goes_on]
                level[here] = chosen
                level_sure[here] = sure[here] * probabilities[goes_on, best[goes_on]]
            open_rows = np.flatnonzero(level != NOWHERE)
            if len(open_rows):
                nodes.append(level)
                confidences.append(level_sure)
            current, sure = level, level_sure
        if not nodes:
            return TreePaths(np.zeros((n, 0), dtype=np.int64), np.zeros((n, 0)))
        return TreePaths(np.stack(nodes, axis=1), np.stack(confidences, axis=1))

    def predict(self, X: Any) -> np.ndarray:
        """The node at the end of each row's likeliest way down; ``paths(X).back_off(least)`` is the cautious answer."""
        return self.paths(X).back_off(0.0)[0] if n_rows(X) else np.zeros(0, dtype=np.int64)

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays, those of the branching below node 7 named ``7_...``."""
        arrays = {"classes": self.classes_, "branchings": np.array(list(self._branchings), dtype=np.int64)}
        for node, branching in self._branchings.items():
            arrays[f"{node}_children"] = branching.children
            arrays[f"{node}_temperature"] = np.array([branching.temperature])
            weights = branching.weights.state() if branching.weights else {}
            arrays.update({f"{node}_{name}": array for name, array in weights.items()})
        return arrays

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        learner = cls()
        learner.classes_ = np.asarray(state["classes"])
        learner._branchings = {}
        for node in np.asarray(state["branchings"]).tolist():
            own = {name.partition("_")[2]: array for name, array in state.items() if name.startswith(f"{node}_")}
            weights = Weights.from_state(own) if "coef" in own else None
            children = np.asarray(own["children"])
            if len(children) != (1 if weights is None else weights.coef.shape[1]):
                raise ValueError(f"The weights below node {node} do not fit its children.")
            learner._branchings[node] = _Branching(children, weights, float(own["temperature"][0]))
        return learner

    def _branch(self, X: Any, rows: np.ndarray, children: np.ndarray) -> _Branching:
        used = np.unique(children)
        if len(used) == 1:
            return _Branching(used, None, 1.0)

        def make() -> "_Softmax":
            return _Softmax(X, self.C)

        model = make().fit(rows, children)
        if len(rows) < _FEWEST_CALIBRATED:
            return _Branching(used, model.weights, 1.0)
        scores = out_of_fold_scores(make, rows, children, n_folds=3, random_state=self.random_state)
        temperature = fit_temperature(scores, np.searchsorted(used, children))
        return _Branching(used, model.weights, temperature)


class _Softmax:
    """A softmax over some rows of ``X``, which are given by their positions."""

    weights: Weights

    def __init__(self, X: Any, C: float) -> None:
        self._rows, self._C = X, C

    def fit(self, positions: np.ndarray, y: np.ndarray) -> Self:
        _, self.weights = fit_softmax(rows_at(self._rows, positions), y, C=self._C)
        return self

    def decision_function(self, positions: np.ndarray) -> np.ndarray:
        return self.weights.scores(rows_at(self._rows, positions))


def _path(node: int, parents: np.ndarray) -> list[tuple[int, int]]:
    """The decisions that lead to a node, from the top: (parent, child); the last one is to stop there.

    >>> _path(3, np.array([-1, 0, 0, 2]))
    [(-1, 0), (0, 2), (2, 3), (3, 3)]
    """
    steps = [(node, node)]
    while node != ROOT:
        parent = int(parents[node])
        if len(steps) > len(parents) or not ROOT <= parent < len(parents):
            raise ValueError(f"The parents of node {steps[0][0]} lead nowhere.")
        steps.append((parent, node))
        node = parent
    return steps[::-1]
