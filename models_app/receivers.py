"""How learning reacts to lower apps: leave a mark or enqueue, and return. Connected in ``apps.py``."""

from typing import Any

from models_app.triggers import note_new_labels, request_encoding


def on_final_label_recorded(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    note_new_labels(project_id)


def on_tasks_imported(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    request_encoding(project_id)


def on_schema_changed(sender: Any, *, project_id: int, **kwargs: Any) -> None:
    """Another field may be asked about now; the encoding job looks at training when it is done."""
    request_encoding(project_id)
