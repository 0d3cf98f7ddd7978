"""Several noisy voters into one answer with a confidence, without knowing the truth: who is how often right is
estimated together with what is right.

References
----------
Dawid and Skene (1979), Maximum likelihood estimation of observer error-rates using the EM algorithm.
Ratner et al. (2017), Snorkel: rapid training data creation with weak supervision.
"""

from dataclasses import dataclass

import numpy as np

ABSTAIN = -1
# Before anything is seen, a voter is taken to name an option so many times as often where it is right as elsewhere,
# and that counts as so many tasks.
_PRIOR_BOOST, _PRIOR_TASKS = 5.0, 8.0
_PRIOR_CLASS = 1.0
_FEWEST_TASKS = 10
# A voter's habits are a number for each pair of options; with more options than these one number must do.
MOST_WEIGHED = 100
_PRIOR_ACCURACY = 0.7


@dataclass(frozen=True)
class Combined:
    """By task: the likeliest option (``ABSTAIN`` where nobody voted) with its probability (zero there).

    ``accuracies`` are by voter. ``probabilities`` are of each option, rows of zeros where nobody voted, and without
    columns where there are too many options to weigh each against each.
    """

    answers: np.ndarray
    confidences: np.ndarray
    accuracies: np.ndarray
    probabilities: np.ndarray


def combine(
    votes: np.ndarray, n_options: int, *, by_voter: bool = False, n_iterations: int = 50, tolerance: float = 1e-5
) -> Combined:
    """Combine votes (tasks x voters, the number of an option or ``ABSTAIN``).

    Of each voter it is learned how often they vote for what where each option is right, abstaining included: so one
    who always says the same tells nothing, however often. What an abstention says is left out. Smoothed, so that a
    voter who is alone is believed so far and no further; with few tasks this is nearly a majority. Of more than
    ``MOST_WEIGHED`` options it is only learned how often each voter is right; so it is ``by_voter``, for voters who
    each know one option only: where they abstain says nothing, and habits would have no second case to differ in.

    >>> votes = np.array([[0, 0, 1], [1, 1, -1], [-1, -1, -1]])
    >>> combine(votes, 2).answers.tolist()
    [0, 1, -1]
    """
    votes = np.asarray(votes, dtype=np.int64)
    if votes.ndim != 2 or n_options < 2:
        raise ValueError("Votes are tasks x voters, over at least two options.")
    if votes.size and not (votes.min() >= ABSTAIN and votes.max() < n_options):
        raise ValueError(f"A vote is the number of an option, below {n_options}, or {ABSTAIN}.")
    # tasks with the same votes are one row with a weight: there are few patterns, however many tasks
    patterns, which, counts = np.unique(votes, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    if by_voter or n_options > MOST_WEIGHED:
        answers, sure, accuracies = _combine_by_voter(patterns, counts, n_options, n_iterations, tolerance)
        return Combined(answers[which], sure[which], accuracies, np.zeros((len(votes), 0)))
    shares, accuracies = _combine_patterns(patterns, counts.astype(np.float64), n_options, n_iterations, tolerance)
    answers = np.where(shares.sum(axis=1) > 0, shares.argmax(axis=1), ABSTAIN)
    return Combined(answers[which], shares.max(axis=1)[which], accuracies, shares[which])


def _combine_patterns(
    votes: np.ndarray, counts: np.ndarray, n_options: int, n_iterations: int, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    one_hot = np.stack([votes == option for option in range(n_options)], axis=2).astype(np.float64)
    voted = one_hot.any(axis=(1, 2))
    shares = _majority(one_hot)
    rates = np.einsum("tvo,t->vo", one_hot, counts) / max(counts.sum(), 1.0)
    habits = _habits(one_hot, shares * 0, counts, rates)
    if counts[voted].sum() >= _FEWEST_TASKS:
        for _ in range(n_iterations):
            habits = _habits(one_hot, shares, counts, rates)
            later = _posterior(one_hot, habits, np.average(shares[voted], axis=0, weights=counts[voted]))
            moved = float(np.abs(later - shares)[voted].max(initial=0.0))
            shares = later
            if moved < tolerance:
                break
    else:
        shares = _posterior(one_hot, habits, np.full(n_options, 1 / n_options))
    shares[~voted] = 0.0
    agreed = np.einsum("tvo,to,t->v", one_hot, shares, counts)
    total = np.einsum("tvo,t->v", one_hot, counts)
    return shares, np.divide(agreed, total, out=np.zeros_like(agreed), where=total > 0)


def _combine_by_voter(
    votes: np.ndarray, counts: np.ndarray, n_options: int, n_iterations: int, tolerance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One accuracy a voter, wrong votes being spread evenly (one-coin): nothing as large as options times options."""
    voted = votes != ABSTAIN
    n_voters = votes.shape[1]
    same = [(votes == votes[:, [voter]]) & voted[:, [voter]] for voter in range(n_voters)]
    is_first = voted.copy()
    for voter in range(1, n_voters):
        is_first[:, voter] &= ~(votes[:, :voter] == votes[:, [voter]]).any(axis=1)
    n_unnamed = n_options - is_first.sum(axis=1)
    totals = (voted * counts[:, None]).sum(axis=0)
    accuracies = np.full(n_voters, _PRIOR_ACCURACY)
    sure = np.zeros(votes.shape)
    for _ in range(n_iterations if counts[voted.any(axis=1)].sum() >= _FEWEST_TASKS else 1):
        strength = np.log(accuracies * (n_options - 1) / (1 - accuracies))
        support = sum(np.where(agree, strength[voter], 0.0) for voter, agree in enumerate(same))
        likely = np.where(voted, np.exp(np.minimum(support, 500)), 0.0)
        sure = likely / ((likely * is_first).sum(axis=1) + n_unnamed)[:, None]
        right = (sure * counts[:, None]).sum(axis=0)
        later = (right + _PRIOR_TASKS * _PRIOR_ACCURACY) / (totals + _PRIOR_TASKS)
        moved = float(np.abs(later - accuracies).max(initial=0.0))
        accuracies = np.clip(later, 1e-3, 1 - 1e-3)
        if moved < tolerance:
            break
    best = sure.argmax(axis=1)
    rows = np.arange(len(votes))
    answers = np.where(voted.any(axis=1), votes[rows, best], ABSTAIN)
    means = np.divide((sure * counts[:, None]).sum(axis=0), totals, out=np.zeros(n_voters), where=totals > 0)
    return answers, sure[rows, best], means


def _majority(one_hot: np.ndarray) -> np.ndarray:
    counts = one_hot.sum(axis=1)
    total = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)


def _habits(one_hot: np.ndarray, shares: np.ndarray, counts: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """By voter and right option: how often they vote for each option, smoothed towards their own habits."""
    n_options = one_hot.shape[2]
    boosted = rates[:, None, :] * (1 + (_PRIOR_BOOST - 1) * np.eye(n_options))[None]
    abstains = np.clip(1 - rates.sum(axis=1), 0.0, 1.0)[:, None, None]
    prior = boosted / np.clip(boosted.sum(axis=2, keepdims=True) + abstains, 1e-12, None)
    voted = np.einsum("tvo,tr,t->vro", one_hot, shares, counts)
    n_right = np.einsum("tr,t->r", shares, counts)[None, :, None]
    habits: np.ndarray = (voted + _PRIOR_TASKS * prior) / (n_right + _PRIOR_TASKS)
    return np.clip(habits, 1e-4, 1.0)


def _posterior(one_hot: np.ndarray, habits: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """How likely each option is right, given who voted for what."""
    n_options = habits.shape[1]
    prior = (prior + _PRIOR_CLASS / n_options) / (1 + _PRIOR_CLASS)
    log_odds = np.log(prior) + np.einsum("tvo,vro->tr", one_hot, np.log(habits))
    log_odds -= log_odds.max(axis=1, keepdims=True)
    shares = np.exp(log_odds)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
