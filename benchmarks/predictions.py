"""Uploaded predictions: rows a second from the file to where workbenches read them."""

from benchmarks.figures import Figure
from benchmarks.site import Site


def measure(site: Site, size: int) -> list[Figure]:
    """Store one choice for every task, first anew and then in place of what was there, by the job that workers run."""
    figures = []
    for name in ("stored", "stored again"):
        job = site.inside("predictions.enqueue_predictions")["job"]
        ran = site.inside("jobs.run_job", job=job)
        rate = round(size / ran["seconds"])
        limit = 15_000 if name == "stored" else None
        figures.append(Figure(f"predictions {name}, rows a second", rate, "rows/s", limit, at_least=True))
    figures.append(Figure("predictions, peak memory of the process", round(ran["peak_megabytes"], 1), "MB"))
    return figures
