"""How well spans are put into chains: by their links, and span by span."""

from collections.abc import Hashable, Sequence

import numpy as np

from models_app.rounds.metrics import Estimate
from models_app.scoring.bootstrap import estimate_from_sums

Chains = Sequence[Sequence[Hashable]]


def link_counts(true: Chains, found: Chains) -> tuple[int, int, int]:
    """Links between neighbours of a chain: how many were rightly found, found, and there.

    >>> link_counts([["a", "b", "c"]], [["a", "b"], ["c", "d"]])
    (1, 2, 2)
    """
    truth, predicted = _links(true), _links(found)
    return len(truth & predicted), len(predicted), len(truth)


def b_cubed(true: Sequence[Chains], found: Sequence[Chains], spans: Sequence[Sequence[Hashable]]) -> Estimate:
    """F1 of the mean precision and recall of each span's chain, with a bootstrap interval over the tasks.

    A span in no chain is a chain of its own.

    References
    ----------
    Bagga and Baldwin (1998), Algorithms for scoring coreference chains.

    >>> b_cubed([[["a", "b"]]], [[["a", "b"]]], [["a", "b", "c"]]).value
    1.0
    """
    parts = np.array([_b_cubed_sums(*one) for one in zip(true, found, spans, strict=True)], dtype=np.float64).reshape(
        -1, 3
    )

    def f1(sums: np.ndarray) -> np.ndarray:
        precision, recall, n = sums.T
        total = precision + recall
        is_there = (total > 0) & (n > 0)
        return np.asarray(np.divide(2 * precision * recall, total * n, out=np.zeros_like(total), where=is_there))

    return estimate_from_sums(parts, f1)


def _b_cubed_sums(true: Chains, found: Chains, spans: Sequence[Hashable]) -> tuple[float, float, int]:
    truth, predicted = _chain_of(true, spans), _chain_of(found, spans)
    both = [len(truth[one] & predicted[one]) for one in spans]
    precision = sum(n / len(predicted[one]) for n, one in zip(both, spans, strict=True))
    recall = sum(n / len(truth[one]) for n, one in zip(both, spans, strict=True))
    return precision, recall, len(spans)


def _chain_of(chains: Chains, spans: Sequence[Hashable]) -> dict[Hashable, set[Hashable]]:
    own: dict[Hashable, set[Hashable]] = {one: {one} for one in spans}
    for chain in chains:
        members = {one for one in chain if one in own}
        own.update((one, members) for one in members)
    return own


def _links(chains: Chains) -> set[tuple[Hashable, Hashable]]:
    return {pair for chain in chains for pair in zip(chain, chain[1:], strict=False)}
