"""The web process stays small: what learns is loaded by workers only."""

import json
import os
import subprocess
import sys
from typing import Any

from django.conf import settings

# Everything that a request can reach: all routes, and all that apps plug into pages and the API.
SCRIPT = """
import gc, json, sys
import labelplatform.wsgi
from django.urls import get_resolver
from labelplatform.registry import Registry

def load(patterns):
    for pattern in patterns:
        load(getattr(pattern, "url_patterns", []))

load(get_resolver().url_patterns)
learning = {"job kind", "encoder", "encoder of a field kind", "query strategy"}
learning |= {"encoder of regions of a field kind", "model of a question kind", "evaluation of answers"}
registries = [thing for thing in gc.get_objects() if type(thing) is Registry]
for registry in registries:
    if registry.what not in learning:
        registry.objects()
heavy = [name for name in ("numpy", "scipy", "sklearn", "joblib", "pandas", "PIL") if name in sys.modules]
print(json.dumps({"registries": len(registries), "modules": len(sys.modules), "heavy": heavy}))
"""


def loaded_by(script: str) -> Any:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_web_process_never_imports_what_learns() -> None:
    loaded = loaded_by(SCRIPT)
    assert loaded["registries"] > 10
    assert loaded["heavy"] == []


def test_the_test_above_would_notice() -> None:
    assert "numpy" in loaded_by("import numpy\n" + SCRIPT)["heavy"]
