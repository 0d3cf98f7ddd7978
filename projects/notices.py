"""Whom this app tells of what (labelplatform/notifications), and who may see what notifications are about."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from labelplatform.accounts.models import User
from labelplatform.jobs.models import Job, JobState
from labelplatform.notifications.models import Notification
from labelplatform.notifications.notifying import notify, notify_each
from labelplatform.roles import Capability, Role, may, roles_with
from projects.models import Assignment, AssignmentStatus, Guideline, Invitation, Membership, Project, Purpose, Task
from projects.navigation import page_url

# Who starts a job that is over sooner has seen how it ended.
WORTH_TELLING = timedelta(minutes=1)


def members_only(rows: list[Notification]) -> list[Notification]:
    """Those for people who are active members of the project now."""
    roles = _roles(rows)
    return [row for row in rows if (row.user_id, row.project_id) in roles]


def managers_only(rows: list[Notification]) -> list[Notification]:
    """Those for people who manage the project's members and tasks now."""
    return _those_who_may(Capability.MANAGE_MEMBERS, rows)


def labelers_only(rows: list[Notification]) -> list[Notification]:
    """Those for people who label in the project now."""
    return _those_who_may(Capability.ANNOTATE, rows)


def reviewers_only(rows: list[Notification]) -> list[Notification]:
    """Those for people who review in the project now."""
    return _those_who_may(Capability.REVIEW, rows)


def _those_who_may(wanted: Capability, rows: list[Notification]) -> list[Notification]:
    roles = _roles(rows)
    return [row for row in rows if may(roles.get((row.user_id, row.project_id), ""), wanted)]


def who_see_the_task(rows: list[Notification]) -> list[Notification]:
    """Those about a task that its person may open: they browse the project's data, or hold it, or have answered it."""
    roles = _roles(rows)
    ids = {row.object_id for row in rows if row.object_id is not None}
    tasks = set(Task.objects.filter(pk__in=ids).values_list("pk", "project_id"))
    pairs = set(_had(rows).values_list("user_id", "task_id"))
    found = []
    for row in rows:
        role = roles.get((row.user_id, row.project_id), "")
        concerned = may(role, Capability.VIEW_DATA) or (role and (row.user_id, row.object_id) in pairs)
        if concerned and (row.object_id, row.project_id) in tasks:
            found.append(row)
    return found


def who_label_the_task(rows: list[Notification]) -> list[Notification]:
    """Those about a task that its person has to answer, or has answered, and may still label."""
    pairs = set(_had(rows).filter(purpose=Purpose.ANNOTATE).values_list("user_id", "task_id"))
    return [row for row in labelers_only(rows) if (row.user_id, row.object_id) in pairs]


def _had(rows: list[Notification]) -> Any:
    """What the notifications' people have, or had, of the tasks that these are about."""
    ids = {row.object_id for row in rows if row.object_id is not None}
    had = Assignment.objects.filter(task_id__in=ids, user_id__in={row.user_id for row in rows})
    return had.exclude(status=AssignmentStatus.EXPIRED)


def _roles(rows: list[Notification]) -> dict[tuple[int, int | None], str]:
    """The roles of the notifications' people in their projects; without those who may not open it."""
    users, projects = {row.user_id for row in rows}, {row.project_id for row in rows if row.project_id}
    members = Membership.objects.filter(user_id__in=users, project_id__in=projects).active()
    roles: dict[tuple[int, int | None], str] = {
        (user_id, project_id): role
        for user_id, project_id, role in members.values_list("user_id", "project_id", "role")
    }
    admins = User.objects.filter(pk__in=users, is_superuser=True, is_active=True).values_list("pk", flat=True)
    roles |= {(pk, project_id): Role.ADMIN.value for pk in admins for project_id in projects}
    return roles


def tell_about_job(sender: Any, job_id: int, **kwargs: Any) -> None:
    """A job that somebody started has failed, or was long enough to go away from."""
    job = Job.objects.filter(pk=job_id).first()
    project = Project.objects.filter(pk=job.project_id).first() if job and job.project_id else None
    if job is None or project is None or job.requested_by_id is None or job.finished_at is None:
        return
    name = job.kind.replace("_", " ").capitalize()
    if job.state == JobState.FAILED:
        text = f"{name} in {project.name} failed: {job.error or 'no reason was kept.'}"
    elif job.state == JobState.DONE and job.finished_at - job.created_at >= WORTH_TELLING:
        text = f"{name} in {project.name} is done{f': {job.message}' if job.message else '.'}"
    else:
        return
    path = reverse("projects:job-list", args=[project.slug])
    notify([job.requested_by_id], kind="job", text=text, path=path, project_id=project.pk, object=job)


def tell_about_accepted(invitation: Invitation, user: User) -> None:
    if invitation.invited_by_id is None:
        return
    project = invitation.project
    notify(
        [invitation.invited_by_id],
        kind="invitation",
        text=f"{user.display_name} accepted your invitation to {project.name} as {invitation.role}.",
        path=reverse("projects:people", args=[project.slug]),
        project_id=project.pk,
        object=invitation,
    )


def tell_about_assigned(
    project: Project, given: Mapping[int, int], *, due_at: datetime | None, assigned_by: int | None
) -> None:
    """Everybody who was given tasks hears how many at once, whatever their number; who gave them to themselves knows.

    ``given`` counts the tasks by user id.
    """
    giver = User.objects.filter(pk=assigned_by or 0).first()
    who = giver.display_name if giver else "The site"
    until = f", due {due_at:%-d %b %Y}" if due_at else ""
    texts = {
        pk: f"{who} gave you {'a task' if count == 1 else f'{count:,} tasks'} in {project.name}{until}."
        for pk, count in given.items()
        if pk != assigned_by
    }
    path = page_url(project, "label")
    notify_each(texts, kind="assigned", path=path, project_id=project.pk, object=project)


def tell_about_guideline(guideline: Guideline) -> None:
    """Who labels hears of a new version and whether it must be read first; a first version is not new."""
    if guideline.number < 2:
        return
    project = guideline.project
    members = Membership.objects.filter(project=project, role__in=roles_with(Capability.ANNOTATE)).active()
    readers = members.exclude(user_id=guideline.author_id).values_list("user_id", flat=True)
    who = guideline.author.display_name if guideline.author else "Somebody"
    said = f": “{guideline.summary}”." if guideline.summary else "."
    must = " Read it before your next task." if guideline.needs_acknowledgement else ""
    text = f"{who} published version {guideline.number} of the guideline of {project.name}{said}{must}"
    path = reverse("projects:guideline", args=[project.slug])
    notify(readers, kind="guideline", text=text, path=path, project_id=project.pk, object=guideline)
