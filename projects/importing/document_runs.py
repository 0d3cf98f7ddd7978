"""Start imports of media files: keep them, look at their names, and enqueue the job that reads them."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from labelplatform import uploads
from labelplatform.media_types import MEDIA_TYPES, NotTaken, endings_of, media_type_of
from projects.importing.documents import (
    Document,
    are_documents,
    head_of,
    is_zip,
    keep_documents,
    list_documents,
    open_packed,
    refuse_other_zip,
)
from projects.importing.refusals import FileRefused
from projects.importing.runs import clear_away, enqueue_run, import_once, stored_file
from projects.models import ImportFormat, ImportRun, Membership, OnConflict
from projects.schema import Field, Schema, field_kinds


def come_as_documents(member: Membership, files: Sequence[UploadedFile]) -> bool:
    """Whether each of the files, or of what is in one ZIP, is to become a task."""
    return are_documents(files, zip_too=bool(member.project.schema.media_fields))


def keep_document_run(member: Membership, files: Sequence[UploadedFile], *, key: uuid.UUID | None = None) -> ImportRun:
    """Make a run of media files, or of one ZIP with such, that waits to be started. Raises ``FileRefused``."""
    _refuse_without_field(member, files)
    is_packed = is_zip(files[0])
    return _keep(member, keep_documents(files), _name_of(files), key or uuid.uuid4(), is_packed=is_packed)


def packed_documents(run: ImportRun) -> list[Document]:
    """The files of a run that has not been started. Raises ``FileRefused``."""
    with stored_file(run) as file, open_packed(file) as packed:
        return list_documents(packed)


def fitting_fields(schema: Schema, documents: Sequence[Document]) -> list[Field]:
    """The fields that files called like these can become."""
    names = [document.name.lower() for document in documents]
    return [
        field for field in schema.media_fields if any(name.endswith(endings_of(field.media)) for name in names)
    ] or list(schema.media_fields)


def start_document_run(member: Membership, run: ImportRun, *, field: str = "", on_conflict: str) -> ImportRun:
    """Enqueue the import; without ``field`` the files become the only one there is. Raises ``Refusal``."""
    if run.job_id is not None:
        return run
    _refuse_without_field(member)
    names = [one.name for one in fitting_fields(member.project.schema, packed_documents(run))]
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
    """Import media files without looking at them first; the second value tells a new run from a repeated call."""
    _refuse_without_field(member, files)
    key = key or uuid.uuid4()
    is_packed = is_zip(files[0])
    stored = keep_documents(files)
    return import_once(
        member,
        key=key,
        stored=stored,
        keep=lambda: _keep(member, stored, _name_of(files), key, is_packed=is_packed),
        start=lambda run: start_document_run(member, run, field=field, on_conflict=on_conflict),
    )


def _keep(member: Membership, stored: uploads.StoredFile, name: str, key: uuid.UUID, *, is_packed: bool) -> ImportRun:
    clear_away(member.project_id)
    try:
        with uploads.open_stored(stored.name) as file, open_packed(file) as packed:
            documents = list_documents(packed)
        if is_packed:
            refuse_other_zip(documents, _media_of(member.project.schema))
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
        format=ImportFormat.FILES,
    )


def _media_of(schema: Schema) -> set[str]:
    return {name for field in schema.media_fields for name in field.media}


def _refuse_without_field(member: Membership, files: Sequence[UploadedFile] = ()) -> None:
    """A file of a kind that the project could show, but does not; what cannot be shown at all is said file by file."""
    shown = _media_of(member.project.schema)
    for file in files:
        try:
            kind = media_type_of(head_of(file), MEDIA_TYPES)
        except NotTaken:
            continue
        if kind.name not in shown:
            wanted = next(one.label for one in field_kinds.objects() if kind.name in one.media)
            raise FileRefused(
                f"{uploads.shown_name(file)} is a {kind.title} file, and no field of this project shows such files: "
                f"add one of the kind “{wanted}” to what is asked first.",
                wrong_type=True,
            )
    if not shown:
        raise FileRefused("No field of this project shows files: add one to what is asked first.", wrong_type=True)


def _name_of(files: Sequence[UploadedFile]) -> str:
    first = uploads.shown_name(files[0])
    return first if len(files) == 1 else f"{first[:200]} and {len(files) - 1} more"
