"""One page of a project's tasks out of millions: found by keyset, in a bounded number of looks.

The smallest set is walked in the page's order, a few hundred tasks at a time, and the others say which of these they
hold. Where so many are passed over that a page would be slow, it ends early and says so; the next one goes on there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, NamedTuple

from django.core.cache import cache

from projects.browsing.task_ids import COUNT_LIMIT, FoundIds, IndexedIds, ListedIds, Place, TaskIds
from projects.models import Task

# The most tasks that are looked at for one page; at about 5 µs each.
MAX_LOOKED_AT = 10_000
_FIRST_LOOK = 200
_LARGEST_LOOK = 5000
_KEEP_COUNTS_SECONDS = 10


@dataclass(frozen=True)
class Order:
    """A way to sort that an index serves: by the order of the import, or by external id."""

    name: str
    title: str
    key: str = ""
    descending: bool = False

    def read_key(self, text: str) -> Any:
        """A key as it stands in an address; None when it cannot be one."""
        if self.key:
            return text[:200].replace("\x00", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


ORDERS = {
    order.name: order
    for order in (
        Order("first", "First imported first"),
        Order("last", "Last imported first", descending=True),
        Order("id", "ID, A to Z", key="external_id"),
        Order("id-back", "ID, Z to A", key="external_id", descending=True),
    )
}


@dataclass(frozen=True)
class TaskPage:
    """``before`` and ``after`` are the keys from which the neighbouring pages go on; None where there is none.

    ``gave_up`` tells that the looks were used up before the page was full.
    """

    task_ids: list[int]
    before: Any = None
    after: Any = None
    gave_up: bool = False


class TaskCount(NamedTuple):
    """``is_all`` is False where there are more than ``number``."""

    number: int
    is_all: bool


class _Plan(NamedTuple):
    """``source`` is walked; of what it finds only what all ``others`` hold counts."""

    source: TaskIds
    others: list[TaskIds]

    def keep(self, task_ids: list[int]) -> list[int]:
        for one in self.others:
            if task_ids:
                kept = one.keep(task_ids)
                task_ids = [pk for pk in task_ids if pk in kept]
        return task_ids


class _Walk(NamedTuple):
    places: list[Place]
    last_key: Any
    reached_end: bool


class TaskList:
    """The tasks of a project that are in all of ``sets``; the sets' names tell equal ones apart from others."""

    def __init__(self, project_id: int, sets: Mapping[str, TaskIds]) -> None:
        self._project_id = project_id
        self._everything = IndexedIds(Task.objects.all(), "project_id", project_id)
        self._names = sorted(sets)
        if len(sets) > 1:
            counts = {name: self._kept_count(name, one.count) for name, one in sets.items()}
            sizes = {name: COUNT_LIMIT + 2 if count is None else count for name, count in counts.items()}
            # of equally large ones what was searched for is walked: to ask it about single tasks is dear
            ranked = sorted(sets, key=lambda name: (sizes[name], not isinstance(sets[name], FoundIds), name))
            sets = {name: sets[name] for name in ranked}
        self._sets = list(sets.values())

    def page(
        self,
        order: Order,
        *,
        start: Any = None,
        inclusive: bool = False,
        backwards: bool = False,
        size: int = 50,
        fill: bool = True,
    ) -> TaskPage:
        """The page that follows ``start``, or backwards the one that ends before it; None stands for the very end.

        ``fill``: where backwards less than a page is left, show the whole first page instead.
        """
        walk = self._walk(order, start, inclusive=inclusive, backwards=backwards, size=size)
        if fill and backwards and walk.reached_end and len(walk.places) < size and start is not None:
            return self.page(order, size=size)
        more = len(walk.places) > size
        places = walk.places[:size]
        onwards = places[-1].key if more else None if walk.reached_end else walk.last_key
        gave_up = not more and not walk.reached_end
        back = None if start is None else places[0].key if places else start
        if backwards:
            return TaskPage([place.task_id for place in reversed(places)], onwards, back, gave_up)
        return TaskPage([place.task_id for place in places], back, onwards, gave_up)

    def count(self) -> TaskCount:
        """How many there are, as far as it can be said at once."""
        if len(self._sets) < 2:
            name, only = (self._names[0], self._sets[0]) if self._sets else ("", self._everything)
            found = self._kept_count(name, only.count)
            if found is not None:
                return TaskCount(min(found, COUNT_LIMIT), found <= COUNT_LIMIT)
        return TaskCount(*self._kept_count("&".join(["", *self._names]), self._candidate_count))

    def _kept_count(self, name: str, count: Any) -> Any:
        digest = blake2b(name.encode(), digest_size=16).hexdigest()
        return cache.get_or_set(f"task-list-count:{self._project_id}:{digest}", count, _KEEP_COUNTS_SECONDS)

    def _candidate_count(self) -> tuple[int, bool]:
        ids, is_all = self._candidates()
        return len(ids), is_all

    def _candidates(self) -> tuple[list[int], bool]:
        """Ids in all sets among the first that the smallest one has, and whether those are all."""
        plan = self._plan(ORDERS["first"])
        places = plan.source.walk(start=None, inclusive=True, descending=False, limit=COUNT_LIMIT + 1)
        return plan.keep([place.task_id for place in places[:COUNT_LIMIT]]), len(places) <= COUNT_LIMIT

    def _plan(self, order: Order) -> _Plan:
        if not order.key:
            source = next((one for one in self._sets if one.is_walkable), None)
            if source is not None:
                return _Plan(source, [one for one in self._sets if one is not source])
        elif self._sets:
            ids, is_all = self._candidates()
            if is_all:
                return _Plan(ListedIds(self._sorted(ids, order.key)), [])
        return _Plan(replace(self._everything, key=order.key), self._sets)

    def _sorted(self, ids: list[int], key: str) -> list[Place]:
        return sorted(Place(*row) for row in Task.objects.filter(pk__in=ids).values_list(key, "pk"))

    def _walk(self, order: Order, start: Any, *, inclusive: bool, backwards: bool, size: int) -> _Walk:
        """Up to one more than ``size`` places from ``start`` on, in the direction of walking."""
        plan = self._plan(order)
        found: list[Place] = []
        looked_at, look = 0, max(_FIRST_LOOK, size + 1) if plan.others else size + 1
        while True:
            places = plan.source.walk(
                start=start, inclusive=inclusive, descending=order.descending != backwards, limit=look
            )
            kept = set(plan.keep([place.task_id for place in places]))
            found += [place for place in places if place.task_id in kept]
            looked_at += len(places)
            if places:
                start, inclusive = places[-1].key, False
            if len(places) < look or len(found) > size or looked_at >= MAX_LOOKED_AT:
                return _Walk(found, start, reached_end=len(places) < look)
            look = min(4 * look, _LARGEST_LOOK)
