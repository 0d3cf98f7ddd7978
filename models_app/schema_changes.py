"""What a schema change means for models."""

from models_app.models import ModelVersion
from projects.schema_change.schema_counts import Touched


def models_touched(project_id: int) -> list[Touched]:
    """Models that serve now and must be trained anew: none survives another schema version."""
    return [Touched("models to train anew", ModelVersion.objects.serving().filter(project=project_id).count())]
