"""Versions of models, and what they asked people for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from models_app import querysets
from models_app.models.encodings import EncodingVocabulary
from projects.models import Project, SchemaVersion


class ModelState(models.TextChoices):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class ModelVersion(models.Model):
    """One model for one question: what it was made of, how good it is, and why it serves or not.

    ``trained_on`` counts final labels, ``fingerprint`` names exactly which. ``metrics`` hold intervals and counts.
    ``unseen_file`` has its answers for labeled tasks that it was not fitted on: the holdout's, and out of fold.
    The files are empty once they were cleaned up; predictions come back with a new training round, an artifact never.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="model_versions", db_index=False)
    question = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ModelState, default=ModelState.CANDIDATE)
    reason = models.CharField(max_length=300, blank=True)
    learner = models.CharField(max_length=40)
    encoder = models.CharField(max_length=40)
    strategy = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    vocabulary = models.ForeignKey(EncodingVocabulary, models.PROTECT, related_name="+", db_index=False)
    trained_on = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=32)
    metrics = models.JSONField(default=dict)
    seconds = models.FloatField(default=0.0)
    artifact_file = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    predictions_file = models.CharField(max_length=120, blank=True)
    words_file = models.CharField(max_length=120, blank=True)
    unseen_file = models.CharField(max_length=120, blank=True)
    n_predicted = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    promoted_at = models.DateTimeField(null=True, blank=True)
    promoted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = querysets.ModelVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "question", "number"], name="model_version_number"),
            models.UniqueConstraint(
                fields=["project", "question"], condition=Q(state="active"), name="model_version_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}@{self.number}"

    @property
    def source(self) -> str:
        """How predictions of this version are signed."""
        return f"builtin/{self.question}@{self.number}"

    @property
    def can_be_promoted(self) -> bool:
        """Whether its files are still there and somebody may put it to work."""
        return self.state in {ModelState.RETIRED, ModelState.REJECTED} and bool(self.artifact_file)


class SelectionRun(models.Model):
    """One batch that a strategy put into the queue. ``random_tasks`` are the ids of those drawn at random."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="selection_runs", db_index=False)
    question = models.CharField(max_length=40)
    model_version = models.ForeignKey(
        ModelVersion, models.SET_NULL, null=True, related_name="selection_runs", db_index=False
    )
    strategy = models.CharField(max_length=40)
    n_tasks = models.PositiveIntegerField()
    random_tasks = models.JSONField(default=list)
    statistics = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["project", "-id"], name="selection_run_project")]

    def __str__(self) -> str:
        return f"{self.n_tasks} tasks by {self.strategy}"
