"""Pages of a list are the list itself, cut into pieces, whatever is filtered, sorted and walked."""

import random
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from labelplatform.search import TaskSearch, read_terms
from projects.browsing import task_ids, task_pages
from projects.browsing.task_ids import ExcludedIds, FoundIds, IndexedIds, TaskIds
from projects.browsing.task_pages import ORDERS, TaskList, TaskPage
from projects.models import Task
from tests.factories import make_project, make_tasks

pytestmark = pytest.mark.django_db

WORDS = ["red", "green", "blue", "grün", "Ünder", "the"]


@pytest.fixture
def shuffled(project):
    """Thirty tasks of mixed stages, lanes and words among as many of another project's."""
    dice = random.Random(7)
    other = make_project("Other")
    for number in range(30):
        text = " ".join(dice.sample(WORDS, 2))
        (task,) = make_tasks(project, texts=[text], external_id=f"{dice.choice('abc')}-{uuid.UUID(int=number)}")
        changes = {"lane": dice.choice(["base", "base", "holdout", "selected"])}
        if dice.random() < 0.5:
            changes |= {"stage": "done", "open_slots": 0}
        Task.objects.filter(pk=task.pk).update(**changes)
        make_tasks(other, texts=[text])
    return project


def sets_of(project) -> dict[str, tuple[TaskIds, Q]]:
    """Each kind of set with the condition that says the same to a plain query."""
    tasks = Task.objects.filter(project=project)

    def found(words: str) -> FoundIds:
        return FoundIds(TaskSearch(project.pk, tuple(read_terms(words))))

    return {
        "stage=done": (IndexedIds(tasks, "stage", "done"), Q(stage="done")),
        "lane=holdout": (IndexedIds(tasks.filter(~Q(lane="base")), "lane", "holdout"), Q(lane="holdout")),
        "not=done": (ExcludedIds(IndexedIds(tasks, "stage", "done")), ~Q(stage="done")),
        "search=red": (found("red"), Q(content__search_text__contains="red")),
        "search=phrase": (found('"the red"'), Q(content__search_text="the red")),
    }


CHOICES = [
    [],
    ["stage=done"],
    ["lane=holdout"],
    ["not=done"],
    ["search=red"],
    ["search=phrase"],
    ["stage=done", "lane=holdout"],
    ["stage=done", "search=red"],
    ["not=done", "search=red"],
    ["stage=done", "not=done"],
]


def all_pages(tasks: TaskList, order, *, size: int, backwards: bool = False) -> list[list[int]]:
    page: TaskPage = tasks.page(order, backwards=backwards, size=size)
    pages = [page.task_ids]
    while (key := page.before if backwards else page.after) is not None:
        page = tasks.page(order, start=key, backwards=backwards, size=size, fill=False)
        pages.append(page.task_ids)
        assert len(pages) < 40
    return pages


@pytest.mark.parametrize("names", CHOICES, ids=" & ".join)
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_pages_forwards_and_backwards_are_the_list_cut_into_pieces(shuffled, names, order, monkeypatch):
    monkeypatch.setattr(task_pages, "_FIRST_LOOK", 4)  # so that a page takes several looks
    known = sets_of(shuffled)
    condition = Q(project=shuffled)
    for name in names:
        condition &= known[name][1]
    by = order.key or "pk"
    expected = list(
        Task.objects.filter(condition).order_by(f"-{by}" if order.descending else by).values_list("pk", flat=True)
    )
    tasks = TaskList(shuffled.pk, {name: known[name][0] for name in names})
    assert [pk for page in all_pages(tasks, order, size=4) for pk in page] == expected
    assert [pk for page in reversed(all_pages(tasks, order, size=4, backwards=True)) for pk in page] == expected
    assert tasks.count() == (len(expected), True)


def test_a_page_back_that_reaches_the_beginning_is_the_whole_first_page(project):
    ids = [task.pk for task in make_tasks(project, 9)]
    tasks = TaskList(project.pk, {})
    page = tasks.page(ORDERS["first"], start=ids[2], backwards=True, size=4)
    assert (page.task_ids, page.before, page.after) == (ids[:4], None, ids[3])


def test_a_search_among_many_other_tasks_pauses_and_goes_on_where_it_was(project, monkeypatch):
    monkeypatch.setattr(task_pages, "_FIRST_LOOK", 4)
    monkeypatch.setattr(task_pages, "_LARGEST_LOOK", 4)
    monkeypatch.setattr(task_pages, "MAX_LOOKED_AT", 8)
    rare = make_tasks(project, 30)[20]
    tasks = TaskList(project.pk, {"rare": ExcludedIds(ExcludedIds(IndexedIds(Task.objects.all(), "id", rare.pk)))})
    page = tasks.page(ORDERS["first"], size=5)
    assert (page.task_ids, page.gave_up) == ([], True)
    seen = []
    for _ in range(6):
        seen += page.task_ids
        if page.after is None:
            break
        page = tasks.page(ORDERS["first"], start=page.after, size=5)
    assert seen + page.task_ids == [rare.pk]


def test_counts_stop_at_the_limit(project, monkeypatch):
    monkeypatch.setattr(task_ids, "COUNT_LIMIT", 5)
    monkeypatch.setattr(task_pages, "COUNT_LIMIT", 5)
    make_tasks(project, texts=["same words"] * 7)
    done = IndexedIds(Task.objects.filter(project=project), "stage", "annotate")
    found = FoundIds(TaskSearch(project.pk, tuple(read_terms("words"))))
    assert TaskList(project.pk, {}).count() == (5, False)
    assert TaskList(project.pk, {"stage": done}).count() == (5, False)
    assert TaskList(project.pk, {"search": found}).count() == (5, False)
    cache.clear()
    assert TaskList(project.pk, {"search": found, "stage": done}).count() == (5, False)
    assert TaskList(project.pk, {"search": found}).page(ORDERS["first"], size=10).task_ids == sorted(
        Task.objects.values_list("pk", flat=True)
    )


def test_words_that_are_nearly_everywhere_are_found_by_looking_through_the_texts(project, monkeypatch):
    """On PostgreSQL such a search has no order; it must not be answered from an arbitrary part of the hits."""
    monkeypatch.setattr(task_ids, "COUNT_LIMIT", 3)
    tasks = make_tasks(project, texts=[f"common {'rare' if number % 4 == 0 else ''}" for number in range(12)])
    found = TaskList(project.pk, {"search": FoundIds(TaskSearch(project.pk, tuple(read_terms("common"))))})
    assert found.page(ORDERS["last"], size=5).task_ids == [task.pk for task in reversed(tasks[7:])]


def test_the_number_of_queries_is_the_same_for_ten_and_fifty_rows(project):
    make_tasks(project, 60)
    stage = {"stage": IndexedIds(Task.objects.filter(project=project), "stage", "annotate")}
    counts = []
    for size in (10, 50):
        with CaptureQueriesContext(connection) as queries:
            assert len(TaskList(project.pk, stage).page(ORDERS["first"], size=size).task_ids) == size
        counts.append(len(queries))
    assert counts[0] == counts[1] == 1
