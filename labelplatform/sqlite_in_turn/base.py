"""Django's SQLite backend, with a queue in front of every writing transaction.

SQLite itself lets a writer that finds another one at work sleep and try again, ever longer up to 100 ms: with a dozen
writers some wait a second while the database is idle in between. Here the next writer is woken when the one before
has committed. A lock of the process lets one of its threads through, a lock on a file one of the processes; the kernel
drops the latter when a process dies. Writes outside a transaction, and programs that know nothing of it, are as safe
as ever: this only says who tries first.
"""

import fcntl
import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_thread_turns: dict[str, threading.Lock] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: "_Turn | None" = None

    def _start_transaction_under_autocommit(self) -> None:
        if self._turn is None and not self.is_in_memory_db():
            timeout = float(self.settings_dict["OPTIONS"].get("timeout", 5))
            self._turn = _Turn(str(self.settings_dict["NAME"]), timeout)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn_unless_open()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn_unless_open()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn()

    def _end_turn_unless_open(self) -> None:
        """A commit that failed leaves the transaction open: its turn goes on until it is rolled back."""
        if self.connection is None or not self.connection.in_transaction:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.end()


class _Turn:
    """The right to begin a writing transaction, held from construction on."""

    def __init__(self, database: str, timeout: float) -> None:
        self._thread_turn = _thread_turns.setdefault(database, threading.Lock())
        if not self._thread_turn.acquire(timeout=timeout):
            raise OperationalError("database is locked: another thread has been writing for too long")
        try:
            self._file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread_turn.release()
            raise

    def end(self) -> None:
        os.close(self._file)
        self._thread_turn.release()
