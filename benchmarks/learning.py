"""A learning round: its parts, and from the label that sets it off to new predictions in service."""

from benchmarks.figures import Figure
from benchmarks.site import Site

LABELS = 1_000
# CPU seconds of a round, and seconds from label to service, by the size of the pool.
_ROUND_LIMITS = {100_000: 0.5, 1_000_000: 6.0}
_SERVICE_LIMITS = {10_000: 3.0, 100_000: 3.0, 1_000_000: 10.0}


def measure(site: Site, size: int) -> list[Figure]:
    """Encode all tasks, learn from 1,000 labels, learn again, then let one more label set off a training."""
    options = site.inside("project.options")["options"]
    encoding = site.inside("jobs.run_job", job=site.inside("learning.enqueue_encoding")["job"])
    site.inside("labels.label_tasks", count=LABELS, options=options)
    site.inside("learning.train")  # the first round has no model to compare with
    site.inside("labels.label_tasks", count=100, options=options)
    second = site.inside("learning.train")
    figures = [
        Figure("encoding, rows a second", round(size / encoding["seconds"]), "rows/s"),
        Figure("encoding, CPU seconds", round(encoding["cpu_seconds"], 2), "s"),
        Figure("encoding, peak memory of the process", round(encoding["peak_megabytes"], 1), "MB"),
        Figure("learning round, CPU seconds", round(sum(second["parts"].values()), 3), "s", _ROUND_LIMITS.get(size)),
        Figure("learning round, peak memory of the process", round(second["peak_megabytes"], 1), "MB"),
    ]
    figures += [Figure(f"learning round, {part}", seconds, "CPU s") for part, seconds in second["parts"].items()]
    return [*figures, *_from_label_to_service(site, size, options)]


def _from_label_to_service(site: Site, size: int, options: list[str]) -> list[Figure]:
    session = site.inside("project.sign_in", role="annotator", count=1)["sessions"][0]
    with site.up() as (port, _):
        site.wait_for_worker()
        waited = site.inside("learning.label_and_wait", port=port, session=session, options=options)
    limit = _SERVICE_LIMITS.get(size)
    return [
        Figure("from a label to a training that is asked for", round(waited["asked"], 2), "s"),
        Figure("from a label to a training that begins", round(waited["begun"], 2), "s"),
        Figure("from a label to new predictions in service", round(waited["served"], 2), "s", limit),
    ]
