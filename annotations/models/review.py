"""What reviewers decided."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.models import Project, SchemaVersion, Task


class ReviewDecision(models.TextChoices):
    """A conflict decides nothing: it is a fix of what was asked before, which came too late and was kept."""

    ACCEPT = "accept"
    FIX = "fix"
    RETURN = "return"
    CONFLICT = "conflict"


class Review(models.Model):
    """A reviewer's decision about a task's answers at one level.

    ``answers`` are what holds after it: those accepted, or corrected. ``judged`` says which annotations were on screen,
    by version. A review counts while it is current: new answers, or a reopening, leave it behind. ``former`` holds its
    answers in the words of older schema versions: ``[{"schema_version": id, "answers"}]``.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="reviews", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    level = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=10, choices=ReviewDecision)
    answers = models.JSONField(default=dict)
    judged = models.JSONField(default=dict)
    returned_to = models.JSONField(default=list)
    reason = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True, max_length=5000)
    place = models.JSONField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    active_seconds = models.FloatField(default=0.0)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    former = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "level"],
                condition=models.Q(is_current=True) & ~models.Q(decision="return"),
                name="review_one_decision_a_level",
            ),
        ]
        indexes = [
            models.Index(fields=["task", "id"], name="review_task"),
            models.Index(fields=["project", "-id"], name="review_project"),
            models.Index(fields=["project", "reviewer", "-id"], name="review_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} of task {self.task_id} at level {self.level}"
