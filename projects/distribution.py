"""Who gets which task when many are shared out: counts that differ from each person's fair share by less than one.

Pure: weights and counts in, a choice out, so that a job may go on in the middle of a share.

References
----------
M. L. Balinski and H. P. Young (1975), "The quota method of apportionment", The American Mathematical Monthly 82(7).
"""

from collections.abc import Collection, Mapping


class FairShares:
    """Hands out tasks one by one; at any moment nobody who may get all of them is a whole task off their share.

    Parameters
    ----------
    weights
        How much each person gets compared with the others, by id; 0 means nothing.
    given
        How many each has got so far, for a share that goes on; it is kept up to date.

    Examples
    --------
    >>> sharing = FairShares({1: 2.0, 2: 1.0}, {})
    >>> [sharing.give([1, 2]) for _ in range(6)]
    [1, 1, 2, 1, 1, 2]
    >>> sharing.given
    {1: 4, 2: 2}
    """

    def __init__(self, weights: Mapping[int, float], given: dict[int, int]) -> None:
        self.given = given
        self._weights = {person: weight for person, weight in weights.items() if weight > 0}
        self._total = sum(self._weights.values())
        self._n_given = sum(given.get(person, 0) for person in self._weights)

    def give(self, among: Collection[int]) -> int | None:
        """Give the next task to that one of ``among`` who lacks most of their share; None where nobody has a share."""
        weights, given, total = self._weights, self.given, self._total
        n_tasks = self._n_given + 1
        may = [person for person in among if person in weights]
        # nobody goes beyond their share rounded up, unless the task can go to nobody else
        below = [person for person in may if given.get(person, 0) * total < weights[person] * n_tasks] or may
        if not below:
            return None
        person = min(below, key=lambda person: ((given.get(person, 0) + 1) / weights[person], person))
        given[person] = given.get(person, 0) + 1
        self._n_given = n_tasks
        return person


def shares(weights: Mapping[int, float], n_tasks: int) -> dict[int, int]:
    """How many of ``n_tasks`` each person gets where every task may go to everybody.

    >>> shares({1: 1.0, 2: 1.0, 3: 0.0}, 5)
    {1: 3, 2: 2, 3: 0}
    """
    total = sum(weight for weight in weights.values() if weight > 0)
    given = {person: int(weight * n_tasks / total) if total and weight > 0 else 0 for person, weight in weights.items()}
    sharing = FairShares(weights, given)
    while total and sum(given.values()) < n_tasks:
        sharing.give(list(weights))
    return given
