"""What tasks look like to a model: tables of what words mean, vocabularies, shards of rows, groups of alike tasks."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from models_app import querysets
from projects.models import Project


class SemanticTable(models.Model):
    """One table of word meanings, for all projects of the site; ``source`` is a package of Python or a folder.

    ``fingerprint`` names the model it was distilled from and how. At most one is used by projects that have not
    chosen otherwise. With ``reads_sentences`` nothing was distilled: the file is the model itself, and each text runs
    through it.
    """

    name = models.CharField(max_length=80)
    source = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    n_pieces = models.PositiveIntegerField()
    n_components = models.PositiveIntegerField()
    reads_sentences = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_automatic"], condition=Q(is_automatic=True), name="semantic_table_one_automatic"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_words(self) -> str:
        """How texts are read with it."""
        return f"words and {'full sentences' if self.reads_sentences else 'meanings'} by {self.name}"


class EncoderChoice(models.Model):
    """What a project has chosen to encode its texts with; without a row the site chooses. No table: words only."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="+", primary_key=True)
    table = models.ForeignKey(SemanticTable, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.table or "words only")


class EncodingVocabulary(models.Model):
    """One fitted vocabulary of a field of a project, and what stands beside its words: the meanings of a table, and
    what the encoder named ``media`` sees of a field that shows files.

    Never changed, for models keep the one they were made with.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    n_documents = models.BigIntegerField()
    table = models.ForeignKey(SemanticTable, models.PROTECT, null=True, related_name="+", db_index=False)
    media = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "field", "number"], name="vocabulary_number")]

    def __str__(self) -> str:
        return f"vocabulary {self.number} of {self.field}"

    @property
    def encoder(self) -> str:
        """What rows under it are made of, as models say it."""
        main = self.media or "tfidf"
        if self.table is None:
            return main
        return f"{main}+{'sentences:' if self.table.reads_sentences else ''}{self.table.name}"[:40]


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


class TaskGrouping(models.Model):
    """A project's tasks in groups of alike ones. ``number`` grows when they are grouped anew, not when tasks join.

    ``groups`` say of each by its place, from 1 on: telling ``words``, ``size``, ids of typical tasks (``examples``),
    and ``labels`` by question and value. Who is in which group is in the file, with the centres, under the vocabulary.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="+", primary_key=True)
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=40)
    vocabulary = models.ForeignKey(EncodingVocabulary, models.CASCADE, related_name="+", db_index=False)
    file_name = models.CharField(max_length=120)
    n_tasks = models.BigIntegerField()
    groups = models.JSONField(default=list)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{len(self.groups)} groups of {self.n_tasks} tasks"
