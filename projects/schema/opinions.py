"""What several answers to one question have in common: the rules that question kinds choose from."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

Agreed = tuple[Any, float]


def majority(
    answers: Sequence[Any], weights: Sequence[float], key: Callable[[Any], Hashable] = lambda answer: answer
) -> Agreed | None:
    """The answer with more than half of the weight, and its share; a tie is no consensus.

    >>> majority(["a", "b", "a"], [1, 1, 2])
    ('a', 0.75)
    """
    totals: defaultdict[Hashable, float] = defaultdict(float)
    first: dict[Hashable, Any] = {}
    for answer, weight in zip(answers, weights, strict=True):
        totals[key(answer)] += weight
        first.setdefault(key(answer), answer)
    if not totals:
        return None
    winner = max(totals, key=lambda value: totals[value])
    share = totals[winner] / math.fsum(totals.values())
    return (first[winner], share) if share > 0.5 else None


def kept_by_most(
    answers: Sequence[Sequence[Any]], weights: Sequence[float], key: Callable[[Any], Hashable] = lambda part: part
) -> list[Any]:
    """The parts that more than half of the weight has, in the order in which they first appear.

    >>> kept_by_most([["a", "b"], ["b", "c"], ["b", "a"]], [1, 1, 1])
    ['a', 'b']
    """
    totals: defaultdict[Hashable, float] = defaultdict(float)
    first: dict[Hashable, Any] = {}
    for answer, weight in zip(answers, weights, strict=True):
        for part_key, part in {key(part): part for part in answer}.items():
            totals[part_key] += weight
            first.setdefault(part_key, part)
    half = math.fsum(weights) / 2
    return [part for part_key, part in first.items() if totals[part_key] > half]


def if_close(
    answer: Any, answers: Sequence[Any], weights: Sequence[float], distance: Callable[[Any, Any], float]
) -> Agreed | None:
    """An answer put together from the others, where they are on average closer to it than half; with how close."""
    total = math.fsum(weights)
    if not total:
        return None
    apart = math.fsum(distance(answer, other) * weight for other, weight in zip(answers, weights, strict=True)) / total
    return (answer, 1 - apart) if apart < 0.5 else None


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The lower weighted median.

    >>> weighted_median([1, 5, 9], [1, 1, 1])
    5
    """
    half = math.fsum(weights) / 2
    seen = 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        seen += weight
        if seen >= half:
            return value
    raise ValueError("There are no values.")
