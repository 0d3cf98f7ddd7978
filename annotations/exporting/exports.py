"""Start exports and find their files again. An export is its job: what was asked for, how far it is, what came out."""

import secrets
import uuid
from datetime import timedelta
from typing import Any, BinaryIO

import msgspec
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from annotations.exporting.labeled_tasks import Filter
from annotations.exporting.writers import export_formats
from labelplatform import export_files as files
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.access import open_project_by_id, require
from projects.models import Membership, Project

JOB_KIND = "export_labels"
KEPT_FOR = timedelta(days=7)


class ExportGone(Refusal):
    status_code = 410
    title = "This is no longer here."


class ExportParams(msgspec.Struct, frozen=True):
    """What was asked for; ``stored_name`` is the file's name on disk, ``schema`` the number of the schema version whose
    words it speaks, 0 for the one in force."""

    format: str
    filter: Filter
    stored_name: str
    spreadsheet_safe: bool = False
    schema: int = 0
    with_authors: bool = False

    @property
    def capability(self) -> Capability:
        """What one must be allowed to have the file: people's addresses are in some."""
        return Capability.MANAGE_MEMBERS if self.with_authors else Capability.EXPORT_LABELS


def start_export(
    member: Membership,
    *,
    format_name: str,
    chosen: Filter,
    spreadsheet_safe: bool = False,
    schema: int = 0,
    with_authors: bool = False,
    key: uuid.UUID | None = None,
) -> tuple[Job, bool]:
    """Enqueue an export; the second value tells a new one from a repeated call. Raises ``Refusal``.

    ``with_authors`` says beside each task whose answers its labels are.
    """
    params = ExportParams(format_name, chosen, secrets.token_hex(16), spreadsheet_safe, schema, with_authors)
    require(member, params.capability)
    _check(member.project, format_name, chosen, spreadsheet_safe=spreadsheet_safe, schema=schema)
    clear_away(member.project_id)
    job = enqueue_job(
        JOB_KIND,
        project_id=member.project_id,
        params=msgspec.to_builtins(params),
        requested_by=member.user,
        key=key,
    )
    if (job.project_id, job.kind) != (member.project_id, JOB_KIND):
        raise Conflict("This key was used for something else. Make a new one for each export.")
    is_new = job.params["stored_name"] == params.stored_name
    if is_new:
        record_event(
            actor=member.user,
            verb="exported",
            object=job,
            after={"format": format_name, **({"with_authors": True} if with_authors else {})},
        )
    return job, is_new


def exports_of(project_id: int) -> QuerySet[Job]:
    """The project's exports, newest first."""
    return Job.objects.filter(project_id=project_id, kind=JOB_KIND).select_related("requested_by").order_by("-id")


def open_export(user: Any, export_id: int) -> tuple[Job, Membership]:
    """An export the user may have, by its project. Raises ``Http404`` or ``PermissionDenied``."""
    job = Job.objects.filter(pk=export_id, kind=JOB_KIND).first()
    if job is None:
        raise Http404
    member = open_project_by_id(user, job.project_id, Capability.EXPORT_LABELS)
    require(member, params_of(job).capability)
    return job, member


def open_export_file(job: Job) -> BinaryIO:
    """The export's file. Raises ``Conflict`` while it is not ready, ``Refusal`` when it has been removed."""
    if job.state != JobState.DONE:
        raise Conflict("This export is not ready." if not job.is_over else f"This export {job.state}: start a new one.")
    try:
        return files.open_export(params_of(job).stored_name)
    except FileNotFoundError as error:
        raise ExportGone(f"The file was removed after {KEPT_FOR.days} days: start a new export.") from error


def file_size(job: Job) -> int | None:
    """How many bytes the export's file has; None before it is complete and once it is removed."""
    return files.export_size(params_of(job).stored_name) if job.state == JobState.DONE else None


def params_of(job: Job) -> ExportParams:
    return msgspec.convert(job.params, ExportParams)


def file_name(job: Job, project: Project) -> str:
    """What a person's computer calls the file."""
    return f"{project.slug}-{job.created_at:%Y-%m-%d}-{job.pk}.{params_of(job).format}"


def clear_away(project_id: int) -> None:
    """Remove files that are too old, and those of exports that did not end well."""
    now = timezone.now()
    over = exports_of(project_id).filter(finished_at__gt=now - 10 * KEPT_FOR)  # older ones were looked at long ago
    for job in over.exclude(state=JobState.DONE) | over.filter(finished_at__lt=now - KEPT_FOR):
        files.delete_export(params_of(job).stored_name)


def _check(project: Project, format_name: str, chosen: Filter, *, spreadsheet_safe: bool, schema: int) -> None:
    errors = []
    if schema and not project.schema_versions.filter(number=schema).exists():
        errors.append({"path": "schema", "message": f"There is no schema version {schema}."})
    if format_name not in export_formats:
        errors.append({"path": "format", "message": f"Choose one of {', '.join(export_formats)}."})
    if spreadsheet_safe and format_name != "csv":
        errors.append({"path": "spreadsheet_safe", "message": "Only CSV is opened by spreadsheets."})
    if chosen.tasks not in {"labeled", "all"}:
        errors.append({"path": "filter.tasks", "message": "Choose labeled or all."})
    if chosen.value and not chosen.question:
        errors.append({"path": "filter.question", "message": "Say of which question this is the value."})
    if chosen.question and chosen.tasks == "all":
        errors.append({"path": "filter.question", "message": "This chooses among labeled tasks; leave tasks out."})
    if chosen.question and chosen.question not in project.schema.questions_by_name:
        known = ", ".join(project.schema.questions_by_name)
        errors.append({"path": "filter.question", "message": f"There is no such question; there are: {known}."})
    if errors:
        raise Refusal(errors[0]["message"], errors=errors)
