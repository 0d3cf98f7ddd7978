"""Sets of a project's tasks as a database can walk them: in order, from any place, a few at a time.

Every filter of the Data page is one such set. One of them is walked, the others are asked which of the tasks found
they hold, so that no query depends on how many tasks there are.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from labelplatform.search import TaskSearch

# Counts stop here: beyond it a page says "10,000+".
COUNT_LIMIT = 10_000


class Place(NamedTuple):
    """Where a task stands in an order: its key there (the id itself, or its external id) and its id."""

    key: Any
    task_id: int


class TaskIds(Protocol):
    @property
    def is_walkable(self) -> bool:
        """Whether there is an index to walk by id; else the set can only narrow what others find."""
        ...

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        """The next places from ``start`` on; None starts at the end of the order."""
        ...

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        """Those of ``task_ids`` that are in the set."""
        ...

    def count(self) -> int | None:
        """How many there are; more than ``COUNT_LIMIT`` stands for all beyond, None for what only a walk can tell."""
        ...


@dataclass(frozen=True)
class IndexedIds:
    """Rows that an index on (conditions of ``rows``, ``leading``, key) holds side by side, where ``leading = value``.

    ``column`` is where the rows hold the task's id; ``key`` is what they are walked by, if that is another column;
    ``repeats`` tells that several rows may be of one task.
    """

    rows: QuerySet[Any]
    leading: str
    value: Any
    column: str = "pk"
    key: str = ""
    repeats: bool = False

    is_walkable = True

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        rows = self._ordered(start, inclusive=inclusive, descending=descending)
        if self.key:
            return [Place(*row) for row in rows.values_list(self.key, self.column)[:limit]]
        return [Place(pk, pk) for pk in rows.values_list(self.column, flat=True)[:limit]]

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        rows = self.rows.filter(**{self.leading: self.value, f"{self.column}__in": list(task_ids)})
        return set(rows.order_by().values_list(self.column, flat=True))

    def count(self) -> int:
        return self._ordered(None, inclusive=True, descending=False).values(self.column)[: COUNT_LIMIT + 1].count()

    def _ordered(self, start: Any, *, inclusive: bool, descending: bool) -> QuerySet[Any]:
        """The rows in an order that only the right index has.

        PostgreSQL would else walk all projects' tasks by their primary key, for it takes matches to lie everywhere.
        So it is not told that ``leading`` is one value, but that it lies between the value and itself.
        """
        key = self.key or self.column
        if connection.vendor == "postgresql":
            rows = self.rows.filter(**{f"{self.leading}__gte": self.value, f"{self.leading}__lte": self.value})
            if start is not None:
                ahead = _AHEAD[descending, inclusive]
                rows = rows.filter(ahead(Tuple(F(self.leading), F(key)), (self.value, start)))
            order = [self.leading, key]
        else:
            rows = self.rows.filter(**{self.leading: self.value})
            if start is not None:
                comparison = ("lt" if descending else "gt") + ("e" if inclusive else "")
                rows = rows.filter(**{f"{key}__{comparison}": start})
            order = [key]
        rows = rows.order_by(*(f"-{name}" if descending else name for name in order))
        return rows.distinct() if self.repeats else rows


_AHEAD: dict[tuple[bool, bool], Any] = {
    (False, False): TupleGreaterThan,
    (False, True): TupleGreaterThanOrEqual,
    (True, False): TupleLessThan,
    (True, True): TupleLessThanOrEqual,
}


class ListedIds:
    """A few thousand places that are already here, in ascending order."""

    is_walkable = True

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._keys = [place.key for place in places]

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        here = _slice(self._keys, start, inclusive=inclusive, descending=descending, limit=limit)
        return list(self._places[here])[:: -1 if descending else 1]

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        return {place.task_id for place in self._places}.intersection(task_ids)

    def count(self) -> int:
        return len(self._places)


@dataclass(frozen=True)
class NarrowingIds:
    """Tasks that no index has in the order of their ids, and so many that a walk over others soon meets some."""

    rows: QuerySet[Any]

    is_walkable = False

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        raise NotImplementedError("No index has these in order.")

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        return set(self.rows.filter(pk__in=list(task_ids)).order_by().values_list("pk", flat=True))

    def count(self) -> None:
        return None


@dataclass(frozen=True)
class ExcludedIds:
    """All tasks but those of another set."""

    others: TaskIds

    is_walkable = False

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        raise NotImplementedError("What is not there cannot be walked.")

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        return set(task_ids) - self.others.keep(task_ids)

    def count(self) -> None:
        return None


class FoundIds:
    """What a full-text search finds.

    SQLite walks its index in the order of ids. PostgreSQL cannot: it finds all hits at once, which are sorted here;
    of words that are nearly everywhere it would find too many, so those are not walked but looked for in the texts
    that others find.
    """

    def __init__(self, search: TaskSearch) -> None:
        self._search = search
        self._must_sort = connection.vendor == "postgresql"

    @property
    def is_walkable(self) -> bool:
        return not self._must_sort or len(self._hits) <= COUNT_LIMIT

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        if self._must_sort:
            here = _slice(self._hits, start, inclusive=inclusive, descending=descending, limit=limit)
            found = list(self._hits[here])[:: -1 if descending else 1]
        else:
            found = self._search.walk(start=start, inclusive=inclusive, descending=descending, limit=limit)
        return [Place(pk, pk) for pk in found]

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        if self._must_sort and self.is_walkable:
            return set(self._hits).intersection(task_ids)
        return self._search.keep(task_ids)

    def count(self) -> int:
        return len(self._hits) if self._must_sort else self._search.count(COUNT_LIMIT + 1)

    @cached_property
    def _hits(self) -> "array[int]":
        """Ascending ids of the hits, if there are no more than ``COUNT_LIMIT`` of them; else any that many and one."""
        return self._search.hits(COUNT_LIMIT + 1)


def _slice(keys: Sequence[Any], start: Any, *, inclusive: bool, descending: bool, limit: int) -> slice:
    """Which of the ascending keys come next from ``start`` on."""
    if descending:
        end = len(keys) if start is None else (bisect_right if inclusive else bisect_left)(keys, start)
        return slice(max(0, end - limit), end)
    begin = 0 if start is None else (bisect_left if inclusive else bisect_right)(keys, start)
    return slice(begin, begin + limit)
