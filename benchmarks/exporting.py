"""Export: every task with a final label, by the job that workers run, in a process of its own."""

from benchmarks.figures import Figure
from benchmarks.site import Site

_SECONDS = {100_000: 6.0}
_MEGABYTES = 250.0


def measure(site: Site, size: int) -> list[Figure]:
    """Label what is not labeled yet, then write all of it in each format."""
    options = site.inside("project.options")["options"]
    site.inside("labels.label_tasks", count=size, options=options)
    figures = []
    for format_name in ("csv", "jsonl"):
        ran = site.inside("jobs.run_job", job=site.inside("jobs.enqueue_export", format_name=format_name)["job"])
        what = f"export as {format_name.upper()}"
        figures += [
            Figure(f"{what}, rows a second", round(ran["done"] / ran["seconds"]), "rows/s"),
            Figure(f"{what}, all tasks", round(ran["seconds"], 2), "s", _SECONDS.get(size)),
            Figure(f"{what}, peak memory of the process", round(ran["peak_megabytes"], 1), "MB", _MEGABYTES),
        ]
    return figures
