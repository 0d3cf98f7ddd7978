"""The job that stores a file's predictions: batch by batch, each in one transaction with the place where to go on."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import BinaryIO, NamedTuple

import msgspec
from django.db import transaction

from labelplatform import uploads
from labelplatform.bulk_rows import settle_tables, unmapped_database
from labelplatform.jobs.running import JobFailed, JobRun
from models_app.models import Prediction, PredictionRun
from models_app.sources.checking import Checked, RowChecker
from models_app.sources.jobs import request_measuring
from models_app.sources.storing import store_batch
from projects.importing.byte_source import ContentStream
from projects.importing.candidates import Rejected
from projects.importing.formats import import_formats, open_rows
from projects.importing.read_ahead import read_ahead
from projects.importing.refusals import FileBroken
from projects.importing.rows import Place, ReadOptions, Row

ROWS_IN_A_BATCH = 5_000
_BYTES_IN_A_BATCH = 8_000_000
_MANY_ROWS = 5_000
_PATIENCE_SECONDS = 10.0


class Cursor(msgspec.Struct, frozen=True):
    """What the job keeps between transactions: the place behind the last stored row, and how many there were."""

    place: Place = Place()
    n_rows: int = 0


class _Rows(NamedTuple):
    """Rows that were read, and where the file stands behind them."""

    rows: Sequence[Row]
    cursor: Cursor
    share_read: float
    is_last: bool = False
    breakage: str = ""


def store_predictions(job_run: JobRun) -> None:
    """Job kind: store until the file ends or this slice is over; what was committed is never done again."""
    runs = PredictionRun.objects.select_related("project__schema_version", "source")
    run = runs.get(pk=job_run.params["prediction_run"])
    try:
        file = uploads.open_stored(run.stored_name)
    except (FileNotFoundError, ValueError) as error:
        raise JobFailed("The uploaded file is gone from the server: upload it again.") from error
    version = run.project.current_schema_version
    is_table = import_formats.get(run.options["format"]).is_table
    checker = RowChecker(run.project_id, version.schema, run.source_id, reads_cells=is_table)
    start = msgspec.convert(job_run.cursor, Cursor)
    with file, unmapped_database(), closing(_read_ahead(file, run, start)) as batches:
        for batch in batches:
            if batch is None:
                job_run.advance()  # a row of gigabytes takes its time: a sign of life
                continue
            checked, rejected = _judged(checker, run, batch)
            with transaction.atomic():
                store_batch(run, checked, rejected, schema_version_id=version.pk)
                _note_progress(job_run, run, batch)
            if batch.breakage:
                raise JobFailed(f"{batch.breakage} The {batch.cursor.n_rows:,} rows before that place were read.")
            if batch.is_last and batch.cursor.n_rows >= _MANY_ROWS:
                settle_tables(Prediction)
            if job_run.time_is_up():
                break


def _judged(checker: RowChecker, run: PredictionRun, batch: _Rows) -> tuple[list[Checked], list[Rejected]]:
    first = batch.cursor.n_rows - len(batch.rows) + 1
    prefix = partial("Element {:,}: ".format) if run.options["format"] == "json" or not run.original_name else None
    return checker.check(batch.rows, first_number=first, prefix=prefix)


def _note_progress(job_run: JobRun, run: PredictionRun, batch: _Rows) -> None:
    n_rows = batch.cursor.n_rows
    cursor = msgspec.to_builtins(batch.cursor)
    if batch.breakage or not batch.is_last:
        estimate = max(n_rows, round(n_rows / batch.share_read)) if batch.share_read else None
        job_run.advance(cursor=cursor, done=n_rows, total=estimate)
        return
    counts = {"stored": run.stored_count, "rejected": run.rejected_count}
    words = [f"{count:,} {word}" for word, count in counts.items() if count or word == "stored"]
    job_run.finish(message=", ".join(words), cursor=cursor, done=n_rows, total=n_rows, result=counts)
    PredictionRun.objects.filter(pk=run.pk).update(stored_name="")
    transaction.on_commit(partial(uploads.delete_stored, run.stored_name))
    if run.stored_count:
        request_measuring(run.source)


def _read_ahead(file: BinaryIO, run: PredictionRun, start: Cursor) -> Generator[_Rows | None, None, None]:
    return read_ahead(_batches(file, run, start), patience_seconds=_PATIENCE_SECONDS)


def _batches(file: BinaryIO, run: PredictionRun, start: Cursor) -> Iterator[_Rows]:
    """Rows in batches that fit into memory; the last one is marked, and may be empty."""
    options = ReadOptions(
        encoding=run.options["encoding"], delimiter=run.options["delimiter"], columns=tuple(run.options["columns"])
    )
    reader = open_rows(ContentStream(file, encoding=options.encoding), run.options["format"], options, start.place)
    rows: list[Row] = []
    n_bytes, n_before = 0, start.n_rows

    def batch(*, is_last: bool = False, breakage: str = "") -> _Rows:
        share_read = min(1.0, file.tell() / run.size) if run.size else 1.0
        return _Rows(rows, Cursor(reader.place, n_before + len(rows)), share_read, is_last, breakage)

    try:
        for row in reader:
            rows.append(row)
            n_bytes += len(row.raw)
            if len(rows) >= ROWS_IN_A_BATCH or n_bytes >= _BYTES_IN_A_BATCH:
                yield batch()
                n_before += len(rows)
                rows, n_bytes = [], 0
    except FileBroken as error:
        yield batch(breakage=str(error))
    else:
        yield batch(is_last=True)
