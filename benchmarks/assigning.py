"""Assigning: every open task shared out among fifty people by the job that workers run, and taken back again."""

from benchmarks.figures import Figure
from benchmarks.site import Site

_PEOPLE = 50
_SECONDS = {100_000: 10.0}


def measure(site: Site, size: int) -> list[Figure]:
    site.inside("project.sign_in", role="annotator", count=_PEOPLE)
    given = site.inside("jobs.run_job", job=site.inside("jobs.enqueue_assignment", people=_PEOPLE)["job"])
    spread = site.inside("labels.assigned_spread")["spread"]
    back = site.inside("jobs.run_job", job=site.inside("jobs.enqueue_taking_back")["job"])
    site.inside("labels.forget_taken_back")
    return [
        Figure(f"assign to {_PEOPLE} people, all tasks", round(given["seconds"], 2), "s", _SECONDS.get(size)),
        Figure(f"assign to {_PEOPLE} people, peak memory", round(given["peak_megabytes"], 1), "MB", 250.0),
        Figure("assigned tasks, most less fewest of a person", spread, "tasks", 1),
        Figure("take assigned tasks back, all", round(back["seconds"], 2), "s"),
    ]
