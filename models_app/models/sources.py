"""Predictions from elsewhere, and who suggests."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from labelplatform.jobs.models import Job
from models_app import querysets
from projects.models import Project, Task


class SourceKind(models.TextChoices):
    UPLOAD = "upload", "Uploaded"
    MODEL_SERVER = "model_server", "Model server"
    LANGUAGE_MODEL = "language_model", "Language model"
    FUNCTIONS = "functions", "Labeling functions"


class SourceState(models.TextChoices):
    READY = "ready"
    FAILING = "failing"


class PredictionSource(models.Model):
    """Where predictions come from that no model of the site made.

    ``options`` are what its kind needs and anybody who trains models may read; ``secret`` is sealed
    (``labelplatform.sealing``). ``measures`` are figures on the holdout by question; ``spent`` is money, in the
    currency of the prices that were entered.

    It is asked again by itself ``asked_after_import`` and ``asked_every_hours``, about ``asked_at_most`` tasks besides
    the holdout; tasks after ``asked_up_to_task`` are new to it.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="prediction_sources", db_index=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=SourceKind)
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SourceState, default=SourceState.READY)
    state_reason = models.CharField(max_length=300, blank=True)
    state_at = models.DateTimeField(default=timezone.now)
    measures = models.JSONField(default=dict)
    measured_at = models.DateTimeField(null=True, blank=True)
    spent = models.FloatField(default=0.0)
    asked_after_import = models.BooleanField(default=False)
    asked_every_hours = models.PositiveIntegerField(null=True, blank=True)
    asked_at_most = models.PositiveIntegerField(default=200)
    asked_up_to_task = models.BigIntegerField(default=0)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = querysets.PredictionSourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="prediction_source_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def signature(self) -> str:
        """How its predictions are signed where people see them."""
        return f"{_SIGNED_AS[SourceKind(self.kind)]}/{self.name}"


_SIGNED_AS = {
    SourceKind.UPLOAD: "import",
    SourceKind.MODEL_SERVER: "backend",
    SourceKind.LANGUAGE_MODEL: "llm",
    SourceKind.FUNCTIONS: "functions",
}


class Prediction(models.Model):
    """What a source answers to one question of one task. ``schema_version_id`` is what it was checked against.

    Those for holdout and gold tasks only measure the source and are shown to nobody.
    """

    # db_constraint: PostgreSQL would check the same source for every row
    source = models.ForeignKey(
        PredictionSource, models.CASCADE, related_name="predictions", db_index=False, db_constraint=False
    )
    question = models.CharField(max_length=40)
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    value = models.JSONField()
    confidence = models.FloatField(null=True)
    schema_version_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "question", "task"], name="prediction_once")]

    def __str__(self) -> str:
        return f"{self.question} of task {self.task_id}"


class PredictionRun(models.Model):
    """Predictions on their way in: a file, a list sent by API, or what a source was asked for. Its job has progress.

    ``statistics`` count what else there is to say of it: requests, tokens, money.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="prediction_runs", db_index=False)
    source = models.ForeignKey(PredictionSource, models.CASCADE, related_name="runs")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    original_name = models.CharField(max_length=255, blank=True)
    stored_name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0)
    options = models.JSONField(default=dict)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="prediction_run")
    stored_count = models.BigIntegerField(default=0)
    rejected_count = models.BigIntegerField(default=0)
    statistics = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="prediction_run_project")]

    def __str__(self) -> str:
        return self.original_name or f"run {self.pk}"


class PredictionRejection(models.Model):
    """One row that became no prediction: where it stood, why, and the row itself (its first 10,000 characters)."""

    run = models.ForeignKey(PredictionRun, models.CASCADE, related_name="rejections", db_index=False)
    line = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    row = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="prediction_rejection_run")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class SuggestionChoice(models.Model):
    """Which source suggests answers to a question on labelers' pages; none stands for the project's own model."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="suggestion_choices", db_index=False)
    question = models.CharField(max_length=40)
    source = models.ForeignKey(PredictionSource, models.SET_NULL, null=True, related_name="chosen_for")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "question"], name="suggestion_choice_once")]

    def __str__(self) -> str:
        return self.question


class CachedReply(models.Model):
    """What a language model said to a prompt; ``digest`` is of the prompt with all that shapes the reply."""

    source = models.ForeignKey(PredictionSource, models.CASCADE, related_name="replies", db_index=False)
    digest = models.CharField(max_length=64)
    reply = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="cached_reply_once")]

    def __str__(self) -> str:
        return self.digest[:12]
