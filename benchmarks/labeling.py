"""The labeling loop through the real web server: claim, and submit that brings the next task, by 1 and by 16 people."""

import json
import subprocess
import sys
from typing import Any

from benchmarks.figures import Figure, quantiles
from benchmarks.site import ROOT, Served, Site

_SECONDS = 12.0
_WARM_UP_SECONDS = 2.0
_CLIENT_PROCESSES = 2
# What one server must reach with the load client on the same two cores.
_LOOPS_A_SECOND = {"SQLite": 60, "PostgreSQL": 150}


def measure(site: Site, size: int) -> list[Figure]:
    figures: list[Figure] = []
    with site.served() as served:
        for people in (1, 16):
            sessions = site.inside("project.sign_in", role="annotator", count=people)["sessions"]
            label(served, sessions, seconds=_WARM_UP_SECONDS)
            before = site.inside("labels.check_queue")
            web_cpu, database_cpu = served.web_cpu_seconds(), site.database_cpu_seconds()
            result = label(served, sessions, seconds=_SECONDS)
            web_cpu = served.web_cpu_seconds() - web_cpu
            database_cpu = site.database_cpu_seconds() - database_cpu
            after = site.inside("labels.check_queue")
            figures += _figures(site, people, result, web_cpu, database_cpu)
            figures += _checks(people, result, before, after)
    queries = site.inside("loop.count_queries")
    figures.append(Figure("submit and next, SQL queries", queries["queries"], "queries", 12))
    figures.append(Figure("submit and next, with BEGIN and COMMIT", queries["statements"], "queries"))
    return figures


def _figures(site: Site, people: int, result: dict[str, Any], web_cpu: float, database_cpu: float) -> list[Figure]:
    loops = max(1, len(result["seconds"]))
    who = f"{people} annotator{'s' if people > 1 else ''}"
    wanted = _LOOPS_A_SECOND[site.database] if people > 1 else None
    figures = quantiles(result["claims"], f"first claim, {who},") if people > 1 else []
    figures += quantiles(result["seconds"], f"submit and next, {who},")
    figures.append(
        Figure(f"loops a second, {who}", round(loops / result["duration"], 1), "loops/s", wanted, at_least=True)
    )
    figures.append(Figure(f"web server CPU a loop, {who}", round(web_cpu / loops * 1000, 2), "ms", 6))
    if database_cpu:
        figures.append(Figure(f"database CPU a loop, {who}", round(database_cpu / loops * 1000, 2), "ms"))
    figures.append(Figure(f"load client CPU a loop, {who}", round(result["cpu_seconds"] / loops * 1000, 2), "ms"))
    return figures


def _checks(people: int, result: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> list[Figure]:
    who = f"{people} annotator{'s' if people > 1 else ''}"
    lost = len(result["seconds"]) - (after["answers"] - before["answers"])
    # whoever stops still holds the task that came with the last answer
    idle = after["leases"] - before["leases"]
    return [
        Figure(f"errors, {who}", len(result["errors"]), "", 0),
        Figure(f"tasks given to too many, {who}", after["too_many"], "tasks", 0),
        Figure(f"tasks with wrong open slots, {who}", after["wrong_slots"], "tasks", 0),
        Figure(f"answers lost, {who}", abs(lost), "answers", 0),
        Figure(f"leases left over, {who}", idle, "leases", 0),
    ]


def label(served: Served, sessions: list[str], *, seconds: float) -> dict[str, Any]:
    """Run the load clients and add up what they say."""
    share = -(-len(sessions) // _CLIENT_PROCESSES)
    clients = []
    for start in range(0, len(sessions), share):
        plan = {
            "host": served.host,
            "port": served.port,
            "slug": "bench",
            "sessions": sessions[start : start + share],
            "answers": {"topic": "banking"},
            "duration": seconds,
            "loops": 1_000_000,
        }
        client = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdin is not None
        client.stdin.write(json.dumps(plan))
        client.stdin.close()
        clients.append(client)
    results = []
    for client in clients:
        assert client.stdout is not None
        results.append(json.loads(client.stdout.read()))
        client.wait()
    return {
        "duration": max(result["duration"] for result in results),
        "cpu_seconds": sum(result["cpu_seconds"] for result in results),
        "seconds": [seconds for result in results for seconds in result["seconds"]],
        "claims": [seconds for result in results for seconds in result["claims"]],
        "errors": [error for result in results for error in result["errors"]],
    }
