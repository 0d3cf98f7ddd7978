"""From which confidence on an answer may be accepted unseen, option by option."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from models_app.scoring.auto_accept import AutoAccept, faultless_needed, find_threshold


@dataclass(frozen=True)
class OptionThreshold:
    """What ``n`` rows that were answered with some option prove; ``options`` is None for all that have no own rows."""

    options: tuple[Hashable, ...] | None
    found: AutoAccept
    n: int


def option_thresholds(
    answers: Sequence[Hashable],
    confidences: np.ndarray,
    is_right: np.ndarray,
    *,
    target: float,
    level: float = 0.95,
) -> list[OptionThreshold]:
    """A threshold for each option that is answered often enough to prove anything by itself, and one for the others.

    One threshold for all would let a frequent, easy option carry a rare one whose answers are often wrong. Which
    options stand alone is decided by how often they are answered, never by how often that is right, and each group that
    can prove anything at all takes its part of the chance to be wrong (Bonferroni): so with probability
    ``(1 + level) / 2`` or more no group's accuracy above its threshold is below ``target``.

    Parameters
    ----------
    answers : the option answered in each row, None where an answer is no single option
    confidences, is_right : of these answers, on rows drawn at random

    >>> rows = ["ham"] * 150 + ["spam"] * 20
    >>> ham, others = option_thresholds(rows, np.full(170, 0.9), np.full(170, True), target=0.95)
    >>> ham.options, ham.found.threshold, others.options, others.found.shortfall
    (('ham',), 0.9, None, 52)
    """
    confidences, is_right = np.asarray(confidences, dtype=np.float64), np.asarray(is_right, dtype=bool)
    counts = Counter(answer for answer in answers if answer is not None)
    alone = list(counts)
    while True:
        n_others = len(confidences) - sum(counts[answer] for answer in alone)
        others_can = n_others >= _needed(target, level, n_groups=len(alone) + 1)
        n_groups = max(1, len(alone) + others_can)
        enough = [answer for answer in alone if counts[answer] >= _needed(target, level, n_groups=n_groups)]
        if len(enough) == len(alone):
            break
        alone = enough
    groups = []
    for options in [*((answer,) for answer in sorted(alone, key=str)), None]:
        named = alone if options is None else options
        is_in = np.array([(answer in named) != (options is None) for answer in answers], dtype=bool)
        if is_in.any() or not alone:
            found = find_threshold(confidences[is_in], is_right[is_in], target=target, level=level, n_looks=n_groups)
            groups.append(OptionThreshold(options, found, int(is_in.sum())))
    return groups


def _needed(target: float, level: float, *, n_groups: int) -> int:
    """The fewest rows that could prove the target for one of so many groups."""
    return faultless_needed(target, level=1 - (1 - level) / max(1, n_groups))
