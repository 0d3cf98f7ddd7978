"""All that happened to one task, for its page and the API; higher apps add their parts by registry."""

from typing import Any

from django.db.models import Q

from labelplatform.events.models import Event
from labelplatform.registry import Registry
from labelplatform.roles import Capability
from projects.models import Membership, Task

MAX_ROWS = 200

# (task: Task) -> (object type, query of ids): further objects whose events belong to the task's story
story_objects = Registry("object of a task's story")
# (task: Task, member: Membership) -> list of JSON objects, oldest first; of it only what this member may see
story_parts = Registry("part of a task's story")
story_parts.register("assignments", "projects.history.task_story.assignments_of")
story_parts.register("events", "projects.history.task_story.events_of")

# (member: Membership) -> verbs of acts that this member's story leaves out
hidden_acts = Registry("act that a task's story hides")


def tell_story(task: Task, member: Membership) -> dict[str, list[dict[str, Any]]]:
    """Every registered part by its name."""
    return {name: story_parts.get(name)(task, member) for name in story_parts}


def assignments_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """Who had the task and when; who may not browse sees their own."""
    rows = task.assignments.select_related("user").order_by("id")
    if not member.may(Capability.VIEW_DATA):
        rows = rows.filter(user_id=member.user_id)
    return [
        {
            "id": row.pk,
            "user": row.user.display_name,
            "purpose": row.purpose,
            "status": row.status,
            "source": row.source,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "lease_expires_at": row.lease_expires_at if row.status == "working" else None,
            "skip_reason": row.skip_reason,
            "due_at": row.due_at,
        }
        for row in rows[:MAX_ROWS]
    ]


def events_of(task: Task, member: Membership) -> list[dict[str, Any]]:
    """Recorded acts on the task and on what belongs to it; only for those who browse the project's data."""
    if not member.may(Capability.VIEW_DATA):
        return []
    told = Q(object_type="task", object_id=task.pk)
    for objects_of in story_objects.objects():
        object_type, ids = objects_of(task)
        told |= Q(object_type=object_type, object_id__in=ids)
    hidden = [verb for find in hidden_acts.objects() for verb in find(member)]
    rows = Event.objects.filter(told).exclude(verb__in=hidden).select_related("actor").order_by("at", "id")
    return [
        {
            "at": row.at,
            "actor": row.actor.display_name if row.actor else None,
            "verb": row.verb,
            "object_type": row.object_type,
            "object_id": row.object_id,
            "object_name": row.object_name,
            "before": row.before,
            "after": row.after,
        }
        for row in rows[:MAX_ROWS]
    ]
