"""What a project concludes about its tasks, and what is known or accepted without asking people."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.models import Project, SchemaVersion, Task


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
