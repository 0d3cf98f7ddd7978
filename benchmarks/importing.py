"""Import: rows a second until they can be queried, and the memory it takes, in a worker's process."""

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
