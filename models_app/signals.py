"""What this app announces, after commit, with ids only."""

from django.dispatch import Signal

model_promoted = Signal()  # kwargs: project_id, version_id; another model version serves now
