"""What this app announces, after commit, with ids only."""

from django.dispatch import Signal

tasks_imported = Signal()  # kwargs: project_id; new or changed tasks are in the project
schema_changed = Signal()  # kwargs: project_id; a new schema version is current
