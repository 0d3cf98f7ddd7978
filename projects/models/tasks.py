"""What is labeled, and who has it."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from projects import querysets
from projects.models.assets import Asset
from projects.models.imports import ImportRun
from projects.models.project import Project


class Stage(models.TextChoices):
    ANNOTATE = "annotate"
    REVIEW = "review"
    DONE = "done"
    EXCLUDED = "excluded"


class Lane(models.TextChoices):
    """Where a task waits in the queue. Holdout tasks stay in their lane for good, gold ones while it is known what is
    right: those the queue never gives out. ``accepted`` ones were answered by a model that is sure enough and wait for
    nobody; ``audit`` ones would have been, and show how right it is: people answer them unaided."""

    GOLD = "gold"
    HOLDOUT = "holdout"
    SELECTED = "selected"
    BASE = "base"
    AUDIT = "audit"
    ACCEPTED = "accepted"


class Task(models.Model):
    """One thing to label. Narrow, for every claim rewrites it; what it shows is in ``TaskContent``.

    ``skill`` is what a person must have to get it, several joined by "+"; ``overlap`` is its own where it is not 0,
    else the project's; ``review_levels`` is how many reviews it was found to need when its answers were in,
    ``review_level`` the one that it waits for (0: none).
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks", db_index=False)
    external_id = models.CharField(max_length=200)
    # db_constraint: PostgreSQL would check the same run, or project, for every row of an import
    import_run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, related_name="tasks", db_index=False, db_constraint=False
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ANNOTATE)
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.BASE)
    rank = models.FloatField(default=0.0)
    open_slots = models.PositiveSmallIntegerField(default=1)
    # db_default: imports and claims write rows by themselves and need not name these
    skill = models.CharField(max_length=80, blank=True, default="", db_default="")
    overlap = models.PositiveSmallIntegerField(default=0, db_default=0, validators=[MaxValueValidator(20)])
    review_levels = models.PositiveSmallIntegerField(default=0, db_default=0)
    review_level = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = querysets.TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="task_external_id"),
            models.CheckConstraint(
                condition=models.Q(stage="annotate") | models.Q(open_slots=0), name="task_open_only_to_annotate"
            ),
            models.CheckConstraint(
                condition=models.Q(stage="review", review_level__gt=0)
                | (~models.Q(stage="review") & models.Q(review_level=0)),
                name="task_review_level_in_review",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "id"], name="task_project"),
            models.Index(fields=["project", "stage", "id"], name="task_stage"),
            models.Index(
                fields=["project", "skill", "lane", "rank", "id"],
                condition=models.Q(open_slots__gt=0),
                name="task_open",
            ),
            models.Index(fields=["project", "stage", "id"], condition=models.Q(lane="holdout"), name="task_holdout"),
            models.Index(fields=["import_run", "id"], name="task_import_run"),
            models.Index(
                fields=["project", "review_level", "id"], condition=models.Q(stage="review"), name="task_review"
            ),
            # the few that are not in the base lane, which is nearly everything and walked by project
            models.Index(fields=["project", "lane", "id"], condition=~models.Q(lane="base"), name="task_lane"),
        ]

    def __str__(self) -> str:
        return self.external_id


class TaskContent(models.Model):
    """What a task shows (``data``, by field) and what is known about it (``metadata``, not shown to annotators)."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="content")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    data = models.JSONField()
    metadata = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=32)
    search_text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.search_text[:80]


class TaskAsset(models.Model):
    """A task shows an uploaded file; who may see the field with it may see the file, and it stays while one does."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="asset_uses", db_index=False)
    asset = models.ForeignKey(Asset, models.RESTRICT, related_name="task_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "asset"], name="task_asset_once")]

    def __str__(self) -> str:
        return f"{self.task_id} shows {self.asset_id}"


class Purpose(models.TextChoices):
    ANNOTATE = "annotate"
    REVIEW = "review"


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "assigned"
    WORKING = "working"
    SUBMITTED = "submitted"
    SKIPPED = "skipped"
    RETURNED = "returned"
    EXPIRED = "expired"


class AssignmentSource(models.TextChoices):
    QUEUE = "queue"
    MANAGER = "manager"
    IMPORT = "import"


class Assignment(models.Model):
    """A person has a task. ``working`` is a lease and expires; ``assigned`` and ``returned`` wait for the person alone.

    ``suggestions`` is what models proposed on screen.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.ANNOTATE)
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=AssignmentStatus, default=AssignmentStatus.WORKING)
    source = models.CharField(max_length=10, choices=AssignmentSource, default=AssignmentSource.QUEUE)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=200, blank=True)
    suggestions = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True, blank=True)
    priority = models.SmallIntegerField(default=0, db_default=0)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = querysets.AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "user", "purpose", "round"], name="assignment_once"),
            models.CheckConstraint(
                condition=~models.Q(status="working") | models.Q(lease_expires_at__isnull=False),
                name="assignment_lease_expires",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(purpose="review", status="working"),
                name="assignment_one_reviewer_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["lease_expires_at"], condition=models.Q(status="working"), name="assignment_leases"),
            # One per status: SQLite uses a partial index only where a query repeats its condition word for word.
            models.Index(fields=["user", "project"], condition=models.Q(status="working"), name="assignment_held"),
            models.Index(fields=["user", "project"], condition=models.Q(status="skipped"), name="assignment_skipped"),
            models.Index(
                fields=["user", "project", "due_at"], condition=models.Q(status="assigned"), name="assignment_due"
            ),
            models.Index(fields=["user", "project"], condition=models.Q(status="returned"), name="assignment_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has {self.task_id} ({self.status})"
