"""How many labels the default strategy needs, and what it gains over random: see ``active_learning``."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.site import ROOT, BenchmarkFailed

_SHARE = "95%"


def measure() -> list[Figure]:
    """Play both demo sets five times with each strategy, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "active_learning.json")
        command = [sys.executable, "-m", "benchmarks.active_learning", "--output", str(output)]
        ran = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise BenchmarkFailed(ran.stderr[-2000:])
        results = json.loads(output.read_text(encoding="utf-8"))["sets"]
    figures = []
    for name, result in results.items():
        needed = {strategy: measured["labels_to"][_SHARE] for strategy, measured in result["strategies"].items()}
        budget = max(size for size, _ in result["strategies"]["random"]["curves"][0])
        # random may not get there at all; half of its budget is then the most that is allowed
        limit = (needed["random"] or budget) / 2 if name == "spam" else None
        for strategy, labels in needed.items():
            reached = "" if labels else " (not reached)"
            what = f"labels to {_SHARE} of all-data accuracy, {name}, {strategy}{reached}"
            figures.append(Figure(what, labels or budget, "labels", limit if strategy == "kmeans_margin" else None))
        for strategy, measured in result["strategies"].items():
            if strategy != "random":
                low = 100 * measured["over_random"]["low"]
                what = f"accuracy along the way over random, low end, {name}, {strategy}"
                figures.append(Figure(what, round(low, 2), "points", 0, at_least=True))
    return figures
