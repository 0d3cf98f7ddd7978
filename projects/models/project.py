"""The project itself: its policies, and the versions of what it asks."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from projects import querysets
from projects.schema import Schema, parse_schema


class ProjectState(models.TextChoices):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class TaskOrder(models.TextChoices):
    RANDOM = "random", "In random order"
    IMPORT = "import", "In the order of the import"


class Fills(models.TextChoices):
    """With several opinions a task: which tasks a person gets first."""

    DEPTH = "depth", "Finish what others began"
    BREADTH = "breadth", "Begin what nobody has seen"


class ReviewPolicy(models.TextChoices):
    NONE = "none", "Nothing"
    ALL = "all", "Everything"
    SAMPLE = "sample", "A random share of each person's answers"
    DISAGREEMENTS = "disagreements", "Tasks that people answered differently"
    LOW_CONFIDENCE = "low_confidence", "Answers that the model finds unlikely"


def default_review_reasons() -> list[str]:
    return ["Wrong option", "Against the guideline", "Overlooked something", "Unclear task"]


class Project(models.Model):
    """One labeling effort: what is asked, by which rules, of which tasks.

    ``schema_version`` and ``guideline_number`` point at what is in force; ``seed`` keys the hash that lanes tasks.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    state = models.CharField(max_length=10, choices=ProjectState, default=ProjectState.ACTIVE)
    schema_version = models.ForeignKey("SchemaVersion", models.PROTECT, null=True, related_name="+")
    guideline_number = models.PositiveIntegerField(default=0, editable=False)
    seed = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    # policies
    overlap = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(20)])
    task_order = models.CharField(max_length=10, choices=TaskOrder, default=TaskOrder.RANDOM)
    lease_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    learns = models.BooleanField(default=True)
    strategy = models.CharField(max_length=40, default="kmeans_margin")
    retrain_after = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(100_000)])
    retrain_hours = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8760)]
    )
    shows_suggestions = models.BooleanField(default=True)
    holdout_percent = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(50)])
    holdout_target = models.PositiveIntegerField(default=200, validators=[MaxValueValidator(100_000)])

    # policies of assignment: on how many tasks the overlap holds, and which come first
    overlap_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    fills = models.CharField(max_length=10, choices=Fills, default=Fills.DEPTH)
    skills_needed = models.JSONField(default=list, blank=True, editable=False)

    # policies of the guideline; ``acknowledge_number`` is the version that people must have read to go on
    requires_acknowledgement = models.BooleanField(default=True)
    acknowledge_number = models.PositiveIntegerField(default=0, editable=False)

    # the guideline version whose quiz people must have passed to get tasks (0: none)
    quiz_number = models.PositiveIntegerField(default=0, editable=False)

    # policies of review
    review_policy = models.CharField(max_length=20, choices=ReviewPolicy, default=ReviewPolicy.NONE)
    review_percent = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(100)])
    review_newcomer_percent = models.PositiveSmallIntegerField(default=50, validators=[MaxValueValidator(100)])
    review_newcomer_answers = models.PositiveIntegerField(default=50, validators=[MaxValueValidator(100_000)])
    review_confidence_percent = models.PositiveSmallIntegerField(default=50, validators=[MaxValueValidator(100)])
    review_options = models.JSONField(default=list, blank=True)
    review_levels = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(2)])
    review_reasons = models.JSONField(default=default_review_reasons)
    reviewers_see_assigned_only = models.BooleanField(default=False)

    # policies of care
    is_sensitive = models.BooleanField(default=False)
    content_warning = models.CharField(max_length=300, blank=True)
    exposure_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    break_after_minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(5)])
    shows_ranking = models.BooleanField(default=False)

    # what an hour of labeling costs, for forecasts; nothing is paid by it
    pay_per_hour = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0.01), MaxValueValidator(100_000)]
    )
    pay_currency = models.CharField(
        max_length=3, default="EUR", validators=[RegexValidator(r"\A[A-Z]{3}\Z", "Three capital letters such as EUR.")]
    )

    objects = querysets.ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(overlap__gte=1, overlap__lte=20), name="project_overlap"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:overview", args=[self.slug])

    @property
    def current_schema_version(self) -> "SchemaVersion":
        """The schema version in force. It is null only while the project is being created."""
        assert self.schema_version is not None, "A project gets its first schema version when it is created."
        return self.schema_version

    @cached_property
    def schema(self) -> Schema:
        """The current schema, parsed."""
        return self.current_schema_version.schema

    @property
    def is_open(self) -> bool:
        """Whether people can label now."""
        return self.state == ProjectState.ACTIVE

    @property
    def has_review_policy(self) -> bool:
        """Whether any finished task is reviewed without somebody asking for it."""
        return self.review_policy != ReviewPolicy.NONE or bool(self.review_options)


class SchemaVersion(models.Model):
    """One numbered state of a project's schema; never changed once saved.

    ``operations`` are what led to it from the version before where that took the answers along
    (``projects.schema.operations``); ``reverts`` is the version whose operations these take back.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="schema_versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    operations = models.JSONField(default=list)
    reverts = models.OneToOneField("self", models.SET_NULL, null=True, related_name="reverted_by")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="schema_version_number")]

    # Set where versions are listed (``projects.schema_change.schema_changes``).
    can_be_reverted = False

    def __str__(self) -> str:
        return f"schema {self.number}"

    @cached_property
    def schema(self) -> Schema:
        return _parsed.get(self.pk) or parsed_schema(self.pk, self.definition)


_parsed: dict[int, Schema] = {}


def parsed_schema(version_id: int | None, definition: dict[str, Any]) -> Schema:
    """The parsed form of a saved version: versions never change, so each process parses one only once."""
    if version_id is None:
        return parse_schema(definition)
    if version_id not in _parsed:
        if len(_parsed) > 500:
            _parsed.clear()
        _parsed[version_id] = parse_schema(definition)
    return _parsed[version_id]
