"""What the figures were measured on."""

import os
import platform
import sqlite3
import time
from typing import Any

import psutil
import psycopg


def describe_machine(database_url: str) -> dict[str, Any]:
    described = {
        "cores": os.cpu_count(),
        "memory_gigabytes": round(psutil.virtual_memory().total / 2**30, 1),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "yardstick_seconds": yardstick_seconds(),
    }
    if database_url:
        with psycopg.connect(database_url) as connection:
            described["postgresql"] = str(connection.info.parameter_status("server_version"))
    return described


def yardstick_seconds() -> float:
    """The median time of a fixed piece of plain Python: on a shared host the same machine is not always as fast."""
    took = []
    for _ in range(7):
        start = time.perf_counter()
        sum(number * number for number in range(2_000_000))
        took.append(time.perf_counter() - start)
    return round(sorted(took)[3], 3)


def load_of_others() -> float:
    """The load average of the last minute, before anything is measured: figures of a busy machine say little."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor()
