"""May this user do this to that? Pages and API fetch every object through here.

What is not yours does not exist (404); what is yours, but not for your role, is refused (403).
"""

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from labelplatform.jobs.models import Job
from labelplatform.joined_rows import Columns
from labelplatform.media_types import PICTURES
from labelplatform.registry import Registry
from labelplatform.roles import GRANTABLE, Capability, Role
from projects.assets import guideline_places
from projects.models import Asset, Assignment, GroupRole, Membership, Project, Purpose, SchemaVersion, Task
from projects.models.assets import CONTENT_HASH
from projects.shown_data import visible_data

# Who else is shown a task that is not theirs to open: ``(user, task_id) -> bool``.
task_showings = Registry("showing of tasks")


def open_project(user: Any, slug: str, capability: Capability = Capability.VIEW_PROJECT) -> Membership:
    """The user's membership of the project, with ``project`` and its schema loaded.

    A site admin who is no member gets an unsaved admin membership. Raises ``Http404`` or ``PermissionDenied``.
    """
    return _checked(_membership(user, "slug", slug), capability)


def open_project_by_id(
    user: Any, project_id: int | None, capability: Capability = Capability.VIEW_PROJECT
) -> Membership:
    """Like ``open_project``, for rows that carry a plain project id."""
    if project_id is None:
        raise Http404
    return _checked(_membership(user, "id", project_id), capability)


def open_task(
    user: Any, task_id: int, capability: Capability = Capability.VIEW_PROJECT, *, slug: str | None = None
) -> tuple[Task, Membership]:
    """A task the user may see, with its content, and their membership in its project.

    ``slug`` ties the task to the project named in the same URL.
    """
    tasks = Task.objects.visible_to(user).select_related("content")
    if slug is not None:
        tasks = tasks.filter(project__slug=slug)
    task = tasks.filter(pk=task_id).first()
    if task is None:
        raise Http404
    member = open_project_by_id(user, task.project_id, capability)
    task.project = member.project
    return task, member


def open_shown_file(user: Any, slug: str, task_id: int, content_hash: str) -> Asset:
    """A file that a field of a task shows, for whoever is shown the task and that field; else 404."""
    member = open_project(user, slug)
    tasks = Task.objects.filter(project_id=member.project_id, pk=task_id).select_related("content")
    seen = tasks.filter(pk__in=Task.objects.visible_to(user)).first()
    if seen is None and any(is_shown(user, task_id) for is_shown in task_showings.objects()):
        seen = tasks.first()
    shown = visible_data(member, seen.content.data) if seen is not None else {}
    files = {shown[field.name]["asset"] for field in member.project.schema.media_fields if field.name in shown}
    if content_hash not in files:
        raise Http404
    return get_object_or_404(Asset, project_id=member.project_id, content_hash=content_hash)


def open_asset(
    user: Any, slug: str, content_hash: str, capability: Capability = Capability.VIEW_PROJECT
) -> tuple[Asset, Membership]:
    """A media file of a project that the user may open, and their membership in it.

    Pictures are for the guideline, which all members read. What only tasks show is served as a part of them
    (``open_shown_file``), and by itself only to those who bring such files.
    """
    member = open_project(user, slug, capability)
    assets = Asset.objects.filter(project_id=member.project_id, content_hash=content_hash)
    if not member.may(Capability.IMPORT_TASKS):
        assets = assets.filter(media_type__in=PICTURES)
    asset = assets.first() if CONTENT_HASH.fullmatch(content_hash) else None
    if asset is None or not (member.may(Capability.IMPORT_TASKS) or _is_for_all(asset)):
        raise Http404
    asset.project = member.project
    return asset, member


def _is_for_all(asset: Asset) -> bool:
    return bool(guideline_places(asset)) or not asset.task_uses.exists()


def open_member(member: Membership, member_id: int) -> Membership:
    """Another membership of the same project; 404 where there is none."""
    other = Membership.objects.select_related("user", "project").filter(project_id=member.project_id, pk=member_id)
    found: Membership | None = other.first()
    if found is None:
        raise Http404
    return found


def open_assignment(member: Membership, assignment_id: int) -> Assignment:
    """An assignment to annotate in the member's project; 404 where there is none."""
    rows = Assignment.objects.filter(project_id=member.project_id, purpose=Purpose.ANNOTATE, pk=assignment_id)
    assignment = rows.select_related("task", "user", "assigned_by").first()
    if assignment is None:
        raise Http404
    return assignment


def open_job(user: Any, job_id: int) -> Job:
    """A job of a project whose overview the user may see, or one they asked for themselves."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404
    if job.project_id is None:
        if not (user.is_superuser or job.requested_by_id == user.pk):
            raise Http404
        return job
    member = open_project_by_id(user, job.project_id)
    if job.requested_by_id != user.pk and not member.may(Capability.VIEW_DASHBOARD):
        raise PermissionDenied(_sentence(Capability.VIEW_DASHBOARD))
    return job


def open_job_to_cancel(user: Any, job_id: int) -> Job:
    """A job the user may see and end."""
    job = open_job(user, job_id)
    if job.project_id is not None and not may_cancel(open_project_by_id(user, job.project_id), job):
        raise PermissionDenied("Only who started this job, or a manager, may cancel it.")
    return job


def may_cancel(member: Membership, job: Job) -> bool:
    """Who asked for a job may end it, and so may those who manage its kind of work."""
    return job.requested_by_id == member.user_id or member.may(Capability.IMPORT_TASKS)


def may_grant(member: Membership, role: str) -> bool:
    """Nobody hands out more than they hold."""
    return member.may(Capability.MANAGE_MEMBERS) and role in GRANTABLE.get(member.role, frozenset())


def administers_a_project(user: Any) -> bool:
    return Membership.objects.filter(user=user, role=Role.ADMIN, suspended=False).exists()


def open_group_roles(user: Any) -> QuerySet[GroupRole]:
    """What groups of the sign-on provider give; for site admins only, else 404."""
    if not user.is_authenticated or not user.is_active or not user.is_superuser:
        raise Http404
    return GroupRole.objects.select_related("project")


_PROJECT = Columns(Project, "p")
_SCHEMA_VERSION = Columns(SchemaVersion, "s", "id", "project_id", "number")  # what it defines is kept parsed
_MEMBERSHIP = Columns(Membership, "m")

# The read that every page and call of a project begins with.
_OPEN = f"""
    SELECT {_PROJECT.sql}, {_SCHEMA_VERSION.sql}, {_MEMBERSHIP.sql}
      FROM projects_project p
      LEFT JOIN projects_schemaversion s ON s.id = p.schema_version_id
      LEFT JOIN projects_membership m ON m.project_id = p.id AND m.user_id = %s
     WHERE p."""  # noqa: S608 - the columns are named above


def _membership(user: Any, column: Literal["slug", "id"], value: str | int) -> Membership:
    if not user.is_authenticated or not user.is_active:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute(f"{_OPEN}{column} = %s", [user.pk, value])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    values = iter(row)
    project = _PROJECT.load(values)
    project.schema_version = _SCHEMA_VERSION.load(values)
    member = _MEMBERSHIP.load(values)
    if member.pk is None or member.suspended:
        if not user.is_superuser:
            raise Http404
        member = member if member.pk is not None else Membership(role=Role.ADMIN)
    if user.is_superuser:
        member.suspended, member.role = False, Role.ADMIN
    member.project, member.user = project, user
    return member


def require(member: Membership, capability: Capability) -> None:
    """Raises ``PermissionDenied`` unless the member may do this, too."""
    _checked(member, capability)


def _checked(member: Membership, capability: Capability) -> Membership:
    if not member.may(capability):
        raise PermissionDenied(_sentence(capability))
    return member


def _sentence(capability: Capability) -> str:
    return f"Your role does not let you {capability.label}. Ask an admin of this project."
