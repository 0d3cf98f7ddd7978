"""Start imports of PDFs: keep the files, look at their names, and enqueue the job that reads them."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from labelplatform import uploads
from labelplatform.media_types import PDF
from projects.importing.documents import Document, are_documents, keep_documents, list_documents, open_packed
from projects.importing.refusals import FileRefused
from projects.importing.runs import clear_away, enqueue_run, import_once, stored_file
from projects.models import ImportFormat, ImportRun, Membership, OnConflict
from projects.schema import Field, Schema


def document_fields(schema: Schema) -> list[Field]:
    """The fields that an imported PDF can become."""
    return [field for field in schema.media_fields if PDF in field.media]


def come_as_documents(member: Membership, files: Sequence[UploadedFile]) -> bool:
    """Whether each of the files, or of what is in one ZIP, is to become a task."""
    return are_documents(files, zip_too=bool(document_fields(member.project.schema)))


def keep_document_run(member: Membership, files: Sequence[UploadedFile], *, key: uuid.UUID | None = None) -> ImportRun:
    """Make a run of PDFs, or of one ZIP with PDFs, that waits to be started. Raises ``FileRefused``."""
    _refuse_without_field(member)
    return _keep(member, keep_documents(files), _name_of(files), key or uuid.uuid4())


def packed_documents(run: ImportRun) -> list[Document]:
    """The files of a run that has not been started. Raises ``FileRefused``."""
    with stored_file(run) as file, open_packed(file) as packed:
        return list_documents(packed)


def start_document_run(member: Membership, run: ImportRun, *, field: str = "", on_conflict: str) -> ImportRun:
    """Enqueue the import; without ``field`` the files become the only one there is. Raises ``Refusal``."""
    if run.job_id is not None:
        return run
    _refuse_without_field(member)
    names = [one.name for one in document_fields(member.project.schema)]
    field = field or (names[0] if len(names) == 1 else "")
    if field not in names:
        raise FileRefused(f"Say which field the files become: {' or '.join(names)}.", path="field")
    run.options = {"field": field}
    return enqueue_run(member, run, job_kind="import_documents", on_conflict=on_conflict)


def import_document_files(
    member: Membership,
    files: Sequence[UploadedFile],
    *,
    field: str = "",
    on_conflict: str = OnConflict.REJECT,
    key: uuid.UUID | None = None,
) -> tuple[ImportRun, bool]:
    """Import PDFs without looking at them first; the second value tells a new run from a repeated call."""
    _refuse_without_field(member)
    key = key or uuid.uuid4()
    stored = keep_documents(files)
    return import_once(
        member,
        key=key,
        stored=stored,
        keep=lambda: _keep(member, stored, _name_of(files), key),
        start=lambda run: start_document_run(member, run, field=field, on_conflict=on_conflict),
    )


def _keep(member: Membership, stored: uploads.StoredFile, name: str, key: uuid.UUID) -> ImportRun:
    clear_away(member.project_id)
    try:
        with uploads.open_stored(stored.name) as file, open_packed(file) as packed:
            list_documents(packed)
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
        format=ImportFormat.PDF,
    )


def _refuse_without_field(member: Membership) -> None:
    if not document_fields(member.project.schema):
        raise FileRefused(
            "The file is a PDF document, and no field of this project shows PDFs: "
            "add one of the kind “PDF pages” to what is asked first.",
            wrong_type=True,
        )


def _name_of(files: Sequence[UploadedFile]) -> str:
    first = uploads.shown_name(files[0])
    return first if len(files) == 1 else f"{first[:200]} and {len(files) - 1} more"
