"""From which probability on an option is chosen, so that the micro-F1 of all choices is the highest."""

import numpy as np

_FEWEST = 30  # options chosen less often share one threshold: a few rows would pull their own anywhere
_ROUNDS = 30


def best_thresholds(probabilities: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """One threshold per column; infinity where never choosing is best.

    Micro-F1 is 2 TP / (predicted + true). For a given F the best threshold of a column maximises
    ``2 TP - F * predicted`` whatever the other columns do, and the F of these thresholds is the next one to try:
    a few rounds find the highest (Dinkelbach's method).

    References
    ----------
    Lipton, Elkan and Naryanaswamy (2014), Optimal thresholding of classifiers to maximize F1 measure.

    >>> best_thresholds(np.array([[0.9], [0.6], [0.4]]), np.array([[True], [True], [False]])).round(2).tolist()
    [0.5]
    """
    n_true = int(chosen.sum())
    is_rare = chosen.sum(axis=0) < _FEWEST
    groups = [np.array([column]) for column in np.flatnonzero(~is_rare)]
    if is_rare.any():
        groups.append(np.flatnonzero(is_rare))
    ordered = [_ordered(probabilities[:, group].ravel(), chosen[:, group].ravel()) for group in groups]
    thresholds = np.full(chosen.shape[1], np.inf)
    best_f = 0.0
    for _ in range(_ROUNDS):
        right = predicted = 0
        for group, (values, rights) in zip(groups, ordered, strict=True):
            counts = np.arange(1, len(values) + 1)
            is_cut = np.append(values[1:] < values[:-1], True)  # equal probabilities cannot be told apart
            gains = np.where(is_cut, 2 * rights - best_f * counts, -np.inf)
            place = int(gains.argmax())
            if gains[place] <= 0:
                thresholds[group] = np.inf
                continue
            following = values[place + 1] if place + 1 < len(values) else 0.0
            thresholds[group] = (values[place] + following) / 2
            right, predicted = right + int(rights[place]), predicted + place + 1
        found = 2 * right / max(1, predicted + n_true)
        if found <= best_f + 1e-9:
            break
        best_f = found
    return thresholds


def _ordered(probabilities: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities falling, and how many of the chosen are at or above each."""
    order = np.argsort(-probabilities, kind="stable")
    return probabilities[order], np.cumsum(chosen[order])
