"""Long-running work that a person waits for: the row is the truth, the broker only wakes a worker."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

# A running job whose heartbeat is older than this has lost its worker.
STALE_AFTER = timedelta(seconds=45)


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])

    def stale(self) -> "JobQuerySet":
        """Running jobs that gave no sign of life for ``STALE_AFTER``."""
        return self.filter(state=JobState.RUNNING, heartbeat_at__lt=timezone.now() - STALE_AFTER)

    def for_project(self, project_id: int) -> "JobQuerySet":
        return self.filter(project_id=project_id).order_by("-id")


class Job(models.Model):
    """One piece of long work: its kind, how far it is, and where to go on after a crash.

    ``exclusive_key``: of the jobs that share it, one runs at a time. ``once_key``: of those that share it, one
    waits at a time. ``attempts`` counts starts without progress since; too many mean the job kills its worker.
    """

    kind = models.CharField(max_length=40)
    project_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    params = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    key = models.UUIDField(null=True, blank=True, unique=True)
    exclusive_key = models.CharField(max_length=80, blank=True)
    once_key = models.CharField(max_length=80, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_token = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exclusive_key"],
                condition=models.Q(state="running") & ~models.Q(exclusive_key=""),
                name="job_one_runs",
            ),
            models.UniqueConstraint(
                fields=["once_key"],
                condition=models.Q(state="queued") & ~models.Q(once_key=""),
                name="job_one_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["project_id", "-id"], name="job_project"),
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def share_done(self) -> float | None:
        """Progress in 0..1, or None while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None
