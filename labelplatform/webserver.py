"""The web server's process: Granian over the WSGI application, loaded once and then forked into workers.

Loading before the fork lets the workers share that memory and spares the second loading. Where processes are not
forked (macOS), each worker loads for itself.
"""

import gc
from importlib import import_module

from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.server import Server

_THREADS = 4
_RESPAWN_SECONDS = 0.5
_STOP_SECONDS = 8


def serve() -> None:
    """Serve until SIGTERM or SIGINT; requests that are being answered get a few seconds to end."""
    _load_application()
    Server(
        "labelplatform.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=_THREADS,
        http=HTTPModes.http1,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=_RESPAWN_SECONDS,
        workers_kill_timeout=_STOP_SECONDS,
    ).serve()


def _load_application() -> None:
    import_module("labelplatform.wsgi")
    import_module(settings.ROOT_URLCONF)  # with all pages and API views, which the first request would load
    gc.collect()
    gc.freeze()  # the collector writes to what it visits, and what is written to is shared no longer


if __name__ == "__main__":
    serve()
