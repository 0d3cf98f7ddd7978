"""Committee: rows that several models, each with its own part of the labels, disagree about."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from models_app.selection.margin import Margin
from models_app.selection.strategies import Shortlist

MEMBERS = 5


class Committee(Margin):
    """Of ten times the batch by margin, the rows that a committee disagrees about most.

    Disagreement is the entropy of the members' mean less the mean of their entropies. The cost is that of fitting the
    members, about five fits on the labels; without a committee it is smallest margin.

    References
    ----------
    Seung, Opper and Sompolinsky (1992), Query by committee.
    McCallum and Nigam (1998), Employing EM and pool-based active learning for text classification.
    """

    shortlist_factor: ClassVar[int] = 10

    def pick(self, short: Shortlist, n: int, rng: np.random.Generator) -> np.ndarray:
        if short.look.committee is None or len(short) <= n or not n:
            return np.arange(min(n, len(short)))
        return np.argsort(-disagreement(short.look.committee(short.rows)), kind="stable")[:n]


def disagreement(votes: list[np.ndarray]) -> np.ndarray:
    """How far each row's probabilities by several models are from their mean (Jensen-Shannon divergence, in nats).

    >>> one, other = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.5]])
    >>> disagreement([one, other]).round(3).tolist()
    [0.693, 0.0]
    """
    mean = np.mean(votes, axis=0)
    return np.asarray(_entropies(mean) - np.mean([_entropies(vote) for vote in votes], axis=0))


def bootstrap_committee(
    fit: Callable[[np.ndarray], Any], y: np.ndarray, rng: np.random.Generator, n_members: int = MEMBERS
) -> list[Any]:
    """What ``fit`` makes of each of ``n_members`` draws of the labels ``y`` with replacement.

    Every class keeps at least one of its labels, so that all members know the same classes in the same order.
    """
    _, one_of_each = np.unique(y, return_index=True)
    size = len(y)
    draws = (np.concatenate([one_of_each, rng.integers(size, size=size - len(one_of_each))]) for _ in range(n_members))
    return [fit(np.sort(draw)) for draw in draws]


def _entropies(probabilities: np.ndarray) -> np.ndarray:
    return np.asarray(-(probabilities * np.log(np.maximum(probabilities, 1e-30))).sum(axis=1))
