"""What people must pass before they get tasks."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from projects.models import Guideline, Project, Task


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
