import threading
from contextlib import closing

import pytest

from projects.importing.read_ahead import read_ahead


def test_items_come_in_order_and_the_next_is_made_meanwhile():
    made = []
    second_is_made = threading.Event()

    def make():
        for number in range(3):
            made.append(number)
            if number == 1:
                second_is_made.set()
            yield number

    with closing(read_ahead(make(), patience_seconds=60)) as items:
        assert next(items) == 0
        assert second_is_made.wait(10)
        assert list(items) == [1, 2]


def test_an_error_is_raised_where_its_item_would_come():
    def make():
        yield 1
        raise ValueError("broken")

    items = read_ahead(make(), patience_seconds=60)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_a_slow_item_is_announced_by_nothing():
    may_go_on = threading.Event()

    def make():
        may_go_on.wait(10)
        yield "at last"

    items = read_ahead(make(), patience_seconds=0.001)
    assert next(items) is None
    may_go_on.set()
    assert [item for item in items if item is not None] == ["at last"]


def test_leaving_early_ends_the_thread():
    before = threading.active_count()
    with closing(read_ahead(iter(range(1, 100)), patience_seconds=60)) as items:
        assert next(items) == 1
    assert threading.active_count() == before
