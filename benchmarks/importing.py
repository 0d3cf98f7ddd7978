"""Import: rows a second until they can be queried, and the memory it takes, in a worker's process."""

import csv
import os
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.site import Site
from benchmarks.texts import write_csv


def measure(site: Site, size: int) -> list[Figure]:
    """Import a CSV file of ``size`` short texts by the job that workers run, in a process of its own."""
    path = site.folder / "tasks.csv"
    write_csv(path, size)
    site.inside("project.make_project")
    job = site.inside("jobs.enqueue_import", path=str(path))["job"]
    ran = site.inside("jobs.run_job", job=job)
    path.unlink()
    return [
        Figure("import, rows a second", round(size / ran["seconds"]), "rows/s", 20_000, at_least=True),
        Figure("import, CPU seconds", round(ran["cpu_seconds"], 2), "s"),
        Figure("import, peak memory of the process", round(ran["peak_megabytes"], 1), "MB"),
        Figure("import, with the database file mapped", round(ran["peak_megabytes_with_files"], 1), "MB"),
    ]


def measure_labeled(site: Site) -> list[Figure]:
    """Import texts with a label each, which become answers and final labels."""
    size = int(os.environ.get("BENCH_LABELED_ROWS", "100000"))
    path = site.folder / "labeled.csv"
    write_csv(path, size)
    _add_labels(path)
    site.inside("offsets.make_project", slug="labeled", kind="choice")
    job = site.inside("jobs.enqueue_import", path=str(path), slug="labeled", labels="answers")["job"]
    ran = site.inside("jobs.run_job", job=job)
    path.unlink()
    return [
        Figure("import with labels, rows a second", round(size / ran["seconds"]), "rows/s", 4_000, at_least=True),
        Figure("import with labels, CPU seconds", round(ran["cpu_seconds"], 2), "s"),
        Figure("import with labels, peak memory of the process", round(ran["peak_megabytes"], 1), "MB"),
    ]


def _add_labels(path: Path) -> None:
    labels = ("one", "two", "three")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, "parts"])
        writer.writerows([*row, labels[number % 3]] for number, row in enumerate(rows))
