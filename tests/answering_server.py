"""A small HTTP server of the tests' own, which answers as it is told: well, wrongly, slowly, or never."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Any  # JSON; bytes; a status with either; or a function that is given the handler


class AnsweringServer:
    """``answers`` by path: what is sent, or a function of the request's JSON. ``asked`` is what came."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any, dict[str, str]]] = []
        self.address = ""
        self.host = ""

    def bodies(self, path: str) -> list[Any]:
        return [body for asked, body, _ in self.asked if asked == path]


@contextmanager
def answering_server() -> Iterator[AnsweringServer]:
    server = AnsweringServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            server.asked.append((self.path, body, dict(self.headers)))
            answer = server.answers.get(self.path, (404, {"detail": "no such path"}))
            if callable(answer):
                answer = answer(body)
            if isinstance(answer, Dripping):
                answer.drip(self)
                return
            status, content = answer if isinstance(answer, tuple) else (200, answer)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if 300 <= status < 400:
                self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    server.host = f"127.0.0.1:{http.server_port}"
    server.address = f"http://{server.host}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class Dripping:
    """Sends its content byte by byte, which takes ``seconds`` in all; no length is told."""

    def __init__(self, content: bytes, seconds: float) -> None:
        self.content, self.seconds = content, seconds

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for place in range(len(self.content)):
                handler.wfile.write(self.content[place : place + 1])
                handler.wfile.flush()
                time.sleep(self.seconds / len(self.content))
        except OSError:
            pass
        handler.close_connection = True
