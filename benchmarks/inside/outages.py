"""A model server that suggests, as a manager would set it up."""

from typing import Any

from benchmarks.inside.jobs import run_job
from benchmarks.inside.project import SLUG
from models_app.models import PredictionSource
from models_app.sources.asking import ask
from models_app.sources.choosing import choose_source
from models_app.sources.setting_up import set_up_source
from projects.models import Membership, Project

_NAME = "server"


def suggest_from_server(address: str) -> dict[str, Any]:
    """Set the server up, ask it about all tasks, and have labelers see what it says."""
    Project.objects.filter(slug=SLUG).update(shows_suggestions=True)
    admin = _admin()
    source = set_up_source(admin, kind="model_server", name=_NAME, options={"address": address})
    job = ask(admin, source, limit=None).job_id
    assert job is not None
    run_job(job)
    choose_source(admin, admin.project.schema.questions[0].name, source)
    return {"stored": source.predictions.count()}


def ask_again() -> dict[str, Any]:
    return {"job": ask(_admin(), PredictionSource.objects.get(name=_NAME), limit=None).job_id}


def _admin() -> Membership:
    return Membership.objects.select_related("project__schema_version", "user").get(
        project__slug=SLUG, user__email="admin@example.com"
    )
