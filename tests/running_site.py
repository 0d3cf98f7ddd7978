"""The real thing for tests: `manage.py up` in a folder of its own, on the database and broker of the environment."""

import http.client
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg
from celery import Celery
from django.conf import settings
from psycopg import sql

SECONDS_TO_START = 120


@contextmanager
def scratch_environment(folder: Path, *, redis_database: int = 15, **variables: str) -> Iterator[dict[str, str]]:
    """Variables for fresh data, a free port, and a fresh database where the environment names PostgreSQL.

    Sites that may run at the same time need different Redis databases, or their workers take each other's jobs.
    """
    environment = {
        "DATA_DIR": str(folder),
        "BROKER_SOCKET": str(folder / "broker.sock"),
        "PORT": str(_free_port()),
        "DEMO": "0",
        "SEMANTIC_TABLE": "0",
        "WEB_WORKERS": "1",
        "WORKER_PROCESSES": "1",
        "DJANGO_SETTINGS_MODULE": "labelplatform.settings",
        **variables,
    }
    if settings.REDIS_URL:
        environment["REDIS_URL"] = f"{settings.REDIS_URL.rpartition('/')[0]}/{redis_database}"
    if not settings.DATABASE_URL:
        yield os.environ | environment
        return
    with _scratch_database() as name:
        environment["DATABASE_URL"] = settings.DATABASE_URL.rpartition("/")[0] + f"/{name}"
        yield os.environ | environment


@contextmanager
def _scratch_database() -> Iterator[str]:
    name = f"up_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningSite:
    """One site under its supervisor; ``environment`` comes from ``scratch_environment``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.output_file = Path(environment["DATA_DIR"], "output")
        self.url = f"http://localhost:{environment['PORT']}"
        self.supervisor: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.output_file.open("wb") as output:
            process = self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_until(lambda: self.url in self.output)
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    def wait_until(self, holds: Callable[[], object], *, seconds: float = SECONDS_TO_START) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site; returns what it said."""
        command = [sys.executable, "manage.py", *arguments]
        result = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def status_of(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", int(self.environment["PORT"]), timeout=10)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    def worker_answers(self) -> bool:
        url = self.environment.get("REDIS_URL") or f"redis+socket://{self.environment['BROKER_SOCKET']}"
        return bool(Celery(broker=url, set_as_current=False).control.ping(timeout=0.5))

    def kill_worker(self) -> None:
        """Kill the worker and all that it forked, as the kernel does when memory runs out."""
        assert self.supervisor is not None
        for child in psutil.Process(self.supervisor.pid).children(recursive=True):
            if "labelplatform.worker" in child.cmdline():
                for process in [child, *child.children(recursive=True)]:
                    process.kill()
                return
        raise AssertionError("There is no worker.")
