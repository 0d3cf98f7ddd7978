"""Lock tasks: one with all that decides about work on it (the busiest read of the site: one statement), or several."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField
from django.http import Http404

from labelplatform.joined_rows import Columns
from projects.access import open_project_by_id
from projects.models import Membership, Project, SchemaVersion, Task, TaskContent

_TASK = Columns(
    Task,
    "t",
    *("id", "project_id", "external_id", "stage", "lane", "rank", "open_slots", "skill", "overlap"),
    *("review_levels", "review_level"),
)
_CONTENT = Columns(TaskContent, "c", "task_id", "data")
_PROJECT = Columns(
    Project,
    "p",
    *("id", "slug", "name", "state", "seed", "schema_version_id"),
    *("guideline_number", "acknowledge_number", "quiz_number"),
    *("overlap", "overlap_percent", "fills", "lease_minutes", "skills_needed", "shows_suggestions"),
    *("holdout_percent", "holdout_target", "is_sensitive", "exposure_limit"),
    *("review_policy", "review_percent", "review_newcomer_percent", "review_newcomer_answers"),
    *("review_confidence_percent", "review_options", "review_levels", "reviewers_see_assigned_only"),
)
_SCHEMA_VERSION = Columns(SchemaVersion, "s", "id", "project_id", "number")
_MEMBERSHIP = Columns(
    Membership,
    "m",
    *("id", "project_id", "user_id", "role", "suspended", "queue_rank", "queue_task", "skills", "opted_out"),
    *("open_limit", "daily_limit", "acknowledged_number", "quiz_passed_number", "review_level"),
)

_LOCK = f"""
    SELECT {_TASK.sql}, {_CONTENT.sql}, {_PROJECT.sql}, {_SCHEMA_VERSION.sql}, {_MEMBERSHIP.sql}
      FROM projects_task t
      JOIN projects_taskcontent c ON c.task_id = t.id
      JOIN projects_project p ON p.id = t.project_id
      LEFT JOIN projects_schemaversion s ON s.id = p.schema_version_id
      LEFT JOIN projects_membership m ON m.project_id = t.project_id AND m.user_id = %s AND NOT m.suspended
     WHERE t.id = %s
"""  # noqa: S608 - the columns are named above


def lock_task(user: Any, task_id: int) -> tuple[Task, Membership]:
    """Lock a task till the transaction ends; returns it with its content, and the user's membership in its project.

    Columns that work on a task does not need are loaded only when asked for. Raises ``Http404`` like ``access``.
    """
    if not 0 < task_id <= BigIntegerField.MAX_BIGINT:
        raise Http404  # raw SQL takes no number that the column cannot hold
    lock = " FOR UPDATE OF t" if connection.features.has_select_for_update_of else ""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK + lock, [user.pk, task_id])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    values = iter(row)
    task = _TASK.load(values)
    task.content = _CONTENT.load(values)
    task.project = project = _PROJECT.load(values)
    project.schema_version = _SCHEMA_VERSION.load(values)
    member = _MEMBERSHIP.load(values)
    if member.pk is None or user.is_superuser or not user.is_active:
        return task, open_project_by_id(user, task.project_id)
    member.project, member.user = project, user
    return task, member


def lock_tasks(task_ids: Iterable[int], *, skip_locked: bool = False) -> dict[int, Task]:
    """Lock tasks in id order, so that two operations over several tasks cannot lock each other out.

    ``skip_locked`` leaves out those that somebody is busy with: who holds a lock already must not wait for another.
    """
    tasks = Task.objects.select_for_update(of=("self",), skip_locked=skip_locked).select_related("project")
    tasks = tasks.order_by("pk")
    return {task.pk: task for task in tasks.filter(pk__in=sorted(set(task_ids)))}
