"""What people prefer, learned from comparisons: a reward for any candidate, seen before or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from models_app.learners.linear import Design, Weights, n_rows, parts_of


@dataclass(frozen=True)
class Comparison:
    """One candidate was found better than another, or both alike, for how strong a reason."""

    better: int  # row of the candidate
    worse: int
    strength: float = 1.0
    is_tie: bool = False


def comparisons_of_ranking(ranked: Sequence[int]) -> list[Comparison]:
    """All pairs of a ranking, best first; together they count as much as the ranking has places to decide.

    References
    ----------
    Azari Soufiani et al. (2013), Generalized method-of-moments for rank aggregation (full breaking is consistent).

    >>> [(pair.better, pair.worse, round(pair.strength, 2)) for pair in comparisons_of_ranking([7, 5, 6])]
    [(7, 5, 0.67), (7, 6, 0.67), (5, 6, 0.67)]
    """
    return [Comparison(better, worse, 2 / len(ranked)) for better, worse in combinations(ranked, 2)]


class RewardLearner(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """The Bradley-Terry model with rewards that are linear in the rows: logistic regression on their differences.

    A tie is half a win for either side. Rankings are learned by their pairs (``comparisons_of_ranking``), which
    estimates the same rewards as the Plackett-Luce model.

    Parameters
    ----------
    C : float
        Inverse strength of regularization.
    random_state : int
        Seed of the solver.

    References
    ----------
    Bradley and Terry (1952), Rank analysis of incomplete block designs.
    Plackett (1975), The analysis of permutations.

    Examples
    --------
    >>> X = np.eye(3)
    >>> learner = RewardLearner().fit(X, [Comparison(0, 1), Comparison(1, 2)])
    >>> np.argsort(-learner.predict(X)).tolist()
    [0, 1, 2]
    """

    def __init__(self, C: float = 10.0, random_state: int = 0) -> None:
        self.C = C
        self.random_state = random_state

    def fit(self, X: Any, comparisons: Iterable[Comparison]) -> Self:
        """Fit on candidates and comparisons of their rows; ``ValueError`` when these tell nothing apart."""
        pairs = list(comparisons)
        n = n_rows(X)
        if any(not 0 <= row < n for pair in pairs for row in (pair.better, pair.worse)):
            raise ValueError(f"A comparison names none of the {n} candidates.")
        if any(not 0 < pair.strength < np.inf for pair in pairs):
            raise ValueError("The strength of a comparison must be a number above 0.")
        if all(pair.is_tie for pair in pairs):
            raise ValueError(f"At least one candidate must have been preferred; there are {len(pairs)} comparisons.")
        better, worse = (np.array([getattr(pair, end) for pair in pairs]) for end in ("better", "worse"))
        sparse, dense = parts_of(X)
        differences = sparse[better] - sparse[worse]
        differences.eliminate_zeros()
        dense_differences = None if dense is None else dense[better] - dense[worse]
        if not differences.nnz and (dense_differences is None or not dense_differences.any()):
            raise ValueError("The candidates that were compared look all alike.")
        self._fit_differences(differences, dense_differences, pairs)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The reward of each candidate: higher is better, and only differences mean something."""
        return np.asarray(self._weights.scores(X)[:, 0], dtype=np.float64)

    def predict_proba(self, first: Any, second: Any) -> np.ndarray:
        """How likely each of the ``first`` candidates is preferred to the ``second`` beside it."""
        return np.asarray(expit(self.predict(first) - self.predict(second)))

    @property
    def weights(self) -> Weights:
        """What each column of the rows says for a candidate."""
        return self._weights

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return self._weights.state()

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from."""
        learner = cls()
        learner._weights = Weights.from_state(state)
        return learner

    def _fit_differences(self, sparse: Any, dense: np.ndarray | None, pairs: list[Comparison]) -> None:
        design = Design.of((sparse, dense))
        # each difference as won by half and, turned round, by half: as lost, or as won again where it is a tie
        matrix = design.matrix
        both = sp.vstack([matrix, -matrix], format="csr") if sp.issparse(matrix) else np.vstack([matrix, -matrix])
        is_won = np.array([True] * len(pairs) + [pair.is_tie for pair in pairs])
        strengths = np.tile([pair.strength / 2 for pair in pairs], 2)
        model = LogisticRegression(
            C=self.C, fit_intercept=False, solver="lbfgs", max_iter=300, random_state=self.random_state
        ).fit(both, is_won, sample_weight=strengths)
        self._weights = design.weights(model.coef_.T, np.zeros(1))
