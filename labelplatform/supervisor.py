"""Starts the platform's processes in order, restarts those that die, stops them in order.

Only the standard library, and run as a plain file: this process stays for as long as the site does and should cost
10 MB, not the 60 of one that has loaded Django. ``manage.py up`` writes the plan and becomes this program.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

PLAN_VARIABLE = "LABELPLATFORM_PLAN"

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 30.0
_STEADY_SECONDS = 60.0  # a process that has lived so long starts over with short delays
_DEATHS_AT_START = 3
_PROBE_SECONDS = 3.0
_PROBE_EVERY_SECONDS = 0.05
_LOG_BYTES = 20_000_000
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Child:
    """One process to keep running.

    ``probe`` ("http://host:port/path" or "unix:///path") must answer before the next child is started. ``once`` runs
    to its end, on the terminal, before the next. ``stops_last`` is for what the others need while they stop.
    """

    name: str
    command: list[str]
    probe: str = ""
    once: bool = False
    stops_last: bool = False
    stop_seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run, where the logs go, and what to say once all of it runs: the text, then that file if it exists."""

    children: list[Child]
    log_folder: str
    announcement: str = ""
    announcement_file: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        values = json.loads(text)
        return cls(**values | {"children": [Child(**child) for child in values["children"]]})


class _StopAsked(Exception):
    pass


class _GivenUp(Exception):
    pass


class _Process:
    """A child's current process and its history of deaths."""

    def __init__(self, child: Child, log_folder: Path) -> None:
        self.child = child
        self.log = log_folder / f"{child.name.replace(' ', '-')}.log"
        self.deaths = 0
        self.restart_at = 0.0
        self._started_at = 0.0
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._popen is not None

    def start(self) -> None:
        self._started_at = time.monotonic()
        with self._output() as output:
            self._popen = subprocess.Popen(
                self.child.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only us, so that we stop them in order
                preexec_fn=die_with_parent,
            )

    def reap(self) -> int | None:
        """Return the exit code if the process has ended since; whatever it left in its group ends with it."""
        code = self._popen.poll() if self._popen else None
        if code is None:
            return None
        self._kill_group()
        self._popen = None
        steady = time.monotonic() - self._started_at >= _STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        return code

    def ask_to_stop(self) -> None:
        if self._popen:
            self._popen.terminate()

    def kill(self) -> None:
        if self._popen:
            self._kill_group()
            self._popen.wait()
            self._popen = None

    def last_lines(self, count: int = 15) -> str:
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-count:])
        return ""

    def trim_log(self) -> None:
        """Keep one older part of the log. The process appends, so it goes on writing to the emptied file."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > _LOG_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)

    @contextlib.contextmanager
    def _output(self) -> Iterator[BinaryIO | None]:
        if self.child.once:
            yield None
            return
        with self.log.open("ab") as log:
            yield log

    def _kill_group(self) -> None:
        if self._popen:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)


class Supervisor:
    """Runs a plan until it is told to stop by SIGTERM, SIGINT or SIGHUP; a second signal stops without waiting."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        log_folder = Path(plan.log_folder)
        log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._processes = [_Process(child, log_folder) for child in plan.children]
        self._started: list[_Process] = []
        self._all_started = False
        self._stops_asked = 0
        self._wakeups, self._wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup_writer, False)
        os.set_blocking(self._wakeups, False)

    def run(self) -> int:
        """Start, watch and stop everything; returns this program's exit code."""
        signal.set_wakeup_fd(self._wakeup_writer, warn_on_full_buffer=False)
        for number in _STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as it is under nohup
                signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler a death would not wake us
        code = 0
        try:
            for process in self._processes:
                self._start(process)
            self._all_started = True
            self._announce()
            while True:
                self._tick(10.0)
        except _StopAsked:
            say("\nStopping: web server, worker, the rest. Ctrl-C again stops at once.")
        except _GivenUp as reason:
            say(f"\n{reason}")
            code = 1
        finally:
            self._stop_all()
        if code == 0:
            say("Stopped.")
        return code

    def _start(self, process: _Process) -> None:
        self._started.append(process)
        self._launch(process)
        if process.child.once:
            while process.is_running:
                self._tick(10.0)
        while process.child.probe and not (process.is_running and is_answering(process.child.probe)):
            self._tick(_PROBE_EVERY_SECONDS)

    def _announce(self) -> None:
        text = self._plan.announcement
        if self._plan.announcement_file:
            with contextlib.suppress(OSError):
                text += "\n" + Path(self._plan.announcement_file).read_text()
        say(text)

    def _tick(self, seconds: float) -> None:
        """Wait for a signal or ``seconds``, then see to the dead and to those whose restart is due."""
        due = [process.restart_at for process in self._started if not process.is_running and not process.child.once]
        until = min([time.monotonic() + seconds, *due])
        self._sleep(until - time.monotonic())
        if self._stops_asked:
            raise _StopAsked
        for process in self._started:
            self._see_to(process)

    def _see_to(self, process: _Process) -> None:
        process.trim_log()
        code = process.reap()
        if code is not None:
            self._settle_death(process, _how_it_ended(code), failed=code != 0)
        elif not process.is_running and not process.child.once and time.monotonic() >= process.restart_at:
            self._launch(process)

    def _launch(self, process: _Process) -> None:
        try:
            process.start()
        except OSError as error:  # no memory, no process number, or the program is gone
            process.deaths += 1
            self._settle_death(process, str(error), failed=True)

    def _settle_death(self, process: _Process, how: str, *, failed: bool) -> None:
        name = process.child.name
        if process.child.once:
            if failed:
                raise _GivenUp(f"{name} failed ({how}); what it said is above.")
            return
        if not self._all_started and process.deaths >= _DEATHS_AT_START:
            raise _GivenUp(f"The {name} does not start ({how}). The end of {process.log}:\n{process.last_lines()}")
        delay = min(_FIRST_DELAY_SECONDS * 2 ** (process.deaths - 1), _LONGEST_DELAY_SECONDS)
        process.restart_at = time.monotonic() + delay
        say(f"The {name} ended ({how}); it starts again in {delay:g} s. Its log: {process.log}")

    def _stop_all(self) -> None:
        for process in sorted(self._started, key=lambda process: process.child.stops_last):
            process.ask_to_stop()
            deadline = time.monotonic() + process.child.stop_seconds
            while process.is_running and process.reap() is None and self._stops_asked < 2:
                if time.monotonic() >= deadline:
                    say(f"The {process.child.name} did not stop in {process.child.stop_seconds:g} s and was killed.")
                    break
                self._sleep(deadline - time.monotonic())
            process.kill()

    def _sleep(self, seconds: float) -> None:
        select.select([self._wakeups], [], [], max(seconds, 0))
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakeups, 512)

    def _note_stop(self, *_: object) -> None:
        self._stops_asked += 1


def is_answering(probe: str) -> bool:
    """Tell whether the server at ``probe`` answers: any HTTP answer counts; on a unix socket, PONG to PING."""
    parts = urlsplit(probe)
    try:
        if parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as client:
                return _answers(client, probe.removeprefix("unix://"), b"PING\r\n", b"+PONG")
        with socket.socket(socket.AF_INET6 if ":" in (parts.hostname or "") else socket.AF_INET) as client:
            request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            return _answers(client, (parts.hostname, parts.port), request.encode(), b"HTTP/1.1 ")
    except OSError:
        return False


def _answers(client: socket.socket, address: object, request: bytes, answer: bytes) -> bool:
    client.settimeout(_PROBE_SECONDS)
    client.connect(address)  # type: ignore[arg-type] # a path or a pair, as the family says
    client.sendall(request)
    return client.recv(len(answer)) == answer


def die_with_parent() -> None:
    """Called in a new child: have Linux send it SIGTERM when its parent dies, however that happens."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # a closed terminal is no reason to stop
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _how_it_ended(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


if __name__ == "__main__":
    sys.exit(Supervisor(Plan.from_json(os.environ.pop(PLAN_VARIABLE))).run())
