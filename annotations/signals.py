"""What this app announces, after commit, with ids only."""

from django.dispatch import Signal

final_label_recorded = Signal()  # kwargs: project_id, task_ids; final labels were recorded or taken back
