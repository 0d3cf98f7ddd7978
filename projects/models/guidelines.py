"""How to answer: versions, who has read them, and what people ask about them."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.models.project import Project


class Guideline(models.Model):
    """One published version of how to answer, in Markdown.

    ``options_touched`` names what it decides anew: ``{question: [option values]}``.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="guidelines")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=200_000)
    summary = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    options_touched = models.JSONField(default=dict, blank=True)
    needs_acknowledgement = models.BooleanField(default=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="guideline_number")]

    def __str__(self) -> str:
        return f"guideline {self.number}"


class GuidelineAcknowledgement(models.Model):
    """A person has said that they read a version."""

    guideline = models.ForeignKey(Guideline, models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guideline", "user"], name="guideline_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.user} read {self.guideline}"


class GuidelineQuestion(models.Model):
    """Something the guideline leaves open, asked from a task; its answer may become part of a version."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="guideline_questions", db_index=False)
    task = models.ForeignKey("Task", models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    text = models.TextField(max_length=5000)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True, max_length=5000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    guideline = models.ForeignKey(Guideline, models.SET_NULL, null=True, related_name="questions")

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="guideline_question_project")]

    def __str__(self) -> str:
        return self.text[:80]
