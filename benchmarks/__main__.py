"""``python -m benchmarks``: measure, print a table, and write build/bench/results.json.

    python -m benchmarks --sizes 10k,100k --only import,labeling --databases sqlite

PostgreSQL is measured where BENCH_DATABASE_URL or DATABASE_URL names a server on which databases may be made.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import (
    assigning,
    auto_accept,
    data_page,
    exporting,
    footprint,
    image_learning,
    importing,
    kinds,
    labeling,
    labels_needed,
    learning,
    multi_label_learning,
    offsets,
    outages,
    predictions,
    region_learning,
    sound_learning,
    span_learning,
    spans,
    team,
    word_meanings,
    workbench,
)
from benchmarks.figures import Figure, line
from benchmarks.machine import describe_machine, load_of_others, yardstick_seconds
from benchmarks.site import BenchmarkFailed, Site, database_name

# For each database and size, in this order, for each builds on what those before it left: the import is always done.
PER_SIZE: dict[str, Callable[[Site, int], list[Figure]]] = {
    "import": importing.measure,
    "learning": learning.measure,
    "predictions": predictions.measure,
    "labeling": labeling.measure,
    "data": data_page.measure,
    "assign": assigning.measure,
    "export": exporting.measure,
}
# Once for each database, on a site of its own.
PER_DATABASE: dict[str, Callable[[Site], list[Figure]]] = {
    "team": team.measure,
    "labeled-import": importing.measure_labeled,
    "outages": outages.measure,
}
# Once.
ONCE: dict[str, Callable[[], list[Figure]]] = {
    "labels": labels_needed.measure,
    "auto-accept": auto_accept.measure,
    "meanings": word_meanings.measure,
    "span-learning": span_learning.measure,
    "multi-label-learning": multi_label_learning.measure,
    "image-learning": image_learning.measure,
    "region-learning": region_learning.measure,
    "sound-learning": sound_learning.measure,
    "workbench": workbench.measure,
    "spans": spans.measure,
    "kinds": kinds.measure,
    "offsets": offsets.measure,
    "footprint": footprint.measure,
}
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    database_urls = _databases(options.databases)
    results: dict[str, Any] = {
        "machine": describe_machine(next(filter(None, database_urls), "")),
        "load_average_before": load_of_others(),
        "began_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "figures": [],
    }
    _say(f"{json.dumps(results['machine'])}\nload average before: {results['load_average_before']}\n")
    for database_url in database_urls:
        for size in options.sizes:
            _measure_size(database_url, size, options.only, results)
        _compare_sizes(database_name(database_url), results)
        for name, measure_site in PER_DATABASE.items():
            if name in options.only:
                with Site(database_url) as site:
                    _attempt(name, site.database, 0, partial(measure_site, site), results)
    for name, measure_once in ONCE.items():
        if name in options.only:
            _attempt(name, "", 0, measure_once, results)
    results["yardstick_seconds_after"] = yardstick_seconds()
    path = Path(options.output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    _say(f"\nWritten to {path}.")
    return 0


def _measure_size(database_url: str, size: int, only: list[str], results: dict[str, Any]) -> None:
    if not set(only) & set(PER_SIZE):
        return
    with Site(database_url) as site:
        for name, measure in PER_SIZE.items():
            if name in only or name == "import":
                is_done = _attempt(name, site.database, size, partial(measure, site, size), results)
                if name == "import" and not is_done:
                    return


def _compare_sizes(database: str, results: dict[str, Any]) -> None:
    """How much slower the labeling loop is with the most tasks than with the fewest."""
    for who in ("1 annotator", "16 annotators"):
        name = f"submit and next, {who}, p95"
        measured = {
            row["tasks"]: row["value"]
            for row in results["figures"]
            if (row["database"], row.get("name")) == (database, name)
        }
        if len(measured) > 1:
            most, fewest = max(measured), min(measured)
            ratio = round(measured[most] / measured[fewest], 2)
            what = f"{name}: {most:,} tasks against {fewest:,}"
            _note(results, database, 0, [Figure(what, ratio, "times", 1.3)])


def _attempt(name: str, database: str, size: int, measure: Callable[[], list[Figure]], results: dict[str, Any]) -> bool:
    try:
        _note(results, database, size, measure())
    except BenchmarkFailed as failure:
        results["figures"].append({"database": database, "tasks": size, "failed": name, "why": str(failure)})
        _say(f"{database:<11}{size:>10,}  {name} FAILED: {failure}")
        return False
    return True


def _note(results: dict[str, Any], database: str, size: int, figures: list[Figure]) -> None:
    for figure in figures:
        _say(line(database, size, figure))
        results["figures"].append({"database": database, "tasks": size, **asdict(figure), "reached": figure.is_reached})


def _options(arguments: list[str] | None) -> argparse.Namespace:
    known = ",".join([*PER_SIZE, *PER_DATABASE, *ONCE])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=list(SIZES.values()), help="such as 10k,100k,1m")
    parser.add_argument("--only", type=_names, default=[*PER_SIZE, *PER_DATABASE, *ONCE], help=f"some of {known}")
    parser.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--output", default="build/bench/results.json")
    return parser.parse_args(arguments)


def _sizes(text: str) -> list[int]:
    return [SIZES[part] if part in SIZES else int(part) for part in text.lower().split(",")]


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(PER_SIZE) - set(PER_DATABASE) - set(ONCE)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return names


def _databases(wanted: list[str]) -> list[str]:
    url = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
    urls = [""] if "sqlite" in wanted else []
    if "postgresql" in wanted and url:
        urls.append(url)
    elif "postgresql" in wanted:
        _say("PostgreSQL is left out: BENCH_DATABASE_URL names no server.")
    return urls


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
