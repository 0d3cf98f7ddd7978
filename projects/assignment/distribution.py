"""Who gets which task when many are shared out: counts that differ from each person's fair share by less than one.

Pure: weights and counts in, a choice out, so that a job may go on in the middle of a share.

References
----------
M. L. Balinski and H. P. Young (1975), "The quota method of apportionment", The American Mathematical Monthly 82(7).
"""

from collections.abc import Collection, Mapping, Sequence
from heapq import heappop, heappush, heapreplace


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
        self._longest_step = 1 / min(self._weights.values(), default=1.0)
        self._by_lack: dict[tuple[int, ...], list[tuple[float, int]]] = {}  # a heap for each group of people

    def give(self, among: Sequence[int], but_not: Collection[int] = ()) -> int | None:
        """Give the next task to that one of ``among`` who lacks most of their share; None where nobody has a share.

        Many tasks are given among the same few groups, so each group is kept in order; who is in ``but_not`` is passed
        over this once.
        """
        if (person := self._next(self._group(tuple(among)), but_not)) is None:
            return None
        self.given[person] = self.given.get(person, 0) + 1
        self._n_given += 1
        return person

    def _group(self, among: tuple[int, ...]) -> list[tuple[float, int]]:
        if among not in self._by_lack:
            self._by_lack[among] = sorted(self._lack(person) for person in among if person in self._weights)
        return self._by_lack[among]

    def _next(self, group: list[tuple[float, int]], but_not: Collection[int]) -> int | None:
        """Nobody goes beyond their share rounded up, unless the task can go to nobody else."""
        n_tasks = self._n_given + 1
        passed: list[tuple[float, int]] = []
        last_resort: int | None = None
        try:
            while group:
                lack, person = group[0]
                if (lack, person) != self._lack(person):  # they were given a task in another group
                    heapreplace(group, self._lack(person))
                    continue
                if last_resort is not None and lack > self._most_below(n_tasks):
                    break
                passed.append(heappop(group))
                if person in but_not:
                    continue
                if self.given.get(person, 0) * self._total < self._weights[person] * n_tasks:
                    return person
                last_resort = person if last_resort is None else last_resort
            return last_resort
        finally:
            for one in passed:
                heappush(group, one)

    def _most_below(self, n_tasks: int) -> float:
        """No one who lacks more than this is below their share, by a hair's breadth for rounding."""
        return (n_tasks / self._total + self._longest_step) * (1 + 1e-9)

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
    everybody = tuple(weights)
    while total and sum(given.values()) < n_tasks:
        sharing.give(everybody)
    return given
