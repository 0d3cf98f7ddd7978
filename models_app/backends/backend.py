"""What asking a model elsewhere has in common: tasks go out without what is private, rows come back to be checked."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from labelplatform.outbound import AddressRefused, CallFailed, Reply
from projects.importing.rows import Row

RETRY_AFTER_SECONDS = (0.5, 2.0)
_SIGN_OF_LIFE_SECONDS = 10.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class BackendFailed(Exception):
    """The other side gave nothing that could be used; the message says what it did."""


class BudgetSpent(Exception):
    """No more may be spent; the message says how much was."""


@dataclass(frozen=True)
class AskedTask:
    """A task as others may see it: ``data`` has only the fields that everybody at work is shown."""

    id: int
    data: Mapping[str, Any]


@dataclass
class Said:
    """What came back for some tasks: rows for ``RowChecker``, and counts to be added up.

    ``ask_again``: nothing of use, but with the smaller batch that the source takes it may be.
    """

    rows: list[Row] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)
    ask_again: bool = False

    def count(self, name: str, amount: float = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount

    def answer(self, task_id: int, question: str, value: Any, confidence: float | None, raw: Any) -> None:
        values = {"task": task_id, "question": question, "value": value, "confidence": confidence}
        self.rows.append(Row(task_id, values, shortened(raw)))

    def refuse(self, task_id: int, reason: str, raw: Any) -> None:
        self.rows.append(Row(task_id, {}, shortened(raw), reason))


class Backend(Protocol):
    """One kind of source that is asked: ``batch`` tasks at once, and ``alive`` is called while it is waited for."""

    batch: int
    alive: Callable[[], None]

    def prepare(self) -> None:
        """What comes before a run. Raises ``BackendFailed``."""
        ...

    def ask(self, tasks: Sequence[AskedTask]) -> Said:
        """Ask about some tasks. Raises ``BackendFailed`` and ``BudgetSpent``."""
        ...


def patiently(send: Callable[[], Reply], alive: Callable[[], None]) -> Reply:
    """Send, and send again after a while where the trouble may pass. Raises ``BackendFailed``."""
    for wait in (*RETRY_AFTER_SECONDS, None):
        try:
            reply = _while_alive(send, alive)
        except AddressRefused as refusal:
            raise BackendFailed(refusal.detail) from refusal
        except CallFailed as failure:
            problem, may_pass = str(failure), True
        else:
            if 200 <= reply.status < 300:
                return reply
            said = reply.body[:200].decode(errors="replace").strip()
            problem, may_pass = f"It answers with {reply.status}: {said or 'nothing'}", reply.status in _PASSING
        if wait is None or not may_pass:
            raise BackendFailed(problem)
        time.sleep(wait)
    raise AssertionError("The last try raises.")


def _while_alive(send: Callable[[], Reply], alive: Callable[[], None]) -> Reply:
    """Send from a thread, which touches no database, and give signs of life meanwhile."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="call")
    try:
        answer = pool.submit(send)
        while True:
            try:
                return answer.result(timeout=_SIGN_OF_LIFE_SECONDS)
            except TimeoutError:
                alive()
    finally:
        pool.shutdown(wait=False)


def shortened(raw: Any) -> bytes:
    """What came, as a rejection keeps it."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return text[:10_000].encode("utf-8", "backslashreplace")
