"""How learning reacts to lower apps: leave a mark or enqueue, and return. Connected in ``apps.py``."""

from typing import Any

from labelplatform.jobs.running import enqueue_job
from models_app.models import AcceptanceRun
from models_app.rounds.triggers import note_new_labels, request_encoding


def on_final_label_recorded(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    note_new_labels(project_id)


def on_tasks_imported(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    request_encoding(project_id)


def on_model_promoted(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    """A worker looks at what the new model is sure of."""
    note_new_labels(project_id)


def on_schema_changed(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    """Another field may be asked about now; the encoding job looks at training when it is done. What was accepted
    from models may not answer what is asked now."""
    request_encoding(project_id)
    if AcceptanceRun.objects.filter(project=project_id).exists():
        key = f"recheck:{project_id}"
        enqueue_job("recheck_accepted", project_id=project_id, once_key=key, exclusive_key=key)
