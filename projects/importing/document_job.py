"""The job that imports media files: file by file, each written with the place where to go on."""

import hashlib
import tempfile
import zipfile
from pathlib import Path

import msgspec
from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from labelplatform import uploads
from labelplatform.jobs.running import JobFailed, JobRun, JobStopped
from labelplatform.refusals import Refusal
from projects.assets import add_asset
from projects.importing.candidates import sort_rows
from projects.importing.documents import Document, DocumentRefused, list_documents, open_packed, unpack
from projects.importing.job import announce_tasks, finish_import
from projects.importing.mapping import DATA, EXTERNAL_ID, ColumnMapping
from projects.importing.media_values import MediaValues
from projects.importing.refusals import FileRefused
from projects.importing.rows import Row
from projects.importing.writing import write_batch
from projects.models import Asset, ImportRun


class Cursor(msgspec.Struct, frozen=True):
    """How many of the files are done with."""

    n_files: int = 0


def import_documents(job_run: JobRun) -> None:
    """Import until all files are done or this slice is over; what was committed is never done again."""
    run = ImportRun.objects.select_related("project__schema_version", "created_by").get(pk=job_run.params["import_run"])
    try:
        with uploads.open_stored(run.stored_name) as file, open_packed(file) as packed:
            _import_packed(job_run, run, packed)
    except FileNotFoundError as error:
        raise JobFailed("The uploaded file is gone from the server: upload it again.") from error
    except FileRefused as error:
        raise JobFailed(error.message) from error
    except JobStopped:
        announce_tasks(run)
        raise


def _import_packed(job_run: JobRun, run: ImportRun, packed: zipfile.ZipFile) -> None:
    field = run.project.schema.fields_by_name.get(run.options["field"])
    if field is None:
        raise JobFailed(f"No field is called {run.options['field']} any more: import the files again.")
    documents = list_documents(packed)
    cursor = msgspec.convert(job_run.cursor, Cursor)
    media = MediaValues(run.project_id, run.project.schema)
    mapping = ColumnMapping({"file": EXTERNAL_ID, "document": DATA + field.name})
    for document in documents[cursor.n_files :]:
        job_run.advance(message=f"Reading {document.name}"[:300])  # a sign of life: one may take a minute
        row = _row_of(run, packed, document, field.media)
        candidates, rejected = sort_rows([row], mapping, run.project.schema, media)
        with transaction.atomic():
            write_batch(run, candidates, rejected)
            done = msgspec.to_builtins(Cursor(document.number))
            if document.number == len(documents):
                finish_import(job_run, run, cursor=done, n_rows=len(documents))
                return
            job_run.advance(cursor=done, done=document.number, total=len(documents))
        if job_run.time_is_up():
            return


def _row_of(run: ImportRun, packed: zipfile.ZipFile, document: Document, media: frozenset[str]) -> Row:
    """The file as a row that names an asset, or says what is wrong."""
    raw = document.name.encode()
    try:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder, "document")
            unpack(packed, document, path, media)
            asset = _asset_of(run, path, document.name, media)
    except (DocumentRefused, Refusal) as error:
        return Row(document.number, {}, raw, str(error))
    reference = {"asset": asset.content_hash, "name": document.name}
    return Row(document.number, {"file": document.external_id, "document": reference}, raw)


def _asset_of(run: ImportRun, path: Path, name: str, media: frozenset[str]) -> Asset:
    """A file that is kept already just so is not read again: a ZIP is often imported twice."""
    with path.open("rb") as content:
        known = Asset.objects.filter(
            project_id=run.project_id,
            media_type__in=media,
            content_hash=hashlib.file_digest(content, "sha256").hexdigest(),
        ).first()
    if known is not None and uploads.is_kept(known.stored_name):
        return known
    with path.open("rb") as content:
        asset, _ = add_asset(
            run.project, File(content, name=name), by=run.created_by, accepted=media, wishes=["first-frame"]
        )
    return asset
