"""What the Data page was asked for: filters, order and place, read from an address and written into others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from projects.browsing.data_filters import SEARCH
from projects.browsing.data_page import DataFilter, filters_for
from projects.browsing.task_ids import TaskIds
from projects.browsing.task_pages import ORDERS, Order, TaskList, TaskPage
from projects.models import Membership, Task

PAGE_SIZE = 50
DEFAULT_ORDER = ORDERS["first"]
_MAX_VALUE_CHARACTERS = 500


@dataclass(frozen=True)
class PlaceInList:
    """Where a page begins (or, backwards, ends); None stands for the very end of the list."""

    start: Any = None
    inclusive: bool = False
    backwards: bool = False


@dataclass(frozen=True)
class DataQuery:
    """``values`` are the filters in force, by name; ``problems`` say in words what could not be read."""

    member: Membership
    filters: Mapping[str, DataFilter]
    values: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, TaskIds] = field(default_factory=dict)
    order: Order = DEFAULT_ORDER
    place: PlaceInList = PlaceInList()
    problems: tuple[str, ...] = ()

    @property
    def search(self) -> str:
        return self.values.get(SEARCH, "")

    @property
    def tasks(self) -> TaskList:
        sets = {f"{name}={value}": self.sets[name] for name, value in self.values.items()}
        return TaskList(self.member.project_id, sets)

    def page(self, size: int = PAGE_SIZE) -> TaskPage:
        place = self.place
        return self.tasks.page(
            self.order, start=place.start, inclusive=place.inclusive, backwards=place.backwards, size=size
        )

    def neighbours(self, task: Task) -> tuple[int | None, int | None]:
        """The tasks before and after this one in the list, whether or not it is in it itself."""
        key = getattr(task, self.order.key or "pk")
        before = self.tasks.page(self.order, start=key, backwards=True, size=1, fill=False)
        after = self.tasks.page(self.order, start=key, size=1)
        return next(iter(before.task_ids), None), next(iter(after.task_ids), None)

    def address(
        self,
        changes: Mapping[str, str] | None = None,
        *,
        place: Mapping[str, Any] | None = None,
        order: Order | None = None,
    ) -> str:
        """The query string of this list with some filters changed ("" takes one away), from its first page on."""
        chosen = {**self.values, **(changes or {})}
        pairs = [(name, value) for name, value in chosen.items() if value]
        order = order or self.order
        if order is not DEFAULT_ORDER:
            pairs.append(("order", order.name))
        pairs += (place or {}).items()
        return f"?{urlencode(pairs)}" if pairs else "?"


def read_data_query(member: Membership, parameters: Mapping[str, str]) -> DataQuery:
    """Read an address. What it cannot mean is left out and said in ``problems``; unknown parameters mean nothing."""
    query = DataQuery(member, filters_for(member))
    values, sets, problems = {}, {}, []
    for name, one in query.filters.items():
        value = parameters.get(name, "").replace("\x00", "").strip()[:_MAX_VALUE_CHARACTERS]
        if not value:
            continue
        found = one.find(value)
        if found is None:
            problems.append(f"“{value}” is nothing to search for." if name == SEARCH else _no_such(one, value))
        else:
            values[name], sets[name] = value, found
    order = ORDERS.get(parameters.get("order", ""), DEFAULT_ORDER)
    place, problem = _read_place(member, order, parameters)
    problems += [problem] if problem else []
    return replace(query, values=values, sets=sets, order=order, place=place, problems=tuple(problems))


def _no_such(one: DataFilter, value: str) -> str:
    return f"There is no “{value}” to filter by {one.title.lower()}; the filter is left out."


def _read_place(member: Membership, order: Order, parameters: Mapping[str, str]) -> tuple[PlaceInList, str]:
    for name, backwards in (("after", False), ("before", True)):
        if parameters.get(name):
            return PlaceInList(order.read_key(parameters[name]), backwards=backwards), ""
    if parameters.get("at") == "end":
        return PlaceInList(backwards=True), ""
    if wanted := parameters.get("from", "").replace("\x00", "").strip()[:200]:
        return _jump(member, order, wanted)
    return PlaceInList(), ""


def _jump(member: Membership, order: Order, external_id: str) -> tuple[PlaceInList, str]:
    """To the task with this external id, or, where there is none, to the one that would follow it by id."""
    tasks = Task.objects.filter(project_id=member.project_id)
    task = tasks.filter(external_id__gte=external_id).order_by("external_id").first()
    if task is None:
        return PlaceInList(), f"There is no task with an ID of {external_id} or later."
    problem = ""
    if task.external_id != external_id:
        problem = f"There is no task {external_id}. The next by ID is {task.external_id}; the list begins there."
    return PlaceInList(getattr(task, order.key or "pk"), inclusive=True), problem
