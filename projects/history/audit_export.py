"""Write a project's audit log into a file: the job that does it, and its files afterwards."""

import secrets
import uuid
from datetime import timedelta
from typing import Any, BinaryIO

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from labelplatform import export_files as files
from labelplatform.csv_lines import CsvLines
from labelplatform.events.models import Event, record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import JobRun, enqueue_job
from labelplatform.refusals import Conflict, Refusal
from projects.history.audit_log import EventFilter, Place, all_events, next_events, place_of
from projects.models import Membership, Project

JOB_KIND = "export_audit_log"
FORMATS = ("csv", "jsonl")
KEPT_FOR = timedelta(days=7)
EVENTS_IN_A_BATCH = 5_000

_COLUMNS = (
    *("id", "at", "person", "email", "act", "object_type", "object_id", "object_name"),
    *("before", "after", "undoes"),
)


class AuditExportGone(Refusal):
    status_code = 410
    title = "This is no longer here."


class Params(msgspec.Struct, frozen=True):
    """What was asked for; ``stored_name`` is the file's name on disk."""

    format: str
    filter: EventFilter
    stored_name: str


class Cursor(msgspec.Struct, frozen=True):
    """Before which event to go on, and how long the file was then."""

    before: str = ""
    n_bytes: int = 0
    n_events: int = 0
    total: int = 0


def start_audit_export(
    member: Membership, *, format_name: str, wanted: EventFilter, key: uuid.UUID | None = None
) -> tuple[Job, bool]:
    """Enqueue an export; the second value tells a new one from a repeated call. Raises ``Refusal``."""
    if format_name not in FORMATS:
        message = f"Choose one of {', '.join(FORMATS)}."
        raise Refusal(message, errors=[{"path": "format", "message": message}])
    _clear_away(member.project_id)
    params = Params(format_name, wanted, secrets.token_hex(16))
    with transaction.atomic():
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
            record_event(actor=member.user, verb="exported the audit log", object=job, after={"format": format_name})
    return job, is_new


def audit_exports_of(project_id: int) -> QuerySet[Job]:
    """The project's exports of its log, newest first."""
    return Job.objects.filter(project_id=project_id, kind=JOB_KIND).select_related("requested_by").order_by("-id")


def find_audit_export(member: Membership, export_id: int) -> Job:
    """An export of this project's log; else ``Http404``."""
    job = audit_exports_of(member.project_id).filter(pk=export_id).first()
    if job is None:
        raise Http404
    return job


def open_audit_file(job: Job) -> BinaryIO:
    """The export's file. Raises ``Conflict`` while it is not ready, ``Refusal`` when it has been removed."""
    if job.state != JobState.DONE:
        raise Conflict("This export is not ready." if not job.is_over else f"This export {job.state}: start a new one.")
    try:
        return files.open_export(params_of(job).stored_name)
    except FileNotFoundError as error:
        raise AuditExportGone(f"The file was removed after {KEPT_FOR.days} days: start a new export.") from error


def is_ready(job: Job) -> bool:
    return job.state == JobState.DONE and files.export_size(params_of(job).stored_name) is not None


def file_name(job: Job, project: Project) -> str:
    """What a person's computer calls the file."""
    return f"{project.slug}-audit-log-{job.created_at:%Y-%m-%d}-{job.pk}.{params_of(job).format}"


def params_of(job: Job) -> Params:
    return msgspec.convert(job.params, Params)


def export_audit_log(job_run: JobRun) -> None:
    """Job kind: write the file, five thousand events at a time, until it is complete or this slice is over."""
    params, project_id = params_of(job_run.job), job_run.job.project_id or 0
    cursor = msgspec.convert(job_run.cursor, Cursor)
    if not cursor.n_bytes:
        cursor = Cursor(total=all_events(project_id, params.filter).count())
    encode = _as_csv if params.format == "csv" else _as_json_lines
    with files.open_part(params.stored_name, cursor.n_bytes) as file:
        if not cursor.n_bytes and params.format == "csv":
            file.write(CsvLines().encode([_COLUMNS]))
        while not job_run.time_is_up():
            before = Place.parse(cursor.before) if cursor.before else None
            events = next_events(project_id, params.filter, before, EVENTS_IN_A_BATCH)
            file.write(encode(events))
            files.sync(file)
            if not events:
                break
            n_events = cursor.n_events + len(events)
            cursor = msgspec.structs.replace(
                cursor, before=str(place_of(events[-1])), n_bytes=file.tell(), n_events=n_events
            )
            job_run.advance(cursor=msgspec.to_builtins(cursor), done=n_events, total=max(cursor.total, n_events))
        else:
            return
        n_bytes = file.tell()
    with transaction.atomic():
        told = "1 event" if cursor.n_events == 1 else f"{cursor.n_events:,} events"
        result = {"events": cursor.n_events, "bytes": n_bytes}
        job_run.finish(message=told, result=result, done=cursor.n_events, total=cursor.n_events)
        files.complete(params.stored_name)


def _as_csv(events: list[Event]) -> bytes:
    """Names come from people, so what a spreadsheet would run as a formula is always made harmless."""
    rows = [[_json(cell) if isinstance(cell, dict) else cell for cell in _cells(event)] for event in events]
    return CsvLines(spreadsheet_safe=True).encode(rows)


def _as_json_lines(events: list[Event]) -> bytes:
    return msgspec.json.Encoder().encode_lines([dict(zip(_COLUMNS, _cells(event), strict=True)) for event in events])


def _cells(event: Event) -> list[Any]:
    actor = event.actor
    return [
        event.pk,
        event.at.isoformat().replace("+00:00", "Z"),
        actor.display_name if actor else None,
        actor.email if actor else None,
        event.verb,
        event.object_type,
        event.object_id,
        event.object_name,
        event.before,
        event.after,
        event.undoes_id,
    ]


def _json(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value).decode() if value else ""


def _clear_away(project_id: int) -> None:
    """Remove files that are too old, and those of exports that did not end well."""
    now = timezone.now()
    over = audit_exports_of(project_id).filter(finished_at__gt=now - 10 * KEPT_FOR)
    for job in over.exclude(state=JobState.DONE) | over.filter(finished_at__lt=now - KEPT_FOR):
        files.delete_export(params_of(job).stored_name)
