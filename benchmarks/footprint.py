"""What an installation costs: set-up with empty caches, starts, and the memory of all its idle processes."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.figures import Figure
from benchmarks.site import ROOT, BenchmarkFailed, Site

_IDLE_SECONDS = 20.0


def measure() -> list[Figure]:
    """Set up a fresh clone, then start a site twice, and look at it when it has been idle for a while."""
    return [*_set_up(), *_start()]


def _set_up() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="labelplatform-bench-"))
    try:
        clone = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, capture_output=True)
        caches = {name: str(folder / name) for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache")}
        start = time.monotonic()
        python = getattr(sys, "_base_executable", sys.executable)
        result = subprocess.run(
            [python, "bootstrap.py", "setup"],
            cwd=clone,
            env=os.environ | caches,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise BenchmarkFailed(f"Set-up failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
        return [Figure("set-up with empty caches", round(time.monotonic() - start, 1), "s", 90)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start() -> list[Figure]:
    with Site("", prepared=False) as site:
        start = time.monotonic()
        with site.up(demo=True):
            first = time.monotonic() - start
        start = time.monotonic()
        with site.up(demo=True) as (_, supervisor):
            second = time.monotonic() - start
            time.sleep(_IDLE_SECONDS)
            by_process = _memory(supervisor)
    return [
        Figure("first start, with migrations and demo", round(first, 2), "s"),
        Figure("start to answering HTTP", round(second, 2), "s", 5),
        Figure("idle memory of all processes (PSS)", round(sum(by_process.values())), "MB", 500),
        *(Figure(f"idle memory, {name}", round(megabytes), "MB") for name, megabytes in by_process.items()),
    ]


def _memory(supervisor: psutil.Process) -> dict[str, float]:
    """Proportional set size in MB by kind of process: memory that is shared is counted once."""
    by_kind: dict[str, float] = {}
    for process in [supervisor, *supervisor.children(recursive=True)]:
        command = " ".join(process.cmdline())
        kinds = {"webserver": "web server", "worker": "worker", "beat": "beat", "valkey": "broker", "redis": "broker"}
        kind = next((kind for sign, kind in kinds.items() if sign in command), "supervisor")
        by_kind[kind] = by_kind.get(kind, 0.0) + process.memory_full_info().pss / 2**20
    return by_kind
