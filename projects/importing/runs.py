"""Start imports: look at a file, keep it, and enqueue the job that reads it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from labelplatform import uploads
from labelplatform.events.models import record_event
from labelplatform.jobs.models import JobState
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Conflict, Refusal
from projects.access import require
from projects.assets import forget_unused_assets
from projects.importing.label_columns import ANSWERS, AUTHOR
from projects.importing.labels import receiver_named
from projects.importing.preview import Preview, Wishes, preview_file
from projects.importing.refusals import FileRefused
from projects.models import ImportFormat, ImportRun, Membership, OnConflict, ProjectState

# A file that was looked at and never imported is kept this long.
_UNSTARTED_FOR = timedelta(days=1)


class NotTheSameImport(Conflict):
    """The key belongs to an import of another project."""


def keep_file(
    member: Membership, *, stored: uploads.StoredFile, name: str, wishes: Wishes, key: uuid.UUID
) -> ImportRun:
    """Make a run of a stored file that waits to be started. Raises ``FileRefused``, and then the file is gone."""
    clear_away(member.project_id)
    try:
        with uploads.open_stored(stored.name) as file:
            preview = preview_file(file, name, member.project.schema, wishes, project_id=member.project_id)
    except FileRefused:
        uploads.delete_stored(stored.name)
        raise
    return ImportRun.objects.create(
        project=member.project,
        created_by=member.user,
        key=key,
        original_name=name,
        stored_name=stored.name,
        size=stored.size,
        format=preview.detected.format,
        options=_options(preview),
    )


def preview_run(run: ImportRun, wishes: Wishes) -> Preview:
    """Look at the file of a run that has not been started. Raises ``FileRefused``."""
    with stored_file(run) as file:
        return preview_file(file, run.original_name, run.project.schema, wishes, project_id=run.project_id)


def start_run(member: Membership, run: ImportRun, *, wishes: Wishes, on_conflict: str) -> ImportRun:
    """Enqueue the import of a run; one that has been started stays as it is. Raises ``Refusal``."""
    if run.job_id is not None:
        return run
    preview = preview_run(run, wishes)
    if preview.mapping_problem:
        raise FileRefused(preview.mapping_problem, path="mapping")
    run.format = ImportFormat(preview.detected.format)
    run.options = _options(preview)
    if preview.labels:
        receiver = receiver_named(preview.labels)
        require(member, receiver.capability)
        run.options |= receiver.prepare(member, run)
    return enqueue_run(member, run, job_kind="import_tasks", on_conflict=on_conflict)


def enqueue_run(member: Membership, run: ImportRun, *, job_kind: str, on_conflict: str) -> ImportRun:
    """Enqueue the job that imports a run's file as its format and options say. Raises ``Refusal``."""
    if on_conflict not in OnConflict.values:
        message = f"{on_conflict!r:.40} is neither reject nor update."
        raise Refusal(message, errors=[{"path": "on_conflict", "message": message}])
    if member.project.state == ProjectState.ARCHIVED:
        raise Conflict("The project is archived: nothing can be imported into it.")
    with transaction.atomic():
        stored = ImportRun.objects.select_for_update(of=("self",)).select_related("project").get(pk=run.pk)
        if stored.job_id is not None:
            return stored
        run.on_conflict = OnConflict(on_conflict)
        run.job = enqueue_job(
            job_kind,
            project_id=run.project_id,
            params={"import_run": run.pk},
            requested_by=member.user,
            exclusive_key=f"import:{run.project_id}",
        )
        run.save(update_fields=["format", "options", "on_conflict", "job"])
        after = {"format": run.format, "bytes": run.size}
        if run.options.get("labels"):
            after["labels"] = run.options["labels"]
        record_event(actor=member.user, verb="imported", object=run, after=after)
    return run


def import_file(
    member: Membership,
    *,
    stored: uploads.StoredFile,
    name: str,
    wishes: Wishes,
    on_conflict: str = OnConflict.REJECT,
    key: uuid.UUID | None = None,
) -> tuple[ImportRun, bool]:
    """Import a stored file without looking at it first; the second value tells a new run from a repeated call."""
    key = key or uuid.uuid4()
    return import_once(
        member,
        key=key,
        stored=stored,
        keep=lambda: keep_file(member, stored=stored, name=name, wishes=wishes, key=key),
        start=lambda run: start_run(member, run, wishes=wishes, on_conflict=on_conflict),
    )


def import_once(
    member: Membership,
    *,
    key: uuid.UUID,
    stored: uploads.StoredFile,
    keep: Callable[[], ImportRun],
    start: Callable[[ImportRun], ImportRun],
) -> tuple[ImportRun, bool]:
    """Make and start a run of a stored file unless the key has one; the second value tells a new run from that."""
    earlier = find_by_key(member, key)
    if earlier is not None:
        uploads.delete_stored(stored.name)
        return earlier, False
    try:
        run = keep()
    except IntegrityError:  # the same call, at the same moment
        uploads.delete_stored(stored.name)
        twin = find_by_key(member, key)
        if twin is None:
            raise
        return twin, False
    try:
        return start(run), True
    except Refusal:
        drop_run(run)
        raise


def import_rows(
    member: Membership,
    *,
    tasks: list[dict[str, Any]],
    on_conflict: str = OnConflict.REJECT,
    labels: str = "",
    key: uuid.UUID | None = None,
) -> tuple[ImportRun, bool]:
    """Import tasks that came in the body of a request: ``{"external_id", "data", "metadata", "answers", "author"}``."""
    lines = b"".join(msgspec.json.encode(task) + b"\n" for task in tasks)
    fields = {f"data.{field.name}": f"data.{field.name}" for field in member.project.schema.fields}
    mapping = {**fields, "external_id": "external_id", "*": "metadata"}
    if labels or any(task.get("answers") for task in tasks):
        mapping |= {"answers": ANSWERS, "author": AUTHOR}
    wishes = Wishes(format="jsonl", encoding="utf-8", mapping=mapping, labels=labels)
    return import_file(
        member, stored=uploads.store_bytes(lines), name="", wishes=wishes, on_conflict=on_conflict, key=key
    )


def drop_run(run: ImportRun) -> None:
    """Forget a run that was never started, with its file."""
    uploads.delete_stored(run.stored_name)
    ImportRun.objects.filter(pk=run.pk, job=None).delete()


def clear_away(project_id: int) -> None:
    """Remove files that no import needs any more, and runs that nobody started."""
    runs = ImportRun.objects.filter(project_id=project_id)
    for run in runs.filter(job=None, created_at__lt=timezone.now() - _UNSTARTED_FOR):
        drop_run(run)
    over = runs.filter(job__state__in=[JobState.FAILED, JobState.CANCELLED, JobState.DONE]).exclude(stored_name="")
    for run in over:
        uploads.delete_stored(run.stored_name)
    over.update(stored_name="")
    forget_unused_assets(project_id)


def find_by_key(member: Membership, key: uuid.UUID) -> ImportRun | None:
    run = ImportRun.objects.select_related("job", "project").filter(key=key).first()
    if run is not None and run.project_id != member.project_id:
        raise NotTheSameImport("This key was used for something else. Make a new one for each import.")
    return run


def stored_file(run: ImportRun) -> BinaryIO:
    """The uploaded file of a run. Raises ``FileRefused`` when it is gone."""
    try:
        return uploads.open_stored(run.stored_name)
    except (FileNotFoundError, ValueError) as error:
        raise FileRefused("The uploaded file is gone from the server: upload it again.") from error


def _options(preview: Preview) -> dict[str, Any]:
    options = preview.read_options()
    return {
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "has_header": options.has_header,
        "columns": list(options.columns),
        "mapping": preview.mapping.as_json(),
        "is_gzipped": preview.detected.is_gzipped,
        "labels": preview.labels,
    }
