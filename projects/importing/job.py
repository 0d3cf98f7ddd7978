"""The job that imports a stored file: batch by batch, each in one transaction with the place where to go on."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, BinaryIO, NamedTuple

import msgspec
from django.db import transaction

from labelplatform import uploads
from labelplatform.bulk_rows import settle_tables, unmapped_database
from labelplatform.jobs.running import JobFailed, JobRun, JobStopped
from projects.importing.byte_source import ContentStream
from projects.importing.candidates import Candidate, Rejected, sort_rows
from projects.importing.formats import open_rows
from projects.importing.labels import AnswerReader, receiver_of
from projects.importing.mapping import OTHERS, ColumnMapping
from projects.importing.media_values import MediaValues
from projects.importing.read_ahead import read_ahead
from projects.importing.refusals import FileBroken
from projects.importing.rows import Place, ReadOptions, Row
from projects.importing.writing import SchemaHasChanged, write_batch
from projects.models import ImportFormat, ImportRun, Project, Task, TaskContent
from projects.signals import tasks_imported

ROWS_IN_A_BATCH = 2_000
_BYTES_IN_A_BATCH = 8_000_000
_ROWS_WITH_FILES = 50  # a short row may name a long file
_MANY_ROWS = 5_000
_PATIENCE_SECONDS = 10.0


class Cursor(msgspec.Struct, frozen=True):
    """What a job keeps between transactions: the place behind the last written row, and how many there were."""

    place: Place = Place()
    n_rows: int = 0


class _Batch(NamedTuple):
    """Rows that are judged and wait to be written, and where the file stands behind them."""

    candidates: Sequence[Candidate]
    rejected: Sequence[Rejected]
    cursor: Cursor
    share_read: float
    is_last: bool = False
    breakage: str = ""


def import_tasks(job_run: JobRun) -> None:
    """Import until the file ends or this slice is over; what was committed is never done again."""
    run = ImportRun.objects.select_related("project__schema_version").get(pk=job_run.params["import_run"])
    try:
        file = uploads.open_stored(run.stored_name)
    except FileNotFoundError as error:
        raise JobFailed("The uploaded file is gone from the server: upload it again.") from error
    start = msgspec.convert(job_run.cursor, Cursor)
    # Judging rows needs no lock: on SQLite nobody else can write while a transaction is open, so it is kept short.
    with file, unmapped_database(), closing(_read_ahead(file, run, start)) as batches:
        for batch in batches:
            if batch is None:
                job_run.advance()  # a row of gigabytes takes its time: a sign of life
                continue
            try:
                with transaction.atomic():
                    write_batch(run, batch.candidates, batch.rejected)
                    _note_progress(job_run, run, batch)
            except JobStopped:
                announce_tasks(run)
                raise
            except SchemaHasChanged:
                break  # the next slice reads what is asked now, and judges these rows again
            if batch.breakage:
                announce_tasks(run)
                raise JobFailed(_what_broke(batch))
            if batch.is_last and batch.cursor.n_rows >= _MANY_ROWS:
                settle_tables(Task, TaskContent)
            if job_run.time_is_up():
                break


def _note_progress(job_run: JobRun, run: ImportRun, batch: _Batch) -> None:
    n_rows = batch.cursor.n_rows
    cursor = msgspec.to_builtins(batch.cursor)
    if batch.breakage or not batch.is_last:
        estimate = max(n_rows, round(n_rows / batch.share_read)) if batch.share_read else None
        job_run.advance(cursor=cursor, done=n_rows, total=estimate)
        return
    finish_import(job_run, run, cursor=cursor, n_rows=n_rows)


def finish_import(job_run: JobRun, run: ImportRun, *, cursor: Any, n_rows: int) -> None:
    """Mark the import done with its counts, in the caller's transaction; its file goes, and its tasks are announced."""
    run.refresh_from_db()
    counts = {
        "created": run.created_count,
        "updated": run.updated_count,
        "unchanged": run.unchanged_count,
        "rejected": run.rejected_count,
    }
    receiver = receiver_of(run)
    if receiver is not None:
        counts["labeled"] = run.labeled_count
        receiver.finish(run)
    words = [f"{count:,} {word}" for word, count in counts.items() if count or word == "created"]
    job_run.finish(message=", ".join(words), cursor=cursor, done=n_rows, total=n_rows, result=counts)
    transaction.on_commit(partial(announce_tasks, run))
    transaction.on_commit(partial(uploads.delete_stored, run.stored_name))


def _read_ahead(file: BinaryIO, run: ImportRun, start: Cursor) -> Generator[_Batch | None, None, None]:
    unjudged = _batches(file, run, start)
    if not run.project.schema.media_fields:
        yield from read_ahead((judge() for judge in unjudged), patience_seconds=_PATIENCE_SECONDS)
        return
    # rows name files, which the database knows: it is asked by the thread that the job runs in
    with closing(read_ahead(unjudged, patience_seconds=_PATIENCE_SECONDS)) as batches:
        for judge in batches:
            yield judge() if judge else None


def _batches(file: BinaryIO, run: ImportRun, start: Cursor) -> Iterator[Callable[[], _Batch]]:
    """What judges rows, in batches that fit into memory; the last one is marked, and may be empty."""
    options = ReadOptions(
        encoding=run.options["encoding"],
        delimiter=run.options["delimiter"],
        has_header=run.options["has_header"],
        columns=tuple(run.options["columns"]),
    )
    stream = ContentStream(file, encoding=options.encoding)
    reader = open_rows(stream, run.format, options, start.place)
    media = MediaValues(run.project_id, run.project.schema)
    receiver = receiver_of(run)
    labels = AnswerReader(run.project.schema, receiver.wants_all) if receiver else None
    judge = partial(_judged, file, run, _mapping(run), media, labels)
    most = _ROWS_WITH_FILES if run.project.schema.media_fields else ROWS_IN_A_BATCH
    rows: list[Row] = []
    n_bytes = 0
    n_before = start.n_rows
    try:
        for row in reader:
            rows.append(row)
            n_bytes += len(row.raw)
            if len(rows) >= most or n_bytes >= _BYTES_IN_A_BATCH:
                yield partial(judge, rows, reader.place, n_before)
                n_before += len(rows)
                rows, n_bytes = [], 0
    except FileBroken as error:
        yield partial(judge, rows, reader.place, n_before, breakage=str(error))
    else:
        yield partial(judge, rows, reader.place, n_before, is_last=True)


def _judged(
    file: BinaryIO,
    run: ImportRun,
    mapping: ColumnMapping,
    media: MediaValues,
    labels: AnswerReader | None,
    rows: Sequence[Row],
    place: Place,
    n_before: int,
    **ending: Any,
) -> _Batch:
    # a list may stand on one line, so that its rows are better named by number
    prefix = partial("Element {:,}: ".format) if run.format == ImportFormat.JSON else None
    schema = run.project.schema
    candidates, rejected = sort_rows(
        rows, mapping, schema, media, labels=labels, first_number=n_before + 1, prefix=prefix
    )
    share_read = min(1.0, file.tell() / run.size) if run.size else 1.0
    return _Batch(candidates, rejected, Cursor(place, n_before + len(rows)), share_read, **ending)


def _mapping(run: ImportRun) -> ColumnMapping:
    targets = dict(run.options["mapping"])
    others = targets.pop(OTHERS)
    return ColumnMapping(targets, others)


def _what_broke(batch: _Batch) -> str:
    return (
        f"{batch.breakage} The {batch.cursor.n_rows:,} rows before that place (up to line {batch.cursor.place.line:,})"
        " were read; import the whole file again, and what is there already will be recognised."
    )


def announce_tasks(run: ImportRun) -> None:
    """Tell those who wait for tasks, once the run has come to an end, good or bad."""
    run.refresh_from_db()
    if run.created_count or run.updated_count:
        tasks_imported.send_robust(Project, project_id=run.project_id)
