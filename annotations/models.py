"""What people said about tasks, and what the project concludes from it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from projects.models import Guideline, Project, SchemaVersion, Task


class AnnotationStatus(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"


class Annotation(models.Model):
    """One person's answers about one task.

    ``key`` is made by the client: a repeated submit is the same annotation. ``version`` grows with every change;
    what it was before is kept as an ``AnnotationRevision``.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="annotations", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annotations", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    key = models.UUIDField(unique=True)
    status = models.CharField(max_length=10, choices=AnnotationStatus, default=AnnotationStatus.DRAFT)
    version = models.PositiveIntegerField(default=1)
    answers = models.JSONField(default=dict)
    active_seconds = models.FloatField(default=0.0)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    guideline_number = models.PositiveIntegerField(default=0)
    suggestions = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "author", "round"], name="annotation_once"),
            models.CheckConstraint(
                condition=~models.Q(status="submitted") | models.Q(submitted_at__isnull=False),
                name="annotation_submitted_when",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "author", "-submitted_at", "-id"], name="annotation_history"),
            models.Index(fields=["project", "submitted_at"], name="annotation_pace"),
            models.Index(
                fields=["project", "author", "task"],
                condition=models.Q(status="submitted"),
                name="annotation_by_author",
            ),
        ]

    def __str__(self) -> str:
        return f"annotation {self.pk} of task {self.task_id}"


class RevisionKind(models.TextChoices):
    CHANGED = "changed"
    UNDONE = "undone"
    RETRACTED = "retracted"
    CONFLICT = "conflict"
    REWRITTEN = "rewritten"


class AnnotationRevision(models.Model):
    """Answers an annotation held before a change; or, as a conflict, answers that came too late and were kept.

    A rewritten one holds what the person said in the words of an older schema version.
    """

    annotation = models.ForeignKey(Annotation, models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind)
    key = models.UUIDField(unique=True)
    version = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} revision {self.version} of {self.annotation_id}"


class LabelMethod(models.TextChoices):
    SINGLE = "single"
    CONSENSUS = "consensus"
    REVIEW = "review"
    ADJUDICATION = "adjudication"
    GOLD = "gold"
    AUTO_ACCEPT = "auto_accept"


class FinalLabel(models.Model):
    """What the project concludes for one question of one task. Training and exports read this.

    ``value_text`` is the value as filters and counts know it (a choice's option); empty where the question's answers
    hold several values, which are ``LabelValue`` rows.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="final_labels", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    value = models.JSONField()
    value_text = models.CharField(max_length=200)
    method = models.CharField(max_length=12, choices=LabelMethod)
    confidence = models.FloatField()
    derived_from = models.JSONField(default=list)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "question"], name="final_label_once"),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1), name="final_label_confidence"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "question", "value_text", "task"], name="final_label_value"),
            models.Index(fields=["project", "task"], name="final_label_task"),
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.value_text} of task {self.task_id}"


class LabelValue(models.Model):
    """One of the values that a final label holds, as filters know it; of questions whose answers hold several."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "question", "value"], name="label_value_once")]
        indexes = [models.Index(fields=["project", "question", "value", "task"], name="label_value_find")]

    def __str__(self) -> str:
        return f"{self.value} in {self.question} of task {self.task_id}"


class GoldAnswer(models.Model):
    """The known answer to one question of a gold task, and why it is right."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="gold_answers", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    value = models.JSONField()
    explanation = models.TextField(blank=True, max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "question"], name="gold_answer_once")]
        indexes = [models.Index(fields=["project", "task"], name="gold_answer_project")]

    def __str__(self) -> str:
        return f"{self.question}={self.value} of gold task {self.task_id}"


class AcceptedAnswer(models.Model):
    """What a model that was sure enough answered to one question of a task, in place of people.

    ``source`` signs it as predictions are signed, ``run_id`` is what accepted it. An audited one is not concluded from:
    people answer the task unaided, which tells how right the others are.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="accepted_answers", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    value = models.JSONField()
    confidence = models.FloatField()
    source = models.CharField(max_length=80)
    run_id = models.BigIntegerField()
    is_audited = models.BooleanField(default=False)
    schema_version = models.ForeignKey(SchemaVersion, models.PROTECT, related_name="+", db_index=False)
    guideline_number = models.PositiveIntegerField(default=0)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "question"], name="accepted_answer_once")]
        indexes = [
            models.Index(fields=["project", "task"], name="accepted_answer_project"),
            models.Index(fields=["run_id", "task"], name="accepted_answer_run"),
            models.Index(
                fields=["project", "question", "task"],
                condition=models.Q(is_audited=True),
                name="accepted_answer_audit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.value} of task {self.task_id} by {self.source}"


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


class Quiz(models.Model):
    """What people must pass before they get tasks under a guideline version.

    Each attempt draws ``size`` gold tasks, out of ``tasks`` or, where none are chosen, out of all. Which quiz is in
    force says ``Project.quiz_number``.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="quizzes")
    guideline = models.OneToOneField(Guideline, models.CASCADE, related_name="quiz")
    pass_percent = models.PositiveSmallIntegerField(
        default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1), MaxValueValidator(20)])
    size = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(100)])
    tasks = models.ManyToManyField(Task, related_name="+", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "quizzes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pass_percent__gte=1, pass_percent__lte=100), name="quiz_pass_percent"
            ),
            models.CheckConstraint(condition=models.Q(attempts__gte=1, size__gte=1), name="quiz_asks_something"),
        ]

    def __str__(self) -> str:
        return f"quiz on {self.guideline}"


class QuizAttempt(models.Model):
    """One person's try at a quiz: the tasks drawn, their answers by task, and, once handed in, how many were right.

    ``wrong`` are the tasks that were not; it stays what was decided then, whatever becomes of the gold answers.
    """

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="tries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    drawn = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    wrong = models.JSONField(default=list)
    right = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    passed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "user", "number"], name="quiz_attempt_number"),
            models.UniqueConstraint(
                fields=["quiz", "user"], condition=models.Q(finished_at=None), name="quiz_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(passed=False) | models.Q(finished_at__isnull=False), name="quiz_attempt_passed_when"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.user_id} at {self.quiz_id}"


class QuizExtraAttempt(models.Model):
    """A manager has given a person one attempt more."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="extra_attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"one more attempt for {self.user_id} at {self.quiz_id}"


class OwnKeys(models.Model):
    """The keys that a person has chosen: for the workbench's actions where ``project`` is empty, else for its options.

    ``keys`` is ``{action: key}``, or ``{question: {option: key}}``; whoever is not named has the usual key.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    keys = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "own keys"
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="own_keys_once"),
            models.UniqueConstraint(fields=["user"], condition=models.Q(project=None), name="own_keys_everywhere_once"),
        ]

    def __str__(self) -> str:
        return f"keys of {self.user_id} in {self.project_id or 'every project'}"
