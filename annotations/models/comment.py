"""What people say to each other about tasks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.models import Project, Task


class CommentKind(models.TextChoices):
    COMMENT = "comment"
    FLAG = "flag"


class Comment(models.Model):
    """Something a person says about a task; a flag asks a manager to look.

    A comment without ``parent`` begins a thread, and only that one is resolved. ``place`` is what it is about:
    ``{"field", "start", "end", "text"}``, in code points. ``mentions`` are the users called by name, by number.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=CommentKind, default=CommentKind.COMMENT)
    text = models.TextField(blank=True, max_length=5000)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    place = models.JSONField(null=True)
    mentions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "kind", "-id"], condition=models.Q(resolved_at=None), name="comment_unresolved"
            ),
            models.Index(
                fields=["project", "kind", "task"], condition=models.Q(resolved_at=None), name="comment_open_by_task"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80] or self.kind
