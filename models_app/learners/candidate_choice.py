"""Choosing among candidates that differ from case to case: the date that is meant, the span that another refers to."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.base import BaseEstimator

from models_app.learners.linear import indicator_matrix
from models_app.learners.text_arrays import as_bytes, from_bytes

# A candidate is known by what is true of it; a case is a list of candidates, of which one is chosen.
Candidate = Sequence[str]
Case = Sequence[Candidate]


class CandidateChooser(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """One weight for each thing that can be true of a candidate; the likeliest of a case has the highest sum.

    Where several candidates of a case are right, it is enough that one of them is chosen: their probabilities add up.
    That there is none is a candidate as well, with features of its own.

    Parameters
    ----------
    C : float
        Inverse strength of regularization.
    random_state : int
        Not used: the solution does not depend on chance.

    References
    ----------
    McFadden (1974), Conditional logit analysis of qualitative choice behavior.
    Denis and Baldridge (2008), Specialized models and ranking for coreference resolution.

    Examples
    --------
    >>> cases = [[["due"], ["sent"]], [["sent"], ["due"]], [["due"], ["paid"]]]
    >>> chooser = CandidateChooser().fit(cases, [[0], [1], [0]])
    >>> [int(found.argmax()) for found in chooser.predict_proba([[["paid"], ["due"]]])]
    [1]
    """

    def __init__(self, C: float = 1.0, random_state: int = 0) -> None:
        self.C = C
        self.random_state = random_state

    def fit(self, cases: Sequence[Case], right: Sequence[Sequence[int]]) -> Self:
        """Fit on cases and the places of their right candidates; ``ValueError`` where there is nothing to choose."""
        if len(cases) != len(right):
            raise ValueError(f"There are {len(cases)} cases but right candidates of {len(right)}.")
        pairs = [(case, own) for case, own in zip(cases, right, strict=True) if own and len(own) < len(case)]
        if not pairs:
            raise ValueError(f"In none of {len(cases)} cases there is anything to choose.")
        self._names = {name: number for number, name in enumerate(_names_of([case for case, _ in pairs]))}
        matrix, starts = self._matrix([case for case, _ in pairs])
        is_right = np.zeros(matrix.shape[0], dtype=bool)
        for start, (_, own) in zip(starts.tolist(), pairs, strict=True):
            is_right[[start + place for place in own]] = True

        def loss(coef: np.ndarray) -> tuple[float, np.ndarray]:
            scores = np.asarray(matrix @ coef)
            chosen, total = _shares(scores, starts)
            rights, total_right = _shares(np.where(is_right, scores, -np.inf), starts)
            value = float((total - total_right).sum()) + coef @ coef / (2 * self.C)
            return value, np.asarray(matrix.T @ (chosen - rights)) + coef / self.C

        found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
        self.coef_ = found.x.astype(np.float32)
        return self

    def predict_proba(self, cases: Sequence[Case]) -> list[np.ndarray]:
        """For each case how likely each of its candidates is the one."""
        if not cases:
            return []
        if not all(cases):
            raise ValueError("A case without any candidate has no choice.")
        matrix, starts = self._matrix(cases)
        shares, _ = _shares(np.asarray(matrix @ self.coef_.astype(np.float64)), starts)
        return np.split(shares, starts[1:])

    def weights_of(self, candidate: Candidate) -> list[float]:
        """What each thing that is true of a candidate says for it, 0 where nothing is known of it."""
        numbers = [self._names.get(name) for name in candidate]
        return [0.0 if number is None else float(self.coef_[number]) for number in numbers]

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        return {"names": as_bytes(list(self._names)), "coef": self.coef_}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted chooser that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        chooser = cls()
        chooser._names = {name: number for number, name in enumerate(from_bytes(state["names"]))}
        chooser.coef_ = np.asarray(state["coef"])
        if len(chooser.coef_) != len(chooser._names):
            raise ValueError("The weights do not fit the features.")
        return chooser

    def _matrix(self, cases: Sequence[Case]) -> tuple[sp.csr_matrix, np.ndarray]:
        """A row for each candidate, and where each case begins."""
        rows = [[self._names[name] for name in one if name in self._names] for case in cases for one in case]
        starts = np.cumsum([0, *map(len, cases)])[:-1]
        return indicator_matrix(rows, len(self._names)), starts


def _names_of(cases: Sequence[Case]) -> list[str]:
    return list(dict.fromkeys(name for case in cases for one in case for name in one))


def _shares(scores: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The softmax within each case, and the logarithm of what it was divided by."""
    lengths = np.diff([*starts.tolist(), len(scores)])
    highest = np.maximum.reduceat(scores, starts)
    exponentials = np.exp(scores - np.repeat(highest, lengths))
    sums = np.add.reduceat(exponentials, starts)
    return exponentials / np.repeat(sums, lengths), highest + np.log(sums)
