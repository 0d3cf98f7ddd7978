"""Put another model version to work by hand: forward or back."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict
from models_app.models import ModelState, ModelVersion
from models_app.rounds.triggers import request_encoding, request_training
from models_app.signals import model_promoted
from projects.models import Project


@transaction.atomic
def promote_model(version: ModelVersion, actor: Any) -> ModelVersion:
    """Make a version serve at once, and enqueue a round that predicts and selects with it.

    Raises ``Conflict`` for one made under another schema version, or whose file has been cleaned up.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=version.project_id)
    version = ModelVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.state == ModelState.ACTIVE:
        return version
    if version.schema_version_id != project.schema_version_id:
        raise Conflict("The schema has changed since this model was trained: train a new one instead.")
    if not version.artifact_file:
        raise Conflict("This model is so old that its file has been cleaned up: train a new one instead.")
    versions = ModelVersion.objects.active().filter(project=project, question=version.question)
    former = versions.first()
    versions.update(state=ModelState.RETIRED)
    version.state, version.promoted_at = ModelState.ACTIVE, timezone.now()
    version.promoted_by = actor if getattr(actor, "pk", None) else None
    version.reason = f"Put to work by {actor} in place of {former or 'none'}."[:300]
    version.save(update_fields=["state", "promoted_at", "promoted_by", "reason"])
    record_event(
        actor=actor,
        verb="promoted",
        object=version,
        before={"model": str(former) if former else ""},
        after={"model": str(version)},
    )
    if version.vocabulary.table is not None and version.vocabulary.table.reads_sentences:
        request_encoding(project.pk)  # tasks that came while it was not at work have not been read by its model
    request_training(project.pk, fit=False, requested_by=actor)
    transaction.on_commit(
        partial(model_promoted.send_robust, ModelVersion, project_id=project.pk, version_id=version.pk)
    )
    return version
