"""What a schema change means for models."""

from models_app.models import ModelVersion
from projects.schema import Schema
from projects.schema_changes import Touched


def models_touched(project_id: int, schema: Schema, values: dict[str, list[str] | None]) -> list[Touched]:
    """Models that serve now and must be trained anew: none survives another schema version."""
    return [Touched("models to train anew", ModelVersion.objects.serving().filter(project=project_id).count())]
