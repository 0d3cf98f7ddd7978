"""What machines have learned, from what, and what they asked for. The arrays themselves are files, see ``storage``."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from models_app import querysets
from projects.models import Project, SchemaVersion


class EncodingVocabulary(models.Model):
    """One fitted vocabulary of a field of a project; never changed, for models keep the one they were made with."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    n_documents = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "field", "number"], name="vocabulary_number")]

    def __str__(self) -> str:
        return f"vocabulary {self.number} of {self.field}"


class EncodingShard(models.Model):
    """The encoded texts of one field of the tasks from ``first_task`` to ``last_task`` of a project.

    ``content_sum`` adds up the tasks' content hashes, so that a changed task is noticed without reading its text.
    ``n_predictable`` leaves out tasks that only measure models.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    first_task = models.BigIntegerField()
    last_task = models.BigIntegerField()
    n_tasks = models.PositiveIntegerField()
    n_predictable = models.PositiveIntegerField(default=0)
    content_sum = models.BigIntegerField()
    file_name = models.CharField(max_length=120)
    encoded_at = models.DateTimeField(default=timezone.now)

    objects = querysets.EncodingShardQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "field", "first_task"], name="encoding_shard_once")]

    def __str__(self) -> str:
        return f"{self.field} of tasks {self.first_task} to {self.last_task}"


class ModelState(models.TextChoices):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class ModelVersion(models.Model):
    """One model for one question: what it was made of, how good it is, and why it serves or not.

    ``trained_on`` counts final labels, ``fingerprint`` names exactly which. ``metrics`` hold intervals and counts.
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
