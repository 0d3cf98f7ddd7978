"""Files on their way into tasks."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from labelplatform.jobs.models import Job
from projects.models.project import Project


class ImportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    TSV = "tsv", "TSV"
    JSON = "json", "JSON"
    JSONL = "jsonl", "JSON Lines"
    TEXT = "text", "Plain text"
    FILES = "files", "Files, one a task"


class OnConflict(models.TextChoices):
    REJECT = "reject", "Reject the row"
    UPDATE = "update", "Update the task"


class ImportRun(models.Model):
    """A file (or a list sent by API) on its way into tasks. Its job holds progress and the place to go on."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="import_runs")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    original_name = models.CharField(max_length=255, blank=True)
    stored_name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    format = models.CharField(max_length=10, choices=ImportFormat)
    options = models.JSONField(default=dict)
    on_conflict = models.CharField(max_length=10, choices=OnConflict, default=OnConflict.REJECT)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="import_run")
    created_count = models.BigIntegerField(default=0)
    updated_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    rejected_count = models.BigIntegerField(default=0)
    labeled_count = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="import_run_project")]

    def __str__(self) -> str:
        return self.original_name or f"import {self.pk}"


class ImportRejection(models.Model):
    """One row that did not become a task: where it stood, why, and the row itself (its first 10,000 characters)."""

    import_run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejections")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    row = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["import_run", "id"], name="import_rejection_run")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
