"""The keys that people have chosen for themselves."""

from django.conf import settings
from django.db import models

from projects.models import Project


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
