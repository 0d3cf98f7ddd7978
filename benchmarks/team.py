"""Fifty annotators and five reviewers, three opinions a task and one answer in ten reviewed, till all is done."""

import json
import subprocess
import sys

from benchmarks.figures import Figure, quantiles
from benchmarks.site import ROOT, BenchmarkFailed, Site
from benchmarks.texts import answer_of, external_id, write_csv

_TASKS = 10_000
_OPINIONS = 3
_ANNOTATORS = 50
_REVIEWERS = 5
_PATIENCE_SECONDS = 1800


def measure(site: Site) -> list[Figure]:
    """Work a project off over HTTP and recount everything: nothing may be doubled, lost or stuck."""
    path = site.folder / "tasks.csv"
    write_csv(path, _TASKS)
    site.inside("project.make_project", overlap=_OPINIONS, review_percent=10)
    job = site.inside("jobs.enqueue_import", path=str(path))["job"]
    site.inside("jobs.run_job", job=job)
    options = site.inside("project.options")["options"]
    with site.served() as served:
        plan = {
            "host": served.host,
            "port": served.port,
            "slug": "bench",
            "question": "topic",
            "answers": {},
            "options": options,
            "right": {external_id(number): answer_of(number, options) for number in range(_TASKS)},
            "annotators": site.inside("project.sign_in", role="annotator", count=_ANNOTATORS)["sessions"],
            "reviewers": site.inside("project.sign_in", role="reviewer", count=_REVIEWERS)["sessions"],
            "seconds": _PATIENCE_SECONDS,
        }
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.team_load"],
            cwd=ROOT,
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise BenchmarkFailed(ran.stderr[-2000:])
    result = json.loads(ran.stdout)
    if result["errors"]:
        raise BenchmarkFailed(f"{len(result['errors'])} of the team stopped: {result['errors'][0]}")
    left = site.inside("team.recount")
    return [
        Figure("team: seconds until all is done", round(result["seconds"], 1), "s"),
        Figure("team: answers", result["answers"], "answers"),
        Figure("team: reviews", result["reviews"], "reviews"),
        Figure("team: returned to authors", result["returns"], "tasks"),
        *quantiles(result["took"], "team: an answer or a review,"),
        Figure("team: tasks not done", left["not_done"], "tasks", 0),
        Figure("team: tasks with more or fewer opinions", left["wrong_opinions"], "tasks", 0),
        Figure("team: tasks done without a final label or with two", left["wrong_labels"], "tasks", 0),
        Figure("team: answers lost or doubled", abs(left["answers"] + left["changes"] - result["answers"]), "", 0),
        Figure("team: reviews lost or doubled", abs(left["reviews"] - result["reviews"]), "", 0),
        Figure("team: differences on recount", left["differences"], "", 0),
    ]
