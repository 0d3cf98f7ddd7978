"""Registries: how a lower part of the site lets higher ones plug in, without importing them.

A registry maps names to dotted paths; the object behind a path is imported when it is first asked for, so that
the web process loads only what it uses.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any


class Registry:
    """Names to lazily imported objects, in the order they were registered.

    >>> squares = Registry("squares")
    >>> squares.register("root", "math.sqrt")
    >>> squares.get("root")(9)
    3.0
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._paths: dict[str, str] = {}

    def register(self, name: str, path: str) -> None:
        """Add ``path`` under ``name``; a second registration of another path under it raises ``ValueError``."""
        if self._paths.setdefault(name, path) != path:
            raise ValueError(f"{self.what} {name!r} is registered twice: {self._paths[name]} and {path}.")

    def get(self, name: str) -> Any:
        """The object registered under ``name``; ``LookupError`` names what there is instead."""
        if name not in self._paths:
            raise LookupError(f"There is no {self.what} {name!r}; known are: {', '.join(self._paths) or 'none'}.")
        module, _, attribute = self._paths[name].rpartition(".")
        return getattr(import_module(module), attribute)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def objects(self) -> list[Any]:
        return [self.get(name) for name in self._paths]
