"""The job that writes an export: a batch of tasks, the file on disk, then the place where to go on."""

import msgspec
from django.db import transaction

from annotations.exporting.exports import params_of
from annotations.exporting.labeled_tasks import Filter, Words, chosen_task_ids, next_batch, question_names
from annotations.exporting.writers import Writer, export_formats
from annotations.models import FinalLabel
from labelplatform import export_files as files
from labelplatform.bulk_rows import settle_tables
from labelplatform.jobs.running import JobRun
from projects.models import Project


class Cursor(msgspec.Struct, frozen=True):
    """Behind which task to go on, and how long the file was then; the columns are decided once."""

    after: int = 0
    n_bytes: int = 0
    n_tasks: int = 0
    total: int = 0
    fields: list[str] = []
    questions: list[str] = []
    schema: int = 0


def export_labels(job_run: JobRun) -> None:
    """Write the file until it is complete or this slice is over."""
    params = params_of(job_run.job)
    project = Project.objects.select_related("schema_version").get(pk=job_run.job.project_id or 0)
    cursor = msgspec.convert(job_run.cursor, Cursor)
    if not cursor.n_bytes:
        settle_tables(FinalLabel)  # with figures from before many labels came, each batch would be sought among all
        cursor = _first_cursor(project, params.filter, _words(project, params.schema))
    words = _words(project, cursor.schema)
    writer: Writer = export_formats.get(params.format)(
        fields=cursor.fields,
        questions=cursor.questions,
        spreadsheet_safe=params.spreadsheet_safe,
        with_authors=params.with_authors,
    )
    with files.open_part(params.stored_name, cursor.n_bytes) as file:
        if not cursor.n_bytes:
            file.write(writer.head())
        while not job_run.time_is_up():
            tasks = next_batch(project, params.filter, cursor.after, words, with_authors=params.with_authors)
            file.write(writer.encode(tasks))
            files.sync(file)
            if not tasks:
                break
            n_tasks = cursor.n_tasks + len(tasks)
            cursor = msgspec.structs.replace(cursor, after=tasks[-1].task_id, n_bytes=file.tell(), n_tasks=n_tasks)
            job_run.advance(cursor=msgspec.to_builtins(cursor), done=n_tasks, total=max(cursor.total, n_tasks))
        else:
            return
        n_bytes = file.tell()
    with transaction.atomic():
        result = {"tasks": cursor.n_tasks, "bytes": n_bytes}
        job_run.finish(message=f"{cursor.n_tasks:,} tasks", result=result, done=cursor.n_tasks, total=cursor.n_tasks)
        files.complete(params.stored_name)


def _words(project: Project, number: int) -> Words:
    return Words(project.schema_versions.get(number=number) if number else project.current_schema_version)


def _first_cursor(project: Project, chosen: Filter, words: Words) -> Cursor:
    return Cursor(
        total=chosen_task_ids(project, chosen).count(),
        fields=[field.name for field in project.schema.fields],
        questions=question_names(project, words),
        schema=words.version.number,
    )
