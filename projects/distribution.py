"""Who gets which task when many are shared out: counts that differ from each person's fair share by less than one.

Pure: weights and counts in, a choice out, so that a job may go on in the middle of a share.

References
----------
M. L. Balinski and H. P. Young (1975), "The quota method of apportionment", The American Mathematical Monthly 82(7).
"""

from collections.abc import Collection, Mapping
from heapq import heapify, heappop, heappush


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
        self._by_lack = [self._lack(person) for person in self._weights]  # a heap: who lacks most of their share first
        heapify(self._by_lack)

    def give(self, among: Collection[int]) -> int | None:
        """Give the next task to that one of ``among`` who lacks most of their share; None where nobody has a share."""
        n_tasks = self._n_given + 1
        passed: list[tuple[float, int]] = []
        chosen: tuple[float, int] | None = None
        while self._by_lack:
            lack = heappop(self._by_lack)
            if lack[1] in among:
                # nobody goes beyond their share rounded up, unless the task can go to nobody else
                if self.given.get(lack[1], 0) * self._total < self._weights[lack[1]] * n_tasks:
                    chosen = lack
                    break
                chosen = chosen or lack
            passed.append(lack)
        for lack in passed:
            if lack is not chosen:
                heappush(self._by_lack, lack)
        if chosen is None:
            return None
        person = chosen[1]
        self.given[person] = self.given.get(person, 0) + 1
        self._n_given = n_tasks
        heappush(self._by_lack, self._lack(person))
        return person

    def _lack(self, person: int) -> tuple[float, int]:
        return (self.given.get(person, 0) + 1) / self._weights[person], person


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
