"""``python -m benchmarks.inside MODULE.FUNCTION ARGUMENTS``: call it and print its result and cost as JSON."""

import json
import os
import resource
import sys
import threading
import time
from importlib import import_module
from typing import Any

import django

_WATCH_EVERY_SECONDS = 0.05


def main(function: str, arguments: dict[str, Any]) -> None:
    django.setup()
    module_name, _, name = function.rpartition(".")
    called = getattr(import_module(f"benchmarks.inside.{module_name}"), name)
    memory = _OwnMemory()
    start, cpu_start = time.monotonic(), time.process_time()
    result = called(**arguments) or {}
    cost = {
        "seconds": time.monotonic() - start,
        "cpu_seconds": time.process_time() - cpu_start,
        "peak_megabytes": memory.peak_megabytes(),
        "peak_megabytes_with_files": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps({**cost, **result}) + "\n")


class _OwnMemory:
    """The most memory of its own that this process had; SQLite's mapped file is the kernel's, who may take it back."""

    def __init__(self) -> None:
        self._peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def peak_megabytes(self) -> float:
        self._stop.set()
        self._thread.join()
        return self._peak / 1024

    def _watch(self) -> None:
        while True:
            with open("/proc/self/status") as status:
                own = [int(line.split()[1]) for line in status if line.startswith("RssAnon:")]
            self._peak = max(self._peak, *own)
            if self._stop.wait(_WATCH_EVERY_SECONDS):
                return


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "labelplatform.settings"
    main(sys.argv[1], json.loads(sys.argv[2]))
