"""A hint that little is left to gain from more labels of this kind: never a promise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_ROUNDS = 3
_AGREED = 0.99
_FLAT = 0.01
_FEWEST_HOLDOUT = 50


@dataclass(frozen=True)
class StopHint:
    """Whether to think about stopping, and why, in a sentence."""

    is_given: bool
    reason: str


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Cohen's kappa of two models' answers for the same rows; 1 where both give one and the same answer throughout.

    References
    ----------
    Bloodgood and Vijay-Shanker (2009), A method for stopping active learning based on stabilizing predictions.

    >>> agreement(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]))
    0.5
    """
    first, second = np.asarray(first), np.asarray(second)
    if len(first) != len(second):
        raise ValueError(f"There are {len(first)} answers of one model and {len(second)} of the other.")
    if not len(first):
        raise ValueError("Without a row there is no agreement to measure.")
    numbers, numbered = np.unique(np.concatenate([first, second]), return_inverse=True)
    shares = [np.bincount(part, minlength=len(numbers)) / len(first) for part in np.split(numbered, 2)]
    by_chance = float(shares[0] @ shares[1])
    seen = float(np.mean(first == second))
    return 1.0 if by_chance >= 1 else (seen - by_chance) / (1 - by_chance)


def stop_hint(agreements: Sequence[float], holdout_scores: Sequence[float], n_holdout: int) -> StopHint:
    """Look at the last three rounds: models that agree and a holdout score that does not rise.

    Parameters
    ----------
    agreements : kappa of each round's model with the one before, oldest first
    holdout_scores : the score of each round's model on the holdout, oldest first

    >>> stop_hint([0.97, 0.991, 0.994, 0.992], [0.80, 0.84, 0.845, 0.842, 0.846], 200).is_given
    True
    """
    if len(agreements) < _ROUNDS or len(holdout_scores) <= _ROUNDS:
        return StopHint(False, f"Too early to tell: {_ROUNDS} rounds of training are compared.")
    if n_holdout < _FEWEST_HOLDOUT:
        return StopHint(False, f"Not decidable yet: {n_holdout} of {_FEWEST_HOLDOUT} holdout labels.")
    least = min(agreements[-_ROUNDS:])
    if least < _AGREED:
        return StopHint(
            False, f"New labels still change the model: agreement {least:.3f}, and {_AGREED} would be calm."
        )
    gain = holdout_scores[-1] - min(holdout_scores[-_ROUNDS - 1 : -1])
    if gain > _FLAT:
        return StopHint(False, f"The score on the holdout still rises: by {gain * 100:.1f} points in {_ROUNDS} rounds.")
    return StopHint(
        True,
        f"The last {_ROUNDS} models agree (at least {least:.3f}) and the score on {n_holdout} holdout labels is flat: "
        "more labels of this kind may gain little. This is a hint, no promise.",
    )
