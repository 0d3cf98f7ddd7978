"""The append-only record of acts that have no row of their own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """Somebody did something to an object, then; ``before`` and ``after`` hold what changed.

    ``undoes`` is the event that this one takes back: one event is undone once.
    """

    project_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, related_name="undone_by")

    class Meta:
        indexes = [
            models.Index(fields=["project_id", "-at", "-id"], name="event_time"),
            models.Index(fields=["project_id", "actor", "-at", "-id"], name="event_actor"),
            models.Index(fields=["object_type", "object_id", "id"], name="event_object"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_name or self.object_id}"


class CreationKey(models.Model):
    """Which object a person's client-made key made, so that a repeated call has one effect.

    ``scope`` says what for and where (``guideline of project 7``): a key means one thing only.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    scope = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="creation_key_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.scope}"


_undoing: ContextVar[Event | None] = ContextVar("undoing", default=None)


@contextmanager
def recorded_as_undo_of(event: Event) -> Iterator[None]:
    """The first event that is recorded inside takes ``event`` back: an undo calls the same operations as anybody."""
    token = _undoing.set(event)
    try:
        yield
    finally:
        _undoing.reset(token)


def record_event(
    *,
    actor: Any,
    verb: str,
    object: models.Model,
    project_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    name: str = "",
) -> Event:
    """Append one event inside the caller's transaction. ``project_id`` is taken from the object when it has one.

    ``name`` is what people will find the object by; without it that is the object's own text.
    """
    event = _event(actor, verb, object, before or {}, after or {}, name)
    event.project_id = project_id or event.project_id
    event.undoes = _undoing.get()
    _undoing.set(None)
    event.save()
    return event


def record_each(
    *, actor: Any, verb: str, changes: Iterable[tuple[models.Model, dict[str, Any], dict[str, Any]]]
) -> None:
    """Append one event for each object, with its before and after: where each tells its own story; one query."""
    events = [_event(actor, verb, object, before, after) for object, before, after in changes]
    Event.objects.bulk_create(events, batch_size=1000)


def _event(
    actor: Any, verb: str, object: models.Model, before: dict[str, Any], after: dict[str, Any], name: str = ""
) -> Event:
    return Event(
        project_id=getattr(object, "project_id", None),
        actor=actor if getattr(actor, "pk", None) else None,
        verb=verb,
        object_type=object._meta.model_name or "",
        object_id=object.pk,
        object_name=(name or str(object))[:200],
        before=before,
        after=after,
    )
