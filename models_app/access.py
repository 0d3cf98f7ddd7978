"""May this user do this to that? What pages and API both fetch: 404 for what is not of the member's project."""

from django.http import Http404

from models_app.models import AcceptanceRun, PredictionRun, PredictionSource
from projects.models import Membership


def open_source(member: Membership, source_id: int) -> PredictionSource:
    """A source of predictions of the member's project."""
    source: PredictionSource | None = PredictionSource.objects.filter(project=member.project_id, pk=source_id).first()
    if source is None:
        raise Http404
    source.project = member.project
    return source


def open_run(member: Membership, run_id: int) -> PredictionRun:
    """A run of a source of the member's project."""
    runs = PredictionRun.objects.filter(project=member.project_id).select_related("source", "job")
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def open_acceptance_run(member: Membership, run_id: int) -> AcceptanceRun:
    """A run of auto-accept in the member's project."""
    run: AcceptanceRun | None = AcceptanceRun.objects.filter(project=member.project_id, pk=run_id).first()
    if run is None:
        raise Http404
    return run
