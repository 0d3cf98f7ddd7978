"""What the Data page can filter by, what it shows, and what it does: each app registers its own.

Registries hold dotted paths of functions; an app registers its own in ``apps.py`` when it is ready::

    data_filters.register("final label", "annotations.data_page.label_filters")
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labelplatform.registry import Registry
from projects.browsing.task_ids import TaskIds
from projects.models import Membership


@dataclass(frozen=True)
class Choice:
    """A value a filter can have. ``colour`` is an option's number in the palette."""

    value: str
    title: str
    colour: int = 0


@dataclass(frozen=True)
class DataFilter:
    """One way to narrow the list. ``name`` is its parameter in the address.

    ``find`` turns a value into the tasks that have it, or None where it cannot be such a value. Without ``choices``
    people type it.
    """

    name: str
    title: str
    find: Callable[[str], TaskIds | None]
    choices: Sequence[Choice] = field(default_factory=tuple)

    def choice(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True)
class Mark:
    """One thing in a cell: text, an option where ``colour`` is given (0 has none), with a small ``note`` beside it."""

    text: str
    note: str = ""
    colour: int | None = None
    icon: str = ""
    title: str = ""

    @property
    def css_class(self) -> str:
        if self.colour is None:
            return ""
        return f"option-chip option-colour-{self.colour}" if self.colour else "option-chip"


@dataclass(frozen=True)
class DataColumn:
    """One column: ``marks`` gets the ids of a page's tasks and asks the database as often for 10 as for 50.

    ``hides_when_empty`` leaves it away from pages where no task has a mark.
    """

    name: str
    title: str
    marks: Callable[[Sequence[int]], Mapping[int, Sequence[Mark]]]
    help: str = ""
    order: int = 50
    hides_when_empty: bool = False


# (member: Membership) -> list[DataFilter]
data_filters = Registry("filter of the Data page")
data_filters.register("search", "projects.browsing.data_filters.search_filters")
data_filters.register("stage", "projects.browsing.data_filters.stage_filters")
data_filters.register("import", "projects.browsing.data_filters.import_filters")
data_filters.register("assigned", "projects.browsing.data_filters.assigned_filters")
data_filters.register("skill", "projects.browsing.data_filters.skill_filters")

# (member: Membership) -> list[DataColumn]
data_columns = Registry("column of the Data page")
data_columns.register("assigned", "projects.browsing.data_columns.assignment_columns")

# DataAct (projects/browsing/data_acts.py), by the name it has in the address; the bulk bar shows them in this order
data_acts = Registry("act of the Data page")
data_acts.register("assign", "projects.browsing.data_acts.ASSIGN")
data_acts.register("take-back", "projects.browsing.data_acts.TAKE_BACK")
data_acts.register("first", "projects.browsing.data_acts.PUT_FIRST")
data_acts.register("in-line", "projects.browsing.data_acts.PUT_BACK")
data_acts.register("skill", "projects.browsing.data_acts.SKILL")
data_acts.register("overlap", "projects.browsing.data_acts.OVERLAP")


def filters_for(member: Membership) -> dict[str, DataFilter]:
    """All filters by their names."""
    return {one.name: one for make in data_filters.objects() for one in make(member)}


def columns_for(member: Membership) -> list[DataColumn]:
    """All columns, from left to right."""
    columns = (column for make in data_columns.objects() for column in make(member))
    return sorted(columns, key=lambda column: column.order)


def acts_for(member: Membership) -> dict[str, Any]:
    """What this member may do with many tasks at once, by name."""
    return {name: act for name in data_acts if member.may((act := data_acts.get(name)).capability)}
