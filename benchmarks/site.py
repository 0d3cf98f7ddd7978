"""A site of its own for each measurement: data folder, database, and the servers of production on a free port."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg
from celery import Celery

from labelplatform.embedded_broker import server_command
from labelplatform.supervisor import is_answering

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0


class BenchmarkFailed(Exception):
    """Something that was to be measured did not work; the message has its output."""


@dataclass(frozen=True)
class Served:
    """Running servers: their address, and the processes whose CPU and memory count."""

    host: str
    port: int
    web: psutil.Process

    def web_cpu_seconds(self) -> float:
        return sum(_cpu_seconds(process) for process in [self.web, *self.web.children(recursive=True)])


class Site:
    """One throw-away installation. ``database_url`` names a PostgreSQL server; empty means SQLite.

    It is migrated and has a broker, unless it is not ``prepared``: then only ``up`` can be used.
    """

    def __init__(self, database_url: str, *, prepared: bool = True) -> None:
        self._is_prepared = prepared
        self.database = database_name(database_url)
        self.folder = Path(tempfile.mkdtemp(prefix="labelplatform-bench-"))
        self._server_url = database_url
        self._held = contextlib.ExitStack()
        self._database_name = f"labelplatform_bench_{uuid.uuid4().hex[:8]}"
        self.environment = {name: value for name, value in os.environ.items() if name not in _OURS}
        self.environment |= {
            "DATA_DIR": str(self.folder / "var"),
            "BROKER_SOCKET": str(self.folder / "broker.sock"),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "LOG_LEVEL": "WARNING",
            "SEMANTIC_TABLE": os.environ.get("SEMANTIC_TABLE", "0"),
        }

    def __enter__(self) -> "Site":
        if self._server_url:
            self._execute(f'CREATE DATABASE "{self._database_name}"')
            self.environment["DATABASE_URL"] = (
                urlsplit(self._server_url)._replace(path=f"/{self._database_name}").geturl()
            )
        if self._is_prepared:
            self._prepare()
        return self

    def _prepare(self) -> None:
        self._log = self._held.enter_context((self.folder / "servers.log").open("ab"))
        self._held.enter_context(_running(self._broker_command(), self.environment, self._log))
        _wait_for(f"unix://{self.environment['BROKER_SOCKET']}", self.folder / "servers.log")
        self.manage("migrate", "--verbosity=0")

    def __exit__(self, *exception: object) -> None:
        self._held.close()
        if self._server_url:
            self._execute(f'DROP DATABASE IF EXISTS "{self._database_name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def manage(self, *arguments: str) -> str:
        return self._run([sys.executable, "manage.py", *arguments])

    def inside(self, function: str, **arguments: Any) -> dict[str, Any]:
        """Call ``benchmarks.inside.<module>.<function>`` in a fresh process with this site's settings.

        The answer has what the function returned, and ``seconds``, ``cpu_seconds`` and ``peak_megabytes``.
        """
        said = self._run([sys.executable, "-m", "benchmarks.inside", function, json.dumps(arguments)])
        return dict(json.loads(said.splitlines()[-1]))

    @contextlib.contextmanager
    def served(self) -> Iterator[Served]:
        """The web server as in production; no worker, so that nothing else happens meanwhile."""
        port = free_port()
        environment = self.environment | {"PORT": str(port)}
        with _running([sys.executable, "-m", "labelplatform.webserver"], environment, self._log) as web:
            _wait_for(f"http://127.0.0.1:{port}/accounts/login/", self.folder / "servers.log")
            yield Served("127.0.0.1", port, psutil.Process(web.pid))

    @contextlib.contextmanager
    def up(self, *, demo: bool = False) -> Iterator[tuple[int, psutil.Process]]:
        """Everything, as ``make run`` starts it; yields the port and the supervisor's process."""
        port = free_port()
        environment = self.environment | {"PORT": str(port), "DEMO": str(int(demo))}
        environment["BROKER_SOCKET"] = str(self.folder / "up.sock")
        log_path = self.folder / "up.log"
        with log_path.open("ab") as log, _running([sys.executable, "manage.py", "up"], environment, log) as process:
            _wait_for(f"http://127.0.0.1:{port}/accounts/login/", log_path)
            yield port, psutil.Process(process.pid)

    def wait_for_worker(self) -> None:
        """Wait until the worker that ``up`` starts beside the web server takes jobs."""
        control = Celery(broker=f"redis+socket://{self.folder / 'up.sock'}", set_as_current=False).control
        deadline = time.monotonic() + _START_SECONDS
        while not control.ping(timeout=0.5):
            if time.monotonic() > deadline:
                raise BenchmarkFailed("No worker answers.")

    def _broker_command(self) -> list[str]:
        folder = self.folder / "broker"
        folder.mkdir()
        return server_command(socket=Path(self.environment["BROKER_SOCKET"]), folder=folder)

    def database_cpu_seconds(self) -> float:
        """CPU time of the PostgreSQL processes that serve this site's database, where they run on this machine."""
        if not self._server_url:
            return 0.0
        total = 0.0
        for process in psutil.process_iter(["cmdline"]):
            if any(self._database_name in part for part in process.info["cmdline"] or []):
                total += _cpu_seconds(process)
        return total

    def _run(self, command: list[str]) -> str:
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise BenchmarkFailed(f"{' '.join(command[1:4])} failed:\n{result.stderr[-3000:]}")
        return result.stdout

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement.encode())


# What the caller's environment must not pass on to a site of its own.
_OURS = {"DATA_DIR", "DATABASE_URL", "REDIS_URL", "BROKER_SOCKET", "PORT", "HOST", "SITE_URL", "SECRET_KEY", "DEBUG"}


def database_name(database_url: str) -> str:
    return "PostgreSQL" if database_url else "SQLite"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], log: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(probe: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_answering(probe):
        if time.monotonic() > deadline:
            raise BenchmarkFailed(f"{probe} does not answer:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
