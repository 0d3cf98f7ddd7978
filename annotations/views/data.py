"""The Data page: a project's tasks as a table, whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from labelplatform.roles import Capability
from labelplatform.search import Term, read_terms
from labelplatform.search_hits import snippet
from projects.access import open_project
from projects.browsing.data_filters import LANE_TITLES, SEARCH, STAGE_TITLES
from projects.browsing.data_page import Choice, DataColumn, DataFilter, Mark, acts_for, columns_for
from projects.browsing.data_query import DataQuery, read_data_query
from projects.browsing.task_pages import ORDERS, TaskPage
from projects.models import Membership, Task
from projects.shown_data import picture_field, small_picture, sound_field, whole_file
from projects.views.project_page import render_project_page

# A hit further back in a text than this is found, but not marked.
_READ_CHARACTERS = 2000
_SHOWN_CHARACTERS = 240
_MENU_CHOICES = 300


@dataclass(frozen=True)
class Row:
    """One line of the table. ``pieces`` are the text with what was searched for told apart, ``picture`` and
    ``sound`` are addresses."""

    task_id: int
    external_id: str
    url: str
    pieces: list[tuple[str, bool]]
    cells: list[tuple[DataColumn, Sequence[Mark]]]
    stage: str
    is_done: bool
    lane: str
    picture: str = ""
    sound: str = ""


@require_safe
@login_required
def task_list(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_DATA)
    query = read_data_query(member, request.GET)
    page = query.page()
    columns = columns_for(member)
    rows, columns = _rows(query, page.task_ids, columns)
    has_tasks = bool(rows) or Task.objects.filter(project_id=member.project_id).exists()
    context = {
        "query": query,
        "search_value": request.GET.get(SEARCH, "")[:500],
        "kept": [(name, value) for name, value in query.values.items() if name != SEARCH],
        "chips": _chips(query),
        "menus": _menus(query),
        "orders": [(order, query.address(order=order)) for order in ORDERS.values()],
        "sort_by_id": query.address(order=ORDERS["id-back" if query.order.name == "id" else "id"]),
        "columns": columns,
        "rows": rows,
        "page": page,
        "count": query.tasks.count() if has_tasks else None,
        "links": _page_links(query, page),
        "has_tasks": has_tasks,
        "all_url": request.path,
        "may_assign": member.may(Capability.ASSIGN_TASKS),
        "acts": acts_for(member),
        "may_import": member.may(Capability.IMPORT_TASKS),
        "may_export": member.may(Capability.EXPORT_LABELS),
    }
    is_fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "annotations/_data.html" if is_fragment else "annotations/data.html"
    response = render_project_page(request, member, template, context, tab="data", title="Data")
    patch_vary_headers(response, ["HX-Request"])
    return response


def _rows(query: DataQuery, task_ids: list[int], columns: list[DataColumn]) -> tuple[list[Row], list[DataColumn]]:
    """The rows of a page, and those columns that it shows."""
    tasks = Task.objects.filter(pk__in=task_ids).annotate(text=Left("content__search_text", _READ_CHARACTERS))
    fields = {"picture": picture_field(query.member), "sound": sound_field(query.member)}
    files = {name: field for name, field in fields.items() if field}
    for name, field in files.items():
        tasks = tasks.annotate(**{name: KeyTextTransform("asset", KeyTransform(field, "content__data"))})
    columns_read = ["pk", "external_id", "stage", "lane", "text", *files]
    found = {row["pk"]: row for row in tasks.values(*columns_read)}
    shown = [pk for pk in task_ids if pk in found]
    marks = [(column, column.marks(shown) if shown else {}) for column in columns]
    marks = [(column, found) for column, found in marks if found or not column.hides_when_empty]
    address, terms = query.address(), tuple(read_terms(query.search))
    rows = [_row(query.member, found[pk], marks, address, terms) for pk in shown]
    return rows, [column for column, _ in marks]


def _row(
    member: Membership,
    task: Mapping[str, Any],
    marks: list[tuple[DataColumn, Mapping[int, Sequence[Mark]]]],
    address: str,
    terms: tuple[Term, ...],
) -> Row:
    pk = task["pk"]
    return Row(
        task_id=pk,
        external_id=task["external_id"],
        url=f"{reverse('annotations:task-story', args=[member.project.slug, pk])}{address if address != '?' else ''}",
        picture=small_picture(member, pk, task["picture"]) if task.get("picture") else "",
        sound=whole_file(member, pk, task["sound"]) if task.get("sound") else "",
        pieces=snippet(task["text"] or "", terms, width=_SHOWN_CHARACTERS),
        cells=[(column, cells.get(pk, ())) for column, cells in marks],
        stage=STAGE_TITLES.get(task["stage"], task["stage"]),
        is_done=task["stage"] == "done",
        lane=LANE_TITLES.get(task["lane"], ""),
    )


def _chips(query: DataQuery) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    chips = []
    for name, value in query.values.items():
        one = query.filters[name]
        choice = one.choice(value)
        title = f"“{value}”" if name == SEARCH else choice.title if choice else value
        chips.append({"name": one.title, "value": title, "url": query.address({name: ""})})
    return chips


def _menus(query: DataQuery) -> list[dict[str, Any]]:
    return [
        {"title": one.title, "is_set": one.name in query.values, "choices": _choices(query, one)}
        for one in query.filters.values()
        if one.choices
    ]


def _choices(query: DataQuery, one: DataFilter) -> list[tuple[Choice, str, bool]]:
    """Each choice with its address and whether it is in force; choosing that once more takes it away."""
    current = query.values.get(one.name)
    return [
        (choice, query.address({one.name: "" if choice.value == current else choice.value}), choice.value == current)
        for choice in one.choices[:_MENU_CHOICES]
    ]


def _page_links(query: DataQuery, page: TaskPage) -> dict[str, str]:
    links = {"first": query.address(), "last": query.address(place={"at": "end"})}
    if page.before is not None:
        links["previous"] = query.address(place={"before": page.before})
    if page.after is not None:
        links["next"] = query.address(place={"after": page.after})
    return links
