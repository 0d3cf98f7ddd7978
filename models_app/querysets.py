"""Every query about models that is worth a name. Nothing here writes."""

from typing import Any

from django.db import models
from django.db.models import F


class EncodingShardQuerySet(models.QuerySet[Any]):
    def of_field(self, project_id: int, field: str) -> "EncodingShardQuerySet":
        """The shards of one field, by ascending task ids."""
        return self.filter(project_id=project_id, field=field).order_by("first_task")


class ModelVersionQuerySet(models.QuerySet[Any]):
    def of_question(self, project_id: int, question: str) -> "ModelVersionQuerySet":
        """All versions of one question's model, the newest first."""
        return self.filter(project_id=project_id, question=question).order_by("-number")

    def active(self) -> "ModelVersionQuerySet":
        return self.filter(state="active")

    def serving(self) -> "ModelVersionQuerySet":
        """Active versions whose schema version is still their project's current one."""
        return self.active().filter(schema_version=F("project__schema_version"))


class PredictionSourceQuerySet(models.QuerySet[Any]):
    def of_project(self, project_id: int) -> "PredictionSourceQuerySet":
        """The project's sources, by name."""
        return self.filter(project_id=project_id).order_by("name")
