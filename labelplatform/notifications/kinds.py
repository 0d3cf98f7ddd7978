"""What people can be told of. An app registers its kinds in ``apps.py``, a line each::

register_kind("mention", "Somebody mentions me", "projects.notices.who_see_the_task")
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from labelplatform.notifications.models import Delivery, Notification

# Keeps those notifications whose person may see what they are about, whoever and however many they are for.
Check = Callable[[list[Notification]], list[Notification]]


@dataclass(frozen=True)
class Kind:
    """``title`` stands in the settings, ``may_see`` is a dotted path of a ``Check``, ``usual`` holds until changed."""

    title: str
    may_see: str
    usual: str = Delivery.PAGE

    @property
    def check(self) -> Check:
        module, _, name = self.may_see.rpartition(".")
        check: Check = getattr(import_module(module), name)
        return check


_kinds: dict[str, Kind] = {}


def register_kind(name: str, title: str, may_see: str, usual: str = Delivery.PAGE) -> None:
    """Add a kind; another one under the same name raises ``ValueError``."""
    kind = Kind(title, may_see, usual)
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"Two different kinds of notifications are named {name!r}.")


def notification_kinds() -> dict[str, Kind]:
    """All kinds by name, in the order they were registered."""
    return dict(_kinds)


def only_visible(rows: list[Notification]) -> list[Notification]:
    """Those whose person may still see what they are about, in the same order; a few queries for each kind."""
    seen: set[int] = set()
    for name in dict.fromkeys(row.kind for row in rows):
        if kind := _kinds.get(name):
            seen.update(id(row) for row in kind.check([row for row in rows if row.kind == name]))
    return [row for row in rows if id(row) in seen]
