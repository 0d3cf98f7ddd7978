"""Media files of a project."""

import re

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from labelplatform.media_types import PICTURES
from projects.models.project import Project

CONTENT_HASH = re.compile(r"[0-9a-f]{64}")


class Asset(models.Model):
    """An uploaded media file as it is kept: cleaned, under the hash of its bytes, never changed.

    ``width`` and ``height`` are pixels of pictures and video, ``duration_seconds`` is for audio and video,
    ``page_count`` for PDFs; ``original_name`` is what the uploader called it, to be read by people and never a path.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="assets", db_index=False)
    content_hash = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    stored_name = models.CharField(max_length=100)
    original_name = models.CharField(max_length=255, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "content_hash"], name="asset_once")]
        indexes = [models.Index(fields=["project", "-id"], name="asset_project")]

    def __str__(self) -> str:
        return self.original_name or self.content_hash[:12]

    def get_absolute_url(self) -> str:
        return reverse("projects:asset", args=[self.project.slug, self.content_hash])

    @property
    def markdown(self) -> str:
        """How a guideline shows it, its description goes between the brackets; "" for what is no picture."""
        return f"![](asset:{self.content_hash})" if self.media_type in PICTURES else ""
