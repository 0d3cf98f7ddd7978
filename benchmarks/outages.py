"""Labeling while the source that suggests does not answer any more: a model server that takes requests, no more.

What it said before is read from the database, so that nobody should wait for it.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks import importing
from benchmarks.figures import Figure, quantiles
from benchmarks.labeling import label
from benchmarks.site import ROOT, BenchmarkFailed, Site

_TASKS = 3_000
_SECONDS = 10.0
_PATIENCE_SECONDS = 60.0
_OPTION = "banking"


def measure(site: Site) -> list[Figure]:
    """Submit and next by one person with suggestions of a model server, first while it answers, then while it hangs."""
    with _model_server() as server:
        site.environment["OUTBOUND_ALLOWED_HOSTS"] = server.host
        importing.measure(site, _TASKS)
        site.inside("outages.suggest_from_server", address=f"http://{server.host}")
        with site.served() as served:
            sessions = site.inside("project.sign_in", role="annotator", count=1)["sessions"]
            before = label(served, sessions, seconds=_SECONDS)
            server.hangs.set()
            asking = _ask_in_the_background(site)
            try:
                if not server.is_asked_in_vain.wait(_PATIENCE_SECONDS):
                    raise BenchmarkFailed("The server that hangs was not asked.")
                during = label(served, sessions, seconds=_SECONDS)
                if asking.poll() is not None:
                    raise BenchmarkFailed("Asking the server that hangs was over before labeling was.")
            finally:
                asking.kill()
                asking.wait()
    return [
        *quantiles(before["seconds"], "submit and next, a model server suggests,"),
        *quantiles(during["seconds"], "submit and next, it does not answer any more,", limits={95: 50}),
        Figure("errors while a model server does not answer", len(during["errors"]), "", 0),
    ]


def _ask_in_the_background(site: Site) -> subprocess.Popen[bytes]:
    """What a worker does; it waits for an answer until it is killed."""
    job = site.inside("outages.ask_again")["job"]
    command = [sys.executable, "-m", "benchmarks.inside", "jobs.run_job", json.dumps({"job": job})]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=quiet, stderr=quiet)


class _Server:
    """Answers every task with the same option until it ``hangs``."""

    def __init__(self) -> None:
        self.host = ""
        self.hangs, self.is_asked_in_vain, self.is_over = threading.Event(), threading.Event(), threading.Event()

    def answer(self, path: str, body: Any) -> Any:
        if path != "/predict":
            return {"status": "UP", "model_version": "1"}
        if self.hangs.is_set():
            self.is_asked_in_vain.set()
            self.is_over.wait()
        said = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [_OPTION]}}
        return {"results": [{"model_version": "1", "score": 0.9, "result": [said]} for _ in body["tasks"]]}


@contextmanager
def _model_server() -> Iterator[_Server]:
    server = _Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(server.answer(self.path, None))

        def do_POST(self) -> None:
            self._send(server.answer(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def _send(self, answer: Any) -> None:
            with suppress(OSError):  # whoever asked may be gone by now
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.host = f"127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.is_over.set()
        http.shutdown()
        http.server_close()
