"""Prepare the next piece of work while the current one is being written."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterable[Item], *, patience_seconds: float) -> Generator[Item | None, None, None]:
    """The same items, made in a thread that is one ahead; None whenever one takes longer than ``patience_seconds``.

    The database's share of the work needs no Python, so that both go on at once. An error is raised where its item
    would come. Close the generator to end early.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as pool:
        upcoming = pool.submit(next, iterator, None)
        while True:
            try:
                item = upcoming.result(timeout=patience_seconds)
            except TimeoutError:
                yield None
                continue
            if item is None:
                return
            upcoming = pool.submit(next, iterator, None)
            yield item
