"""What people said about tasks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.models import Project, SchemaVersion, Task


class AnnotationStatus(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"


class Annotation(models.Model):
    """One person's answers about one task.

    ``key`` is made by the client: a repeated submit is the same annotation. ``version`` grows with every change;
    what it was before is kept as an ``AnnotationRevision``.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="annotations", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annotations", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    key = models.UUIDField(unique=True)
    status = models.CharField(max_length=10, choices=AnnotationStatus, default=AnnotationStatus.DRAFT)
    version = models.PositiveIntegerField(default=1)
    answers = models.JSONField(default=dict)
    active_seconds = models.FloatField(default=0.0)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    guideline_number = models.PositiveIntegerField(default=0)
    suggestions = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "author", "round"], name="annotation_once"),
            models.CheckConstraint(
                condition=~models.Q(status="submitted") | models.Q(submitted_at__isnull=False),
                name="annotation_submitted_when",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "author", "-submitted_at", "-id"], name="annotation_history"),
            models.Index(fields=["project", "submitted_at"], name="annotation_pace"),
            models.Index(
                fields=["project", "author", "task"],
                condition=models.Q(status="submitted"),
                name="annotation_by_author",
            ),
        ]

    def __str__(self) -> str:
        return f"annotation {self.pk} of task {self.task_id}"


class SaidElsewhere(models.Model):
    """Of an imported answer whose it was, where that was nobody who annotates here: its author is who imported it.

    ``by`` are addresses as the file names them, several for what several people concluded. An answer that its author
    changes is their own.
    """

    annotation = models.OneToOneField(
        Annotation, models.CASCADE, primary_key=True, related_name="said_elsewhere", db_index=False
    )
    by = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return f"annotation {self.annotation_id} was said by {self.by}"


class RevisionKind(models.TextChoices):
    CHANGED = "changed"
    UNDONE = "undone"
    RETRACTED = "retracted"
    CONFLICT = "conflict"
    REWRITTEN = "rewritten"


class AnnotationRevision(models.Model):
    """Answers an annotation held before a change; or, as a conflict, answers that came too late and were kept.

    A rewritten one holds what the person said in the words of an older schema version.
    """

    annotation = models.ForeignKey(Annotation, models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind)
    key = models.UUIDField(unique=True)
    version = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} revision {self.version} of {self.annotation_id}"
