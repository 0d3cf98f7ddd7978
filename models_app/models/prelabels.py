"""From which confidence on a suggestion is shown, chosen ahead or accepted, and what was accepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.models import Project


class PrelabelPolicy(models.Model):
    """What becomes of a model's answers to a question, by how sure it is of them; without a row all are suggested.

    From ``show_from`` on an answer is suggested, from ``preselect_from`` on it is chosen already (None: never). With
    ``accepts`` it is accepted without people where the holdout proves ``target_percent``; a share is audited.
    ``options`` say otherwise for single options: ``{value: {"show_from", "preselect_from", "accept_from"}}``, where an
    ``accept_from`` of None is never. ``worked_through`` names what all waiting tasks have been looked at with.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="prelabel_policies", db_index=False)
    question = models.CharField(max_length=40)
    show_from = models.FloatField(default=0.0)
    preselect_from = models.FloatField(null=True)
    accepts = models.BooleanField(default=False)
    target_percent = models.PositiveSmallIntegerField(default=95)
    audit_percent = models.PositiveSmallIntegerField(default=5)
    options = models.JSONField(default=dict)
    paused_because = models.CharField(max_length=300, blank=True)
    watched_since = models.DateTimeField(null=True)
    worked_through = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "prelabel policies"
        constraints = [
            models.UniqueConstraint(fields=["project", "question"], name="prelabel_policy_once"),
            models.CheckConstraint(
                condition=Q(audit_percent__gte=1, audit_percent__lte=100), name="prelabel_policy_audits"
            ),
        ]

    def __str__(self) -> str:
        return self.question


class AcceptanceRun(models.Model):
    """Answers that were accepted together: by which models, from which confidence on, how many, how many audited.

    ``sources`` and ``thresholds`` are by question; ``audit_share`` is the chance of a task to be audited.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="acceptance_runs", db_index=False)
    sources = models.JSONField(default=dict)
    thresholds = models.JSONField(default=dict)
    audit_share = models.FloatField()
    guideline_number = models.PositiveIntegerField(default=0)
    n_accepted = models.PositiveIntegerField(default=0)
    n_audited = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="acceptance_run_project")]

    def __str__(self) -> str:
        return f"run {self.pk}"
